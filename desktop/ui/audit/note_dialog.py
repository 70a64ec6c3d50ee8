"""Taking note of a break in the audit log: who, and why, stays in the log."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.audit import REASON_LENGTH, clean_reason
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field


class NoteDialog(Dialog):
    """Asks for the explanation that will stand in the log; `on_yes` gets it."""

    def __init__(self, parent: QWidget | None, on_yes: Callable[[str], object]) -> None:
        super().__init__(self.tr("Take note of the break"), parent)
        self._on_yes = on_yes
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LENGTH)
        self._field = Field(
            self.tr("What was found out"),
            self.reason,
            self.tr("Your explanation stays in the audit log. Do not name people in it."),
        )
        text = self.tr("The warning ends. The audit log keeps the break, who took note of it, and why.")
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(self.tr("Take note"), self._accept, look="primary")
        self.reason.returnPressed.connect(self._accept)
        self.fill(column(label(text, wrap=True), self._field, None, gap=16), row(None, self.cancel, self.yes, gap=12))
        self.fit(480)
        self.reason.setFocus()

    def _accept(self) -> None:
        reason = clean_reason(self.reason.text())
        if not reason:
            self._field.complain(self.tr("Say what was found out."))
            self.reason.setFocus()
            return
        self.accept()
        self._on_yes(reason)
