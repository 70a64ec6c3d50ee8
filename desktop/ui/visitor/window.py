"""The person's window of a conversation: what they read, choose and confirm, in their language."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import ENDS, Step
from desktop.services.access import Access
from desktop.ui.capture.session import CaptureSession
from desktop.ui.visitor.pages import ChoosePage, ConfirmPage, ReadPage, TellPage, VisitorPage
from desktop.ui.visitor.shell import VisitorShell
from desktop.ui.widgets.basic import button, frame, label, row, set_text

_ACTING = frozenset({Step.NOTICE, Step.CHOICES, Step.CONFIRMATION})


class VisitorWindow(VisitorShell):
    def __init__(self, session: CaptureSession, access: Access | None, tasks: TaskRunner) -> None:
        super().__init__(access, tasks, session.set_language)
        self._session = session
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
        for page in self._pages:
            self._stack.addWidget(page)
        foot = row(self.stop, self._problem, self.back, self.next, gap=16, margins=(24, 14, 24, 14))
        foot.setStretch(1, 1)
        self._foot = frame("foot", foot)
        session.changed.connect(self.follow)
        session.stepped.connect(self._on_stepped)
        session.interrupted.connect(self._on_interrupted)
        self.fill(self._stack, self._foot)

    @property
    def page(self) -> VisitorPage:
        """The page in front."""
        pages = {Step.NOTICE: self.read, Step.CHOICES: self.choose, Step.CONFIRMATION: self.confirm}
        return pages.get(self._session.step, self.tell)

    def follow(self) -> None:
        session, words = self._session, self._session.words
        self.speak(session.language, words)
        self.languages.follow(session.languages, session.language)
        for made in self.languages.by_language.values():
            made.setVisible(made.isEnabled() and session.step not in ENDS)
        set_text(self.stop, words.stop)
        self.stop.setVisible(not session.again)  # they refuse in the choices
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
