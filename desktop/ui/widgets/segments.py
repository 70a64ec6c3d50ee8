"""A row of joined buttons of which exactly one is down."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QWidget

from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import ToolButton, row

V = TypeVar("V", bound=Hashable)


class _Signals(QObject):
    changed = Signal(object)


class Segments(QWidget, Generic[V]):
    """Choices given as (value, text, accessible name or "", icon or ""). `wide`: the buttons share the room evenly."""

    def __init__(
        self,
        title: str,
        choices: Sequence[tuple[V, str, str, str]],
        parent: QWidget | None = None,
        *,
        wide: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._signals = _Signals(self)
        self.changed = self._signals.changed
        self._group = QButtonGroup(self)
        self._buttons: dict[V, QToolButton] = {}
        layout = row(gap=0)
        for index, (value, text, name, icon) in enumerate(choices):
            made = ToolButton()
            made.setText(f" {text}" if icon else text)
            made.setCheckable(True)
            made.setProperty("look", "segment")
            place = "first" if index == 0 else "last" if index == len(choices) - 1 else "middle"
            made.setProperty("place", place)
            made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            made.setAccessibleName(name or text)
            made.setToolTip(name)
            if icon:
                set_icon(made, icon, on="on_primary", off="text", size=18)
                made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            if wide:
                made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(made)
            self._buttons[value] = made
            layout.addWidget(made)
            made.clicked.connect(lambda _checked=False, value=value: self.changed.emit(value))
        self.setLayout(layout)
        self.choose(choices[0][0])

    def value(self) -> V:
        return next(value for value, made in self._buttons.items() if made.isChecked())

    def choose(self, value: V) -> None:
        """Put one button down without announcing it."""
        self._buttons[value].setChecked(True)

    def button(self, value: V) -> QToolButton:
        return self._buttons[value]
