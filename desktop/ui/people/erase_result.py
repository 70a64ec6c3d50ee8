"""What an erasure did, in plain words, with the signed result to take along."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.erasure import SignedErasure
from desktop.domain.errors import ConsentryError
from desktop.services.erasure import ErasureService
from desktop.ui.errors import show_error
from desktop.ui.people import erase_texts
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.path import ask_new_file


class ErasureResultDialog(Dialog):
    """The name stands in no file: it is what the person at the desk has just confirmed."""

    def __init__(
        self, service: ErasureService, tasks: TaskRunner, erasure: SignedErasure, name: str, parent: QWidget
    ) -> None:
        super().__init__(self.tr("Erasure"), parent)
        self._service = service
        self._tasks = tasks
        self._erasure = erasure
        complete = erasure.result.complete
        said = self.tr("{name} is erased.")
        if not complete:
            said = self.tr("{name} is erased, but something is still missing.")
        self.heading = label(said.format(name=name), "heading", wrap=True)
        self.parts = [
            (title, label(text, wrap=True, selectable=True)) for title, text in erase_texts.outcome(erasure.result)
        ]
        texts = column(self.heading, gap=14)
        for title, part in self.parts:
            texts.addLayout(column(label(title, "caption"), part, gap=2))
        number = self.tr("Result {id}, signed with the key {fingerprint}")
        self.number = label(
            number.format(id=erasure.result.id, fingerprint=erasure.fingerprint), "small", wrap=True, selectable=True
        )
        texts.addWidget(self.number)
        icon = symbol("check", "calm", 28) if complete else symbol("warning", "attention", 28)
        body = row(icon, texts, gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        body.setStretch(1, 1)
        self.saved = label("", "muted", wrap=True)
        self.save = button(self.tr("Save the result"), self._ask_where, icon="folder")
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        foot = row(self.saved, self.save, self.close_button, gap=12)
        foot.setStretch(0, 1)
        self.fill(body, foot)
        self.fit(620)
        self.setAccessibleDescription(" ".join((self.heading.text(), *(part.text() for _, part in self.parts))))
        self.close_button.setFocus()

    def _ask_where(self) -> None:
        name = f"erasure-{self._erasure.result.id}.json"
        ask_new_file(self, self.tr("Save the result"), name, lambda path: self.save_to(Path(path)))

    def save_to(self, path: Path) -> None:
        """Write the signed result there, in a worker."""
        self._tasks.run(
            lambda _: self._service.save(self._erasure, path),
            lambda _: self.saved.setText(self.tr("Saved.")),
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self)
