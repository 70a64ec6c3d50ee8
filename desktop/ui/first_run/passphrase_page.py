"""A desk whose keys are locked by a passphrase: it is asked for at every start."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.widgets.basic import button, column, frame, label, row, symbol
from desktop.ui.widgets.field import Field


class PassphrasePage(QWidget):
    """Emits `typed` with the passphrase, `forgotten` for the recovery code, or `left`.

    `recoverable`: whether a recovery code can help.
    """

    typed = Signal(str)
    forgotten = Signal()
    left = Signal()

    def __init__(self, *, recoverable: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setMaxLength(128)
        self.edit.returnPressed.connect(self._send)
        self._field = Field(self.tr("Passphrase"), self.edit)
        self.confirm = button(self.tr("Open the desk"), self._send, look="primary")
        self.recovery = button(self.tr("Use the recovery code"), self.forgotten.emit)
        self.recovery.setVisible(recoverable)
        self.quit = button(self.tr("Quit"), self.left.emit)
        title = label(self.tr("This desk opens with its passphrase"), "title", wrap=True)
        words = column(symbol("consentry", "text", 40), 4, title, self._field, 4, gap=12)
        words.addLayout(row(self.confirm, self.recovery, None, self.quit, gap=12))
        words.setContentsMargins(32, 28, 32, 28)
        card = frame("card", words)
        card.setFixedWidth(560)
        self.setLayout(column(None, row(None, card, None), None, margins=(24, 24, 24, 24)))
        self.setAccessibleName(title.text())

    def enter(self) -> None:
        self.edit.setFocus()

    def complain(self, problem: str) -> None:
        """The passphrase was wrong: it is typed again from the beginning."""
        self._field.complain(problem)
        self.edit.clear()
        self.edit.setFocus()

    def _send(self) -> None:
        if self.edit.text():
            self.typed.emit(self.edit.text())
        else:
            self.edit.setFocus()
