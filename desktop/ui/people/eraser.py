"""Erasing a person from the page People: preview, confirmation, steps, result."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.erasure import ErasurePreview, ErasureStep, SignedErasure, step_at
from desktop.domain.errors import ConsentryError
from desktop.domain.people import PersonSummary
from desktop.domain.permissions import TwoPersonAct
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded
from desktop.ui.access.second_person import SecondPersonDialog
from desktop.ui.errors import show_error
from desktop.ui.people import erase_texts
from desktop.ui.people.erase_result import ErasureResultDialog
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Confirm


class PersonEraser(QObject):
    """One erasure at a time; `busy` shows its steps and can cancel it until it begins."""

    def __init__(self, desk: Desk, tasks: TaskRunner, busy: BusyRow, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._service = desk.erasures
        self._tasks = tasks
        self._busy = busy
        self._page = page
        self._running: TaskHandle[SignedErasure] | None = None
        busy.cancelled.connect(self._cancel)

    def ask(self, person: PersonSummary) -> None:
        """Show what would go and what would stay, and erase once that is confirmed."""
        if self._running is None:
            self._tasks.run(
                lambda _: self._service.preview([person.id]),
                lambda preview: self._confirm(person, preview),
                self._on_failed,
                owner=self,
            )

    def _confirm(self, person: PersonSummary, preview: ErasurePreview) -> None:
        Confirm(
            self._page.window(),
            title=self.tr("Erase person"),
            question=self.tr("Erase {name} for good?").format(name=person.details.name),
            points=erase_texts.points(preview),
            act=self.tr("Erase"),
            on_yes=lambda: self.erase(person),
        ).open()

    def erase(self, person: PersonSummary) -> None:
        """Without asking again."""
        self._busy.begin(erase_texts.step(ErasureStep.PREPARE))
        self._running = self._tasks.run(
            lambda progress: self._service.erase([person.id], progress),
            lambda erasure: self._on_erased(person, erasure),
            lambda error: self._on_not_erased(person, error),
            self._advance,
            owner=self,
        )

    def _advance(self, share: float) -> None:
        step = step_at(share)
        self._busy.step(erase_texts.step(step), cancellable=step is ErasureStep.PREPARE)
        self._busy.advance(share)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _on_erased(self, person: PersonSummary, erasure: SignedErasure) -> None:
        self._end()
        name = person.details.name
        ErasureResultDialog(self._service, self._tasks, erasure, name, self._page.window()).open()

    def _on_not_erased(self, person: PersonSummary, error: ConsentryError) -> None:
        if not isinstance(error, ApprovalNeeded):
            self._on_failed(error)
            return
        self._end()
        SecondPersonDialog(
            self._desk,
            self._tasks,
            TwoPersonAct.ERASURE,
            person.id,
            on_agreed=lambda: self.erase(person),
            parent=self._page.window(),
        ).open()

    def _on_failed(self, error: ConsentryError) -> None:
        self._end()
        show_error(error, self._page.window())

    def _end(self) -> None:
        self._busy.end()
        self._running = None
