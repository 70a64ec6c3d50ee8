"""The person's window: one conversation in their language, and no way to anything else.

It has no menu, no shortcut and no frame, and only the guard closes it. It shows nobody but the person in front of it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent, QScreen
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.capture import ENDS, Step
from desktop.services.access import Access
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.notice import LanguageBar
from desktop.ui.look import look
from desktop.ui.visitor.pages import ChoosePage, ConfirmPage, ReadPage, TellPage, VisitorPage
from desktop.ui.visitor.return_bar import ReturnBar
from desktop.ui.visitor.sizes import sheet
from desktop.ui.widgets.basic import button, column, frame, label, row, set_text

_ACTING = frozenset({Step.NOTICE, Step.CHOICES, Step.CONFIRMATION})
_WIDEST = 900


class VisitorWindow(QWidget):
    """`access`: given where it stands on the guard's own display, who then returns with their password.

    `dismissed`: the guard wants it closed.
    """

    dismissed = Signal()

    def __init__(self, session: CaptureSession, access: Access | None, tasks: TaskRunner) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._session = session
        self._closing = False
        self._large = False
        self.setProperty("look", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.languages = LanguageBar(session)
        self.languages.setParent(self)
        self.size_button = button("", self._toggle_size)
        self.read = ReadPage(session)
        self.choose = ChoosePage(session)
        self.confirm = ConfirmPage(session)
        self.tell = TellPage(session)
        self._stack = QStackedWidget()
        self._pages: tuple[VisitorPage, ...] = (self.read, self.choose, self.confirm, self.tell)
        self.stop = button("", session.withdraw)
        self.back = button("", session.back)
        self.next = button("", self._go_on, look="primary")
        self._problem = label("", "attention", wrap=True)
        self.return_bar = ReturnBar(access, tasks) if access is not None else None
        self._build()
        session.changed.connect(self.follow)
        session.stepped.connect(self._on_stepped)
        session.interrupted.connect(self._on_interrupted)
        look().changed.connect(self._restyle)
        self._restyle()
        self.follow()

    def _build(self) -> None:
        for page in self._pages:
            self._stack.addWidget(page)
        top = frame(
            "bar", row(*self.languages.by_language.values(), None, self.size_button, gap=8, margins=(24, 10, 24, 10))
        )
        middle = row(None, self._stack, None, gap=0, margins=(24, 20, 24, 12))
        middle.setStretch(1, 8)
        self._stack.setMaximumWidth(_WIDEST)
        foot = row(self.stop, self._problem, self.back, self.next, gap=16, margins=(24, 14, 24, 14))
        foot.setStretch(1, 1)
        self._foot = frame("foot", foot)
        whole: QVBoxLayout = column(top, middle, self._foot, gap=0)
        if self.return_bar is not None:
            self.return_bar.confirmed.connect(self.dismissed)
            whole.addWidget(self.return_bar)
        whole.setStretch(1, 1)
        self.setLayout(whole)

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

    @property
    def page(self) -> VisitorPage:
        """The page in front."""
        pages = {Step.NOTICE: self.read, Step.CHOICES: self.choose, Step.CONFIRMATION: self.confirm}
        return pages.get(self._session.step, self.tell)

    def follow(self) -> None:
        session, words = self._session, self._session.words
        rtl = session.right_to_left
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        self.languages.follow()
        for made in self.languages.by_language.values():
            made.setVisible(made.isEnabled() and session.step not in ENDS)
        set_text(self.size_button, words.smaller if self._large else words.larger)
        set_text(self.stop, words.stop)
        set_text(self.back, words.back)
        set_text(self.next, words.carry_on)
        self.page.follow()
        self._stack.setCurrentWidget(self.page)
        acting = session.step in _ACTING
        self._foot.setVisible(acting)
        self.back.setVisible(session.step in (Step.CHOICES, Step.CONFIRMATION))
        self.next.setEnabled(acting and not session.needs)
        self._problem.setText(words.open_choice if session.step is Step.CHOICES and session.needs else "")

    def _on_stepped(self) -> None:
        self.follow()
        if self._session.step is not Step.NOTICE:
            self.read.say("")

    def _on_interrupted(self) -> None:
        self.read.say(self._session.words.changed)

    def _go_on(self) -> None:
        """Only through the steps that are the person's own."""
        if self._session.step in _ACTING:
            self._session.forward()

    def _toggle_size(self) -> None:
        self._large = not self._large
        self._restyle()
        self.follow()

    def _restyle(self) -> None:
        self.setStyleSheet(sheet(large=self._large))
