"""A check box whose long text wraps; clicking the text toggles the box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from desktop.ui.widgets.basic import column, row


class _Words(QLabel):
    def __init__(self, text: str, box: QCheckBox) -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setBuddy(box)
        self._box = box

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        if self._box.isEnabled():
            self._box.toggle()
            self._box.setFocus()


class CheckLine(QWidget):
    """`box` carries text and explanation as accessible name and description; `help_text` stands small below."""

    def __init__(self, text: str, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox()
        self.box.setAccessibleName(text)
        self.box.setAccessibleDescription(help_text)
        words = column(_Words(text, self.box), gap=2)
        if help_text:
            small = _Words(help_text, self.box)
            small.setProperty("look", "small")
            words.addWidget(small)
        words.setContentsMargins(0, 3, 0, 0)
        line = row(self.box, words, gap=4)
        line.setAlignment(self.box, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        self.setLayout(line)
