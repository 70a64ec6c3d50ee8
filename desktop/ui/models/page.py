"""The page Models: what the desk recognises with, and the way to other models and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.desk import Desk
from desktop.services.models import PackCheck
from desktop.ui.errors import show_error
from desktop.ui.models.chooser import PackChooser
from desktop.ui.models.facts import PackFacts, enrol_again_words
from desktop.ui.widgets.basic import bar, button, column, frame, label, row
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.scroll import FormScroll


class _Counts(NamedTuple):
    """People to enrol again, for the models in use and for the built-in ones."""

    in_use: int
    built_in: int


class ModelsPage(QWidget):
    """`wants_reopen`: other models were chosen, and are loaded when the desk is opened again."""

    wants_reopen = Signal()

    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models = desk.models
        self._tasks = tasks
        self.setAccessibleName(self.tr("Models"))
        self.notice = Notice()
        self.facts = PackFacts()
        self.enrol_again = Notice()
        self.back = button(self.tr("Back to the built-in models"), self._use_built_in)
        self.back_words = label("", "small", wrap=True)
        self.chooser = PackChooser(desk.models, tasks)
        self._build()
        self.chooser.wanted.connect(self._use)
        self.facts.show_pack(desk.models.in_use)

    def _build(self) -> None:
        cards = row(self._in_use(), self.chooser, gap=16)
        for place in range(cards.count()):
            cards.setStretch(place, 1)
        content = column(self.notice, cards, None, gap=12, margins=(16, 16, 16, 16))
        outer = column(bar(label(self.tr("Models"), "title"), None), FormScroll(content), gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _in_use(self) -> QFrame:
        return frame(
            "card",
            column(
                label(self.tr("In use"), "caption"),
                self.facts,
                self.enrol_again,
                column(row(self.back, None), self.back_words, gap=6),
                None,
                gap=14,
                margins=(20, 20, 20, 20),
            ),
        )

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.chooser.folder.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        """Say what is chosen, and count in a worker who must be enrolled again."""
        chosen, in_use = self._models.chosen, self._models.in_use
        self.back.setEnabled(chosen is not None or not in_use.built_in)
        waiting = chosen is not None if in_use.built_in else chosen != in_use.folder
        words = ""
        if waiting and chosen is not None:
            words = self.tr(
                "The models in {folder} are chosen but not in use. They are loaded when the desk is opened next."
            )
            words = words.format(folder=chosen)
        elif waiting:
            words = self.tr("The built-in models are chosen. They are loaded when the desk is opened next.")
        self.notice.say(words, Tone.PLAIN, action=self.tr("Open the desk again"), clicked=self.wants_reopen.emit)
        self._tasks.run(lambda _: self._count(), self._on_counted, owner=self)

    def _count(self) -> _Counts:
        return _Counts(self._models.enrol_again(), self._models.enrol_again_built_in())

    def _on_counted(self, counts: _Counts) -> None:
        self.enrol_again.say(enrol_again_words(counts.in_use), Tone.ATTENTION)
        self.back_words.setText(enrol_again_words(counts.built_in) if self.back.isEnabled() else "")

    def _use(self, checked: PackCheck, commercial: bool) -> None:
        self._store(lambda _: self._models.use(checked, commercial=commercial))

    def _use_built_in(self) -> None:
        self._store(lambda _: self._models.use_built_in())

    def _store(self, store: Callable[[TaskHandle[None]], None]) -> None:
        self.setEnabled(False)
        self._tasks.run(store, self._on_stored, self._on_failed, owner=self)

    def _on_stored(self, _: None) -> None:
        self.setEnabled(True)
        self._refresh()
        self.wants_reopen.emit()

    def _on_failed(self, error: ConsentryError) -> None:
        self.setEnabled(True)
        show_error(error, self.window())
