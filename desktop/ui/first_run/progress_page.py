"""What is being done before a desk is open, and that it can be cancelled."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.widgets.basic import column, frame, label, row, symbol
from desktop.ui.widgets.busy import BusyRow


class ProgressPage(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.busy = BusyRow()
        self._doing: QLabel = label("", "heading", wrap=True)
        self.hint: QLabel = label("", "muted", wrap=True)
        words = column(symbol("consentry", "text", 40), 4, self._doing, self.hint, 8, self.busy, gap=10)
        words.setContentsMargins(32, 28, 32, 28)
        card = frame("card", words)
        card.setFixedWidth(560)
        self.setLayout(column(None, row(None, card, None), None))

    def begin(self, doing: str) -> None:
        self._doing.setText(doing)
        self.hint.setText(self.tr("Checking the key, the database and the recognition models."))
        self.busy.begin("", at_once=True)

    def tell_waiting(self) -> None:
        self.hint.setText(
            self.tr(
                "Waiting for the keyring of this computer. It may be asking for its password in a window of its own."
            )
        )
