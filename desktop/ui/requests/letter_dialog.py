"""A letter before it goes out: chosen, looked at, saved or printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.paper import Paper
from desktop.domain.requests import LetterKind, RequestAct
from desktop.services.desk import Desk
from desktop.services.requests import RequestView
from desktop.ui.errors import error_text
from desktop.ui.papers.layout import QtPaperRenderer
from desktop.ui.papers.printing import PaperView, print_paper
from desktop.ui.requests import words
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file

_TELLS = {
    RequestAct.EXTENDED: LetterKind.EXTENSION,
    RequestAct.ANSWERED: LetterKind.ANSWER,
    RequestAct.REFUSED: LetterKind.REFUSAL,
}


class LetterDialog(Dialog):
    """Offers the letters that have something to tell, the newest first."""

    def __init__(self, desk: Desk, tasks: TaskRunner, view: RequestView, parent: QWidget | None) -> None:
        super().__init__(self.tr("Letter"), parent)
        self._desk = desk
        self._tasks = tasks
        self._view = view
        self._paper: Paper | None = None
        self.kind = QComboBox()
        told = [_TELLS[each.act] for each in reversed(view.request.events) if each.act in _TELLS]
        for kind in (*dict.fromkeys(told), LetterKind.ACKNOWLEDGEMENT):
            self.kind.addItem(words.said(words.LETTERS[kind]), kind)
        self.paper = PaperView()
        self.paper.setMinimumHeight(420)
        self.notice = Notice()
        self.save = button(self.tr("Save as PDF ..."), self._ask_save, look="primary")
        self.print_button = button(self.tr("Print ..."), self._print)
        foot = row(None, button(self.tr("Close"), self.reject), self.print_button, self.save, gap=12)
        body = column(Field(self.tr("Which letter"), self.kind), self.paper, self.notice, gap=14)
        body.setStretch(1, 1)
        self.fill(body, foot)
        self.setFixedWidth(680)
        self.kind.currentIndexChanged.connect(self._show)
        self._ready(False)
        self._show()

    @property
    def chosen(self) -> LetterKind:
        return LetterKind(self.kind.currentData())

    def save_to(self, path: Path) -> None:
        """Write the letter as PDF, and record it."""
        request, kind = self._view.request.id, self.chosen
        self._run(
            lambda: self._desk.letters.save(request, kind, path, QtPaperRenderer()),
            self.tr("Saved. The request's history says so."),
        )

    def _ask_save(self) -> None:
        name = f"{self.chosen.value}-{self._view.request.id[:8]}.pdf"
        ask_new_file(self, self.tr("Save the letter"), name, lambda path: self.save_to(Path(path)))

    def _print(self) -> None:
        if self._paper is None:
            return
        request, kind = self._view.request.id, self.chosen
        try:
            if print_paper(self._paper, self):
                self._run(lambda: self._desk.requests.letter_made(request, kind), self.tr("Printed."))
        except ConsentryError as error:
            self._on_failed(error)

    def _run(self, work: Callable[[], None], said: str) -> None:
        self._tasks.run(lambda _: work(), lambda _: self.notice.say(said, Tone.GOOD), self._on_failed, owner=self)

    def _show(self) -> None:
        request, kind = self._view.request.id, self.chosen
        self._ready(False)
        self._tasks.run(lambda _: self._desk.letters.paper(request, kind), self._on_paper, self._on_failed, owner=self)

    def _on_paper(self, paper: Paper) -> None:
        self._paper = paper
        self.paper.show_paper(paper)
        self._ready(True)

    def _ready(self, there: bool) -> None:
        self.save.setEnabled(there)
        self.print_button.setEnabled(there)

    def _on_failed(self, error: ConsentryError) -> None:
        self.notice.say(error_text(error).whole, Tone.DANGER)
