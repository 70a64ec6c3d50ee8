"""What a page shows when it has nothing: why, and the next step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import button, column, label, row, set_text, symbol


class EmptyState(QWidget):
    """Icon, heading, one sentence and at most one button, in the middle of the room it gets."""

    def __init__(self, icon: str, heading: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = symbol(icon, "muted", 40)
        self.heading: QLabel = label(heading, "heading", wrap=True)
        self.sentence: QLabel = label(sentence, "muted", wrap=True)
        self.action: QPushButton = button("", look="primary")
        self.action.hide()
        for text in (self.heading, self.sentence):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            text.setMaximumWidth(420)
            text.setMinimumWidth(280)
        middle = column(
            None,
            row(None, self._icon, None),
            8,
            row(None, self.heading, None),
            row(None, self.sentence, None),
            8,
            row(None, self.action, None),
            None,
            gap=8,
            margins=(24, 24, 24, 24),
        )
        self.setLayout(middle)

    def say(self, icon: str, heading: str, sentence: str) -> None:
        set_icon(self._icon, icon, off="muted", size=40)
        self.heading.setText(heading)
        self.sentence.setText(sentence)

    def offer(self, text: str, clicked: Callable[[], object], *, icon: str = "") -> None:
        """Give the state its one button."""
        if icon:
            set_icon(self.action, icon, on="on_primary", off="on_primary", size=18)
        set_text(self.action, text)
        self.action.clicked.connect(lambda _checked=False: clicked())
        self.action.show()
