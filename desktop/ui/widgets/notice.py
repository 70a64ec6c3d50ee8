"""A sentence with an icon and, where something can be done, one button."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from desktop.ui.look import restyle, set_icon
from desktop.ui.widgets.basic import button, label, row, set_text, symbol


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    ATTENTION = "attention"
    DANGER = "danger"


_ICONS = {
    Tone.PLAIN: ("info", "muted"),
    Tone.GOOD: ("check", "calm"),
    Tone.ATTENTION: ("warning", "attention"),
    Tone.DANGER: ("warning", "danger"),
}


class Notice(QFrame):
    """A framed sentence. The tone shows as icon and colour; screen readers get the sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "notice")
        self._icon = symbol("info")
        self._text = label(wrap=True)
        self._action = button("")
        self._action.hide()
        layout = row(self._icon, self._text, self._action, gap=12, margins=(12, 8, 12, 8))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        layout.setAlignment(self._icon, Qt.AlignmentFlag.AlignTop)
        layout.setAlignment(self._action, Qt.AlignmentFlag.AlignVCenter)
        self._clicked: Callable[[], object] | None = None
        self._action.clicked.connect(self._act)
        self.hide()

    @property
    def action(self) -> QPushButton:
        return self._action

    def text(self) -> str:
        return self._text.text()

    def say(
        self, text: str, tone: Tone = Tone.PLAIN, *, action: str = "", clicked: Callable[[], object] | None = None
    ) -> None:
        """Show a sentence; an empty one hides the notice."""
        self._text.setText(text)
        self.setAccessibleName(text)
        name, colour = _ICONS[tone]
        set_icon(self._icon, name, off=colour)
        self.setProperty("tone", tone.value)
        restyle(self)
        self._clicked = clicked
        set_text(self._action, action)
        self._action.setVisible(bool(action))
        self.setVisible(bool(text))

    def clear(self) -> None:
        self.say("")

    def _act(self) -> None:
        if self._clicked is not None:
            self._clicked()
