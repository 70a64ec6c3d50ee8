"""The navigation rail at the window's edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QToolButton, QVBoxLayout, QWidget

from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import ToolButton, column, holding

_ROOMY = 8  # pages that have room in the smallest window


class Rail(QFrame):
    """Pages given as (key, title, icon, shortcut text or ""), which scroll if need be; extra buttons below them."""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "rail")
        self.setFixedWidth(92)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(8, 8, 8, 8)
        self._dense = len(pages) > _ROOMY
        self._layout.setSpacing(0 if self._dense else 4)
        for key, title, icon, keys in pages:
            made = self._make(title, icon, f"{title} ({keys})" if keys else title)
            made.setCheckable(True)
            made.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._group.addButton(made)
            self._buttons[key] = made
        inside = column(*self._buttons.values(), None, gap=0 if self._dense else 4)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(holding(inside))
        self._layout.addWidget(self._scroll, 1)

    def add_bottom(self, title: str, icon: str, tip: str) -> QToolButton:
        made = self._make(title, icon, tip)
        self._layout.addWidget(made)
        return made

    def select(self, key: str) -> None:
        self._buttons[key].setChecked(True)
        self._scroll.ensureWidgetVisible(self._buttons[key])

    def button(self, key: str) -> QToolButton:
        return self._buttons[key]

    def _make(self, title: str, icon: str, tip: str) -> QToolButton:
        made = ToolButton()
        made.setProperty("look", "nav")
        made.setProperty("dense", self._dense)
        made.setText(title)
        made.setToolTip(tip)
        made.setAccessibleName(title)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        size = 20 if self._dense else 24
        set_icon(made, icon, on="text", off="muted", size=size)
        made.setIconSize(QSize(size, size))
        return made
