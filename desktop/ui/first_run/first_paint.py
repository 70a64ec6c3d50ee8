"""Holding back what would delay a window's first picture: threads that import take the interpreter from it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

_LATEST_MS = 500  # a window that is not painted by then is in nobody's sight


class FirstPaint:
    """`window` tells of every picture with `painted`."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._held_back: Callable[[], object] | None = None
        self._seen = False
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def painted(self) -> None:
        if not self._seen:
            self._seen = True
            self._timer.start(0)

    def then(self, act: Callable[[], object]) -> None:
        """Do it once the window has been painted; at once where it has, or is not shown."""
        if self._seen or not self._window.isVisible():
            act()
            return
        self._held_back = act
        self._timer.start(_LATEST_MS)

    def forget(self) -> None:
        self._held_back = None
        self._timer.stop()

    def _go_on(self) -> None:
        act, self._held_back = self._held_back, None
        if act is not None:
            act()
