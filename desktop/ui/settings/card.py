"""A card of the page Settings whose changes are saved or taken back together."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.notice import Notice, Tone


class SaveCard(QFrame):
    """`form` with Save and Undo, which are enabled while `differs()`. `saved` is emitted by Save."""

    wanted = Signal()

    def __init__(
        self,
        title: str,
        form: QWidget,
        differs: Callable[[], bool],
        undo: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._form = form
        self._differs = differs
        self.notice = Notice()
        self.save = button(self.tr("Save"), self.wanted.emit, look="primary", icon="check")
        self.undo = button(self.tr("Undo"), undo)
        self._state = label("", "muted")
        foot = row(self._state, None, self.undo, self.save, gap=12)
        self.setLayout(column(label(title, "heading"), form, self.notice, foot, gap=16, margins=(20, 18, 20, 18)))
        self.follow()

    def follow(self) -> None:
        """Something was typed, saved or taken back."""
        differs = self._differs()
        self.save.setEnabled(differs)
        self.undo.setEnabled(differs)
        self._state.setText(self.tr("Not saved yet") if differs else "")
        if differs:
            self.notice.clear()

    def busy(self, on: bool) -> None:
        self._form.setEnabled(not on)
        if on:
            self.save.setEnabled(False)
            self.undo.setEnabled(False)

    def told(self, words: str, tone: Tone = Tone.GOOD) -> None:
        """Saving has ended."""
        self.busy(False)
        self.follow()
        self.notice.say(words, tone)
