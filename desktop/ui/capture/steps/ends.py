"""The two ends: the receipt of a consent, and the pass of whoever refused. The paper is made here, printed or saved."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import Step
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import ConsentId, PassId, PersonId, ReceiptId
from desktop.domain.paper import Paper
from desktop.services.desk import Desk
from desktop.services.receipts import ReceiptFormat
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.errors import error_text
from desktop.ui.papers.layout import QtPaperRenderer
from desktop.ui.papers.printing import PaperView, print_paper
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file


def end_of_day(now: datetime) -> datetime:
    """The coming midnight of the computer's clock, as UTC: a visitor's pass is good for the day."""
    local = now.astimezone()
    return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo).astimezone(UTC)


class EndPage(StepPage):
    """`step`: RECEIPT or PASS."""

    def __init__(self, session: CaptureSession, step: Step, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(session, step, "")
        self._desk = desk
        self._tasks = tasks
        self._number: str | None = None
        self.lead.setText(self._lead())
        self.view = PaperView()
        self.told = Notice()
        self.print = button(self.tr("Print ..."), self._print)
        self.save = button(self.tr("Save ..."), self._ask_where)
        body = column(self.told, self.view, row(self.print, self.save, None, gap=12), gap=12)
        body.setStretch(1, 1)
        self.fill(body, scrolls=False)
        self._offer(False)

    def _lead(self) -> str:
        if self.step is Step.RECEIPT:
            if self.session.again:
                return self.tr("Renewed. Give the person the new receipt: it says what counts from now on.")
            return self.tr("Enrolled. Give the person the receipt: with it they can take the consent back at any time.")
        if self.session.ended is not None and not self.session.ended.whole:
            return self.tr(
                "Refused: recognition has stopped. What is stored is erased as soon as that may be. With the pass the "
                "person comes in in the same way as others."
            )
        if self.session.again:
            return self.tr(
                "Refused: recognition has stopped, and name, pictures and template are erased. With the pass the "
                "person comes in in the same way as others."
            )
        return self.tr("Refused, and nothing was kept. With the pass the person comes in in the same way as others.")

    def _offer(self, there: bool) -> None:
        for made in (self.print, self.save):
            made.setEnabled(there)

    def enter(self) -> QWidget | None:
        if self._number is None:
            self._make()
        return None

    def _make(self) -> None:
        desk, person_id, consent_id = self._desk, self.session.talk.person_id, self.session.consent_id
        language = self.session.language or "en"

        def receipt() -> tuple[str, Paper]:
            return _receipt(desk, person_id, consent_id)

        def visitor_pass() -> tuple[str, Paper]:
            issued = desk.passes.issue(end_of_day(datetime.now(UTC)))
            return issued.id, desk.passes.paper(issued.id, language)

        make = receipt if self.step is Step.RECEIPT else visitor_pass
        self._tasks.run(lambda _: make(), self._on_made, self._on_failed, owner=self)

    def _on_made(self, made: tuple[str, Paper]) -> None:
        self._number, paper = made
        self.session.paper = paper
        self.session.changed.emit()
        self.told.clear()
        self.view.show_paper(paper)
        self._offer(True)

    def _on_failed(self, error: ConsentryError) -> None:
        """The consent stands; the paper can be made again."""
        again = self._make if self._number is None else None
        self.told.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again") if again else "", clicked=again)

    def _print(self) -> None:
        if self.session.paper is None or self._number is None:
            return
        try:
            printed = print_paper(self.session.paper, self)
        except ConsentryError as error:
            self._on_failed(error)
            return
        if printed and self.step is Step.RECEIPT:
            number = ReceiptId(self._number)
            self._tasks.run(lambda _: self._desk.receipts.handed_out(number), None, self._on_failed, owner=self)

    def _ask_where(self) -> None:
        name = self.tr("receipt.pdf") if self.step is Step.RECEIPT else self.tr("pass.pdf")
        ask_new_file(self, self.tr("Save"), name, lambda path: self.save_to(Path(path)))

    def save_to(self, path: Path) -> None:
        """Write the paper as PDF."""
        desk, number, language = self._desk, self._number, self.session.language or "en"
        if number is None:
            return

        def work() -> None:
            if self.step is Step.RECEIPT:
                desk.receipts.save(ReceiptId(number), ReceiptFormat.PDF, path, QtPaperRenderer())
            else:
                desk.passes.save(PassId(number), language, path, QtPaperRenderer())

        self._tasks.run(
            lambda _: work(), lambda _: self.told.say(self.tr("Saved."), Tone.GOOD), self._on_failed, owner=self
        )


def _receipt(desk: Desk, person_id: PersonId, consent_id: ConsentId | None) -> tuple[str, Paper]:
    receipt = desk.receipts.make(person_id, consent_id)
    return receipt.id, desk.receipts.paper(receipt.id)
