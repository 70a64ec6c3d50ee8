"""Locks in time, and takes everything out of sight at once when it does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QWidget
from shiboken6 import Shiboken

from desktop.bridge.events import DeskEvents
from desktop.services.access import Access
from desktop.services.session import SignedIn

_LOOK_MS = 1000
_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class IdleWatch(QObject):
    """Tells the session about keys, mouse and touch, and looks once a second whether its time is over.

    It listens at whichever window has the focus: a filter on the whole application would be asked about every timer
    and every paint event.
    """

    def __init__(self, access: Access, parent: QObject) -> None:
        super().__init__(parent)
        self._access = access
        self._active = True
        self._heard: QWindow | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        _application().focusWindowChanged.connect(self._on_focus)
        self._on_focus(_application().focusWindow())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY:
            self._active = True
        return False

    def look(self) -> None:
        """Once a second is enough: the session need not hear of every mouse move."""
        if self._active:
            self._active = False
            self._access.touch()
        self._access.left()

    def close(self) -> None:
        self._timer.stop()
        _application().focusWindowChanged.disconnect(self._on_focus)
        self._on_focus(None)

    def _on_focus(self, window: QWindow | None) -> None:
        if self._heard is not None and Shiboken.isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = window
        if window is not None:
            window.installEventFilter(self)


class SessionGate(QObject):
    """Follows the session of one window: `opened` and `covered` say what to show.

    Dialogs are hidden while the screen is locked. They come back when the same operator unlocks it, and are closed
    when anybody else signs in.
    """

    opened = Signal(object)  # SignedIn: show this operator's pages
    covered = Signal(object)  # SignedIn or None: show the lock screen

    def __init__(self, access: Access, events: DeskEvents, window: QWidget) -> None:
        super().__init__(window)
        self._access = access
        self._window = window
        self._shown: SignedIn | None = None  # whose pages were shown last
        self._covered = False
        self._hidden: list[QDialog] = []
        self._focus: QWidget | None = None
        self.watch = IdleWatch(access, self)
        events.session_changed.connect(self.follow)
        _application().focusWindowChanged.connect(self._on_focus)

    def follow(self) -> None:
        """Make the window as the session is now."""
        now = self._access.current
        if now is None or now.locked:
            if not self._covered:
                self._covered = True
                self._focus = QApplication.focusWidget()
            self._hide()
            self.covered.emit(now)
            return
        self._covered = False
        before, self._shown = self._shown, now
        if before is None or before != now:
            self._drop()
        self.opened.emit(now)
        self._bring_back()

    def close(self) -> None:
        _application().focusWindowChanged.disconnect(self._on_focus)
        self.watch.close()

    def _on_focus(self, _window: QWindow | None) -> None:
        """A dialog that opens late (a task failed meanwhile) waits behind the lock screen, too."""
        if self._covered:
            self._hide()

    def _hide(self) -> None:
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        QToolTip.hideText()
        for dialog in self._dialogs():
            self._hidden.append(dialog)
            dialog.hide()

    def _dialogs(self) -> list[QDialog]:
        return [one for one in self._window.findChildren(QDialog) if one.isVisible()]

    def _drop(self) -> None:
        """What the operator before had open is none of this one's business."""
        hidden, self._hidden = self._hidden, []
        for dialog in [*reversed(hidden), *reversed(self._dialogs())]:
            if Shiboken.isValid(dialog):
                dialog.reject()
        self._focus = None

    def _bring_back(self) -> None:
        hidden, self._hidden = self._hidden, []
        for dialog in hidden:
            if Shiboken.isValid(dialog):
                dialog.show()
        focus, self._focus = self._focus, None
        if focus is not None and Shiboken.isValid(focus) and focus.isVisible():
            focus.setFocus()


def _application() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found
