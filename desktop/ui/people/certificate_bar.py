"""Handing out the certificate of an erasure: its language, and how it is saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.erasure import SignedErasure
from desktop.domain.errors import ConsentryError
from desktop.domain.notices import LANGUAGES
from desktop.services.certificates import CertificateForm, CertificateService
from desktop.services.paper_words import paper_language
from desktop.ui.errors import show_error
from desktop.ui.notices.words import OWN_NAMES
from desktop.ui.papers.layout import QtPaperRenderer
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.path import ask_new_file


class CertificateBar(QWidget):
    """For one erasure at a time; None: nothing to save."""

    def __init__(self, certificates: CertificateService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._certificates = certificates
        self._tasks = tasks
        self._erasure: SignedErasure | None = None
        self.language = QComboBox()
        self.language.setAccessibleName(self.tr("Language of the certificate"))
        for code in LANGUAGES:
            self.language.addItem(OWN_NAMES[code], code)
        self.pdf = button(self.tr("Save as PDF"), lambda: self._ask_where(CertificateForm.PDF), icon="folder")
        self.json = button(self.tr("Save as JSON"), lambda: self._ask_where(CertificateForm.JSON))
        self.saved = label("", "muted", wrap=True)
        line = row(label(self.tr("Certificate"), "strong"), self.language, self.pdf, self.json, None, gap=12)
        self.setLayout(column(line, self.saved, gap=6))
        self.show_erasure(None, "")

    def show_erasure(self, erasure: SignedErasure | None, language: str) -> None:
        """`language`: the person's, where it is known."""
        self._erasure = erasure
        if language:
            self.language.setCurrentIndex(self.language.findData(paper_language(language)))
        self.saved.setText("")
        for one in (self.language, self.pdf, self.json):
            one.setEnabled(erasure is not None)

    def _ask_where(self, form: CertificateForm) -> None:
        if self._erasure is not None:
            name = f"erasure-{self._erasure.result.id}.{form.value}"
            ask_new_file(self, self.tr("Save the certificate"), name, lambda path: self.save_to(Path(path), form))

    def save_to(self, path: Path, form: CertificateForm) -> None:
        """Write it there, in a worker."""
        erasure, language = self._erasure, str(self.language.currentData())
        if erasure is not None:
            self._tasks.run(
                lambda _: self._certificates.save(erasure, language, form, path, QtPaperRenderer()),
                lambda _: self.saved.setText(self.tr("Saved.")),
                self._on_failed,
                owner=self,
            )

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self)
