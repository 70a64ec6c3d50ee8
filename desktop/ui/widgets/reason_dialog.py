"""Asks for the reason of an act; it stays in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.audit import REASON_LENGTH, clean_reason
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """What a dialog says. `text`: what the act does. `missing`: where no reason was typed."""

    title: str
    text: str
    field: str
    help: str
    missing: str
    act: str


class ReasonDialog(Dialog):
    """`on_yes` gets the reason, one cleaned line that is not empty."""

    def __init__(self, parent: QWidget | None, words: ReasonWords, on_yes: Callable[[str], object]) -> None:
        super().__init__(words.title, parent)
        self._on_yes = on_yes
        self._missing = words.missing
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LENGTH)
        self.field = Field(words.field, self.reason, words.help)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(words.act, self._accept, look="primary")
        self.reason.returnPressed.connect(self._accept)
        body = column(label(words.text, wrap=True), self.field, None, gap=16)
        self.fill(body, row(None, self.cancel, self.yes, gap=12))
        self.fit(480)
        self.reason.setFocus()

    def _accept(self) -> None:
        reason = clean_reason(self.reason.text())
        if not reason:
            self.field.complain(self._missing)
            self.reason.setFocus()
            return
        self.accept()
        self._on_yes(reason)
