"""One of several ways, with a sentence or two on what it means: a radio button whose text wraps."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton, QWidget

from desktop.ui.widgets.basic import column, label, row


class OptionCard(QFrame):
    """A framed choice; clicking anywhere on it chooses it. Put `button` of all cards into one QButtonGroup."""

    chosen = Signal()

    def __init__(self, title: str, sentences: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.title = title
        self.button = QRadioButton()
        self.button.setAccessibleName(title)
        self.button.setAccessibleDescription(sentences)
        words = column(label(title, "strong", wrap=True), label(sentences, "muted", wrap=True), gap=4)
        words.setContentsMargins(0, 4, 0, 0)
        line = row(self.button, words, gap=8, margins=(14, 10, 16, 14))
        line.setAlignment(self.button, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.button.toggled.connect(lambda on: self.chosen.emit() if on else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.button.setChecked(True)
        self.button.setFocus()
        super().mouseReleaseEvent(event)
