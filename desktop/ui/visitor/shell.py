"""What every window for the person in front of the desk has: their language, large targets, no way to anything else.

It has no menu, no shortcut and no frame, and only the guard closes it. It shows nobody but the person in front of it.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.notices import RIGHT_TO_LEFT
from desktop.services.access import Access
from desktop.services.visitor_words import VisitorWords
from desktop.ui.look import look
from desktop.ui.visitor.languages import LanguageBar
from desktop.ui.visitor.return_bar import ReturnBar
from desktop.ui.visitor.sizes import sheet
from desktop.ui.widgets.basic import button, column, frame, row, set_text

_WIDEST = 900


class VisitorShell(QWidget):
    """`access`: given where it stands on the guard's own display, who then returns with their password. `choose` gets
    the language that the person wants.

    `dismissed`: the guard wants it closed.
    """

    dismissed = Signal()

    def __init__(self, access: Access | None, tasks: TaskRunner, choose: Callable[[str], object]) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._closing = False
        self._large = False
        self.setProperty("look", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.languages = LanguageBar(choose)
        self.languages.setParent(self)
        self.size_button = button("", self._toggle_size)
        self.return_bar = ReturnBar(access, tasks) if access is not None else None

    def fill(self, body: QWidget, foot: QWidget | None = None) -> None:
        """Lay the window out, the languages above `body`, and show it as it is now."""
        top = frame(
            "bar", row(*self.languages.by_language.values(), None, self.size_button, gap=8, margins=(24, 10, 24, 10))
        )
        middle = row(None, body, None, gap=0, margins=(24, 20, 24, 12))
        middle.setStretch(1, 8)
        body.setMaximumWidth(_WIDEST)
        whole: QVBoxLayout = column(top, middle, gap=0)
        whole.setStretch(1, 1)
        if foot is not None:
            whole.addWidget(foot)
        if self.return_bar is not None:
            self.return_bar.confirmed.connect(self.dismissed)
            whole.addWidget(self.return_bar)
        self.setLayout(whole)
        look().changed.connect(self._restyle)
        self._restyle()
        self.follow()

    def follow(self) -> None:
        """What is shown has changed, or the language it is shown in."""

    def speak(self, language: str, words: VisitorWords) -> None:
        """Turn to a language: the direction of the window, and the button for the size of the text."""
        way = Qt.LayoutDirection.RightToLeft if language in RIGHT_TO_LEFT else Qt.LayoutDirection.LeftToRight
        self.setLayoutDirection(way)
        set_text(self.size_button, words.smaller if self._large else words.larger)

    def show_on(self, screen: QScreen) -> None:
        """Full on that display."""
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def dismiss(self) -> None:
        """The guard's way to close it; there is no other."""
        self._closing = True
        self.close()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._closing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key leads anywhere but to the control that has the focus."""
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keys stay in this window: no shortcut of the program's hears of them."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()

    def _toggle_size(self) -> None:
        self._large = not self._large
        self._restyle()
        self.follow()

    def _restyle(self) -> None:
        self.setStyleSheet(sheet(large=self._large))
