"""What an erasure did, in plain words, with the certificate to take along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.erasure import SignedErasure
from desktop.services.certificates import CertificateService
from desktop.ui.people import erase_texts
from desktop.ui.people.certificate_bar import CertificateBar
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.dialog import Dialog


class ErasureResultDialog(Dialog):
    """The name stands in no file: it is what the person at the desk has just confirmed. `language`: the person's;
    `packages`: where their exports were written, by number."""

    def __init__(
        self,
        certificates: CertificateService,
        tasks: TaskRunner,
        erasure: SignedErasure,
        name: str,
        language: str,
        packages: Mapping[str, Path],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Erasure"), parent)
        complete = erasure.result.complete
        said = self.tr("{name} is erased.")
        if not complete:
            said = self.tr("{name} is erased, but something is still missing.")
        self.heading = label(said.format(name=name), "heading", wrap=True)
        self.parts = [
            (title, label(text, wrap=True, selectable=True))
            for title, text in erase_texts.outcome(erasure.result, packages)
        ]
        texts = column(self.heading, gap=14)
        for title, part in self.parts:
            texts.addLayout(column(label(title, "caption"), part, gap=2))
        number = self.tr("Result {id}, signed with the key {fingerprint}")
        self.number = label(
            number.format(id=erasure.result.id, fingerprint=erasure.fingerprint), "small", wrap=True, selectable=True
        )
        self.certificate = CertificateBar(certificates, tasks)
        self.certificate.show_erasure(erasure, language)
        texts.addWidget(self.number)
        texts.addWidget(self.certificate)
        icon = symbol("check", "calm", 28) if complete else symbol("warning", "attention", 28)
        body = row(icon, texts, gap=16)
        body.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        body.setStretch(1, 1)
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        self.fill(body, row(None, self.close_button, gap=12))
        self.fit(660)
        self.setAccessibleDescription(" ".join((self.heading.text(), *(part.text() for _, part in self.parts))))
        self.close_button.setFocus()
