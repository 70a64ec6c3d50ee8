"""A scroll area for forms: scrolls up and down only, and is never narrower than what it holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QWidget

from desktop.ui.widgets.basic import holding

_BAR = 16


class FormScroll(QScrollArea):
    """Follows the keyboard focus by itself, as every QScrollArea does."""

    def __init__(self, layout: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = holding(layout)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)
        self._widen()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._widen()
        return super().eventFilter(watched, event)

    def _widen(self) -> None:
        self.setMinimumWidth(self._inside.minimumSizeHint().width() + _BAR)
