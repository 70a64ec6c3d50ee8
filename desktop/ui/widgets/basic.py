"""Labels, buttons and layouts in the program's look, each in one line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.look import set_icon

BAR_HEIGHT = 60
L = TypeVar("L", bound=QBoxLayout)
Item = QWidget | QLayout | int | None  # a number is a distance, None takes what room is left


_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Button(QPushButton):
    """Enter presses the button that has the focus; Qt leaves that to Space."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


class ToolButton(QToolButton):
    """The same for tool buttons."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


def label(text: str = "", look: str = "", *, wrap: bool = False, selectable: bool = False) -> QLabel:
    """A plain text label; never rich text, since texts may come from people."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if look:
        made.setProperty("look", look)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def symbol(name: str, colour: str = "muted", size: int = 20) -> QLabel:
    """An icon that only decorates."""
    made = QLabel()
    made.setFixedSize(size, size)
    set_icon(made, name, off=colour, size=size)
    return made


def button(
    text: str, clicked: Callable[[], object] | None = None, *, look: str = "", icon: str = "", tip: str = ""
) -> QPushButton:
    """A push button. The icon's colour follows the look."""
    made = Button()
    made.setAutoDefault(False)
    if look:
        made.setProperty("look", look)
    if icon:
        colour = {"primary": "on_primary", "danger": "danger", "danger-fill": "on_danger"}.get(look, "text")
        set_icon(made, icon, on=colour, off=colour, size=18)
    set_text(made, text)
    if tip:
        made.setToolTip(tip)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def set_text(target: QPushButton, text: str) -> None:
    """The button's text; an icon gets some air, which screen readers need not hear of."""
    target.setText(text if target.icon().isNull() else f" {text}")
    target.setAccessibleName(text)


def icon_button(
    name: str, title: str, clicked: Callable[[], object] | None = None, *, look: str = "quiet"
) -> QToolButton:
    """A button that shows only an icon; `title` is its tool tip and accessible name."""
    made = ToolButton()
    made.setProperty("look", look)
    made.setToolTip(title)
    made.setAccessibleName(title)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    set_icon(made, name, size=20)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def bar(*items: Item) -> QFrame:
    """The strip at the top of a page, equally high on all of them."""
    made = frame("bar", row(*items, gap=8, margins=(20, 0, 16, 0)))
    made.setFixedHeight(BAR_HEIGHT)
    return made


def frame(look: str, layout: QLayout | None = None) -> QFrame:
    made = QFrame()
    made.setProperty("look", look)
    if layout is not None:
        made.setLayout(layout)
    return made


def rule() -> QFrame:
    """A thin line between two parts."""
    return frame("rule")


def column(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    return _filled(QVBoxLayout(), items, gap, margins)


def row(*items: Item, gap: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    return _filled(QHBoxLayout(), items, gap, margins)


def _filled(layout: L, items: tuple[Item, ...], gap: int, margins: tuple[int, int, int, int]) -> L:
    layout.setSpacing(gap)
    layout.setContentsMargins(*margins)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)
    return layout


def holding(layout: QLayout, look: str = "") -> QWidget:
    """A widget around a layout."""
    made = QWidget()
    if look:
        made.setProperty("look", look)
        made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setLayout(layout)
    return made
