"""Where the person reads: on a second display, or on this one once it is turned. The guard opens and closes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.services.access import Access
from desktop.ui.visitor.shell import VisitorShell
from desktop.ui.widgets.basic import button, column, holding, label, set_text

W = TypeVar("W", bound=VisitorShell)


class VisitorLink(QObject, Generic[W]):
    """`chooser` is the guard's control; `window` the person's, while it is open.

    `make` gives the person's window; it gets `access` where that stands on the guard's own display. `guard` is the
    guard's window: when it goes, or hides behind the lock screen, nobody acts on either display.
    """

    def __init__(self, make: Callable[[Access | None], W], access: Access, guard: QWidget) -> None:
        super().__init__(guard)
        self._make = make
        self._access = access
        self._guard = guard
        self.window: W | None = None
        self.screens = QComboBox()
        self.screens.setAccessibleName(self.tr("Where the person reads"))
        self.open_button = button("", self.toggle)
        caption = label(self.tr("Visitor's screen"), "caption")
        caption.setBuddy(self.screens)
        self.chooser = holding(column(caption, self.screens, self.open_button, gap=6))
        self._fill()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._fill)
        application.screenRemoved.connect(self._fill)
        guard.installEventFilter(self)
        owner = guard.parentWidget()
        if owner is not None:
            owner.installEventFilter(self)
        self._name_button()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The program's window closes, or the guard's hides, and the person's goes with it."""
        hidden = watched is self._guard and event.type() == QEvent.Type.Hide and not event.spontaneous()
        if hidden or event.type() == QEvent.Type.Close:
            self.close()
        return False

    def _fill(self, _screen: QScreen | None = None) -> None:
        """Other displays first; this one, which is turned then, is always there."""
        own = self._guard.screen()
        self.screens.clear()
        for screen in QGuiApplication.screens():
            if screen is not own:
                self.screens.addItem(self.tr("Display {name}").format(name=screen.name()), screen)
        self.screens.addItem(self.tr("This display"), own)

    @property
    def in_place(self) -> bool:
        """Whether the person's window takes the guard's own display."""
        return self.screens.currentData() is self._guard.screen()

    def toggle(self) -> None:
        if self.window is None:
            self.open()
        else:
            self.close()

    def open(self) -> None:
        """Show the person's window, full on its display."""
        self.close()
        self.window = self._make(self._access if self.in_place else None)
        self.window.dismissed.connect(self.close)
        self.window.show_on(self.screens.currentData())
        if not self.in_place:
            self._guard.activateWindow()
        self._name_button()

    def close(self) -> None:
        """The guard takes the person's window away; nothing happens where there is none."""
        if self.window is not None:
            window, self.window = self.window, None
            window.dismiss()
        self._name_button()

    def _name_button(self) -> None:
        shown = self.window is not None
        self.screens.setEnabled(not shown)
        set_text(self.open_button, self.tr("Close it") if shown else self.tr("Show"))
