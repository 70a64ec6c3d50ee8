"""One purpose with its two answers, which look alike; none is given beforehand."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QWidget

from desktop.ui.widgets.basic import button, column, label, row


class ChoiceCard(QFrame):
    """Emits `answered` with True (agreed) or False (refused) when a person presses one of the two."""

    answered = Signal(bool)

    def __init__(self, title: str, explanation: str, agree: str, refuse: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self.setAccessibleDescription(explanation)
        self.agree = self._answer(agree, title, explanation)
        self.refuse = self._answer(refuse, title, explanation)
        self._group = QButtonGroup(self)
        for made in (self.agree, self.refuse):
            self._group.addButton(made)
        buttons = row(self.agree, self.refuse, gap=12)
        for place in (0, 1):
            buttons.setStretch(place, 1)
        words = column(label(title, "heading", wrap=True), label(explanation, "muted", wrap=True), gap=6)
        self.setLayout(column(words, buttons, gap=14, margins=(18, 14, 18, 16)))
        self.agree.clicked.connect(lambda: self.answered.emit(True))
        self.refuse.clicked.connect(lambda: self.answered.emit(False))

    def _answer(self, text: str, title: str, explanation: str) -> QPushButton:
        made = button(text, look="answer")
        made.setCheckable(True)
        made.setAccessibleName(f"{text}: {title}")
        made.setAccessibleDescription(explanation)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return made

    def show_answer(self, agreed: bool | None) -> None:
        """None: no answer yet."""
        self._group.setExclusive(False)
        self.agree.setChecked(agreed is True)
        self.refuse.setChecked(agreed is False)
        self._group.setExclusive(True)
