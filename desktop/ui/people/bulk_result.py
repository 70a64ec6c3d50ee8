"""What came of erasing several people, with a certificate of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.bulk_erasure import BulkErasure
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.services.certificates import CertificateService
from desktop.ui.errors import show_error
from desktop.ui.papers.layout import QtPaperRenderer
from desktop.ui.people import erase_texts
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.path import ask_folder


class BulkResultDialog(Dialog):
    """`names`: of those who were to be erased; they stand nowhere else any more."""

    def __init__(
        self,
        certificates: CertificateService,
        tasks: TaskRunner,
        done: BulkErasure,
        names: Mapping[PersonId, str],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Erasure"), parent)
        self._certificates = certificates
        self._tasks = tasks
        self._done = done
        self.heading = label(erase_texts.bulk_heading(done, len(names)), "heading", wrap=True)
        self.parts = [
            (title, label(text, wrap=True, selectable=True)) for title, text in erase_texts.bulk_outcome(done, names)
        ]
        texts = column(self.heading, gap=14)
        for title, part in self.parts:
            texts.addLayout(column(label(title, "caption"), part, gap=2))
        self.busy = BusyRow()
        texts.addWidget(self.busy)
        icon = symbol("check", "calm", 28) if done.complete else symbol("warning", "attention", 28)
        body = row(icon, texts, gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        body.setStretch(1, 1)
        self.saved = label("", "muted", wrap=True)
        self.save = button(self.tr("Save all certificates"), self._ask_where, icon="folder")
        self.save.setEnabled(bool(done.done))
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        foot = row(self.saved, self.save, self.close_button, gap=12)
        foot.setStretch(0, 1)
        self.fill(body, foot)
        self.fit(620)
        self.setAccessibleDescription(" ".join((self.heading.text(), *(part.text() for _, part in self.parts))))
        self.close_button.setFocus()

    def _ask_where(self) -> None:
        ask_folder(self, self.tr("Save all certificates"), lambda path: self.save_to(Path(path)))

    def save_to(self, folder: Path) -> None:
        """A PDF and a JSON file of each there, in a worker."""
        self.save.setEnabled(False)
        self.busy.begin(self.tr("Writing the certificates ..."), cancellable=False)
        self._tasks.run(
            lambda progress: self._certificates.save_all(
                self._done.done, self._done.languages, folder, QtPaperRenderer(), progress
            ),
            lambda _: self._on_saved(),
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def _on_saved(self) -> None:
        self.busy.end()
        self.saved.setText(self.tr("Saved."))

    def _on_failed(self, error: ConsentryError) -> None:
        self.busy.end()
        self.save.setEnabled(True)
        show_error(error, self)
