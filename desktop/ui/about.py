"""What this desk runs on: version, recognition models and their licence, vault."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import __version__
from desktop.services.desk import VaultInfo
from desktop.services.models import ModelInfo
from desktop.ui import texts
from desktop.ui.fault_list import FaultList
from desktop.ui.widgets.basic import button, column, label, row, symbol
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice, Tone

_WIDTH = 540


class AboutDialog(Dialog):
    """`vault` is None until it has been read; `faults` is the part on the program's faults, if it keeps reports."""

    def __init__(
        self,
        model: ModelInfo,
        vault: VaultInfo | None,
        folder: Path,
        parent: QWidget | None,
        faults: FaultList | None = None,
    ) -> None:
        super().__init__(self.tr("About this desk"), parent)
        licence = Notice()
        licence.say(texts.licence(model.licence.kind), Tone.PLAIN if model.licence.commercial_use else Tone.ATTENTION)
        parts = [
            self._part(self.tr("Version"), __version__),
            self._part(self.tr("Recognition models"), model.title),
            self._part(self.tr("Licence of the models"), ""),
        ]
        body = column(
            row(symbol("consentry", "text", 32), label("Consentry", "title"), None, gap=12),
            *parts,
            licence,
            gap=14,
        )
        if vault is not None:
            cipher = self.tr("SQLCipher {version}, key in {place}")
            words = cipher.format(version=vault.cipher_version, place=vault.keyring_backend)
            body.addLayout(self._part(self.tr("Vault"), words))
        body.addLayout(self._part(self.tr("Folder"), str(folder)))
        if faults is not None:
            body.addWidget(faults)
            faults.seen.connect(lambda: self.fit(_WIDTH))
        body.addStretch(1)
        close = button(self.tr("Close"), self.accept, look="primary")
        self.fill(body, row(None, close))
        self.fit(_WIDTH)
        close.setFocus()

    @staticmethod
    def _part(title: str, value: str) -> QVBoxLayout:
        items = [label(title, "caption")]
        if value:
            items.append(label(value, wrap=True, selectable=True))
        return column(*items, gap=2)
