"""Covers the whole window while nobody is signed in or the screen is locked. Holds no name and no face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.operators import OperatorDraft
from desktop.services.access import Access
from desktop.services.desk import Desk
from desktop.services.session import SignedIn
from desktop.services.site import SampleOperator
from desktop.ui.access.forms import OperatorForm
from desktop.ui.access.sign_in import SignInForm
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, frame, label, row, symbol
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.scroll import FormScroll

_WIDTH = 420


class LockScreen(QWidget):
    """Asks for the password of a locked session, for a sign-in, or for the first administrator."""

    def __init__(
        self, desk: Desk, tasks: TaskRunner, samples: Sequence[SampleOperator] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._access: Access = desk.access
        self.form = SignInForm(tasks, self._attempt, self.tr("Sign in"), samples=samples)
        self.first = FirstAdministrator(desk, tasks)
        self._icon = symbol("lock", "muted", 32)
        self._title = label("", "title")
        self._lead = label("", "muted", wrap=True)
        self.other = button(self.tr("Sign in as somebody else"), lambda: self._ask(own=False), look="quiet")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._sign_in_page())
        self._stack.addWidget(self.first)
        self.setLayout(self._stack)
        self.setAccessibleName(self.tr("Sign in"))

    def _sign_in_page(self) -> QWidget:
        inside = column(
            self._icon, 2, self._title, self._lead, 6, self.form, self.other, gap=10, margins=(28, 28, 28, 24)
        )
        card = frame("card", inside)
        card.setFixedWidth(_WIDTH)
        page = QWidget()
        page.setLayout(column(None, row(None, card, None), None, margins=(16, 16, 16, 16)))
        return page

    def cover(self, session: SignedIn | None) -> None:
        """Begin asking; `session` is the locked one, None: nobody is signed in."""
        if self._access.first_needed:
            self._stack.setCurrentWidget(self.first)
            self.first.form.name.setFocus()
            return
        self._stack.setCurrentIndex(0)
        self._ask(own=session is not None)

    def _ask(self, *, own: bool) -> None:
        self._title.setText(self.tr("Locked") if own else self.tr("Sign in"))
        self._lead.setText(
            self.tr("The cameras go on. Type your password to return to your work.")
            if own
            else self.tr("The cameras go on. Pictures, names and lists are shown once you are signed in.")
        )
        self.other.setVisible(own)
        self.form.begin(own=own, act=self.tr("Unlock") if own else self.tr("Sign in"))

    def _attempt(self, login: str, password: str) -> None:
        if login:
            self._access.sign_in(login, password)
        else:
            self._access.unlock(password)


class FirstAdministrator(QWidget):
    """Makes the first operator of a desk, who is signed in at once."""

    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._saving = False
        self.form = OperatorForm(first=True)
        self.notice = Notice()
        self._reason = label("", "small", wrap=True)
        self.save = button(self.tr("Create and sign in"), self._save, look="primary", icon="check")
        head = column(
            label(self.tr("The first administrator"), "title"),
            label(
                self.tr(
                    "This desk has no operators yet. The first one can add others. On a small site one person may "
                    "take all roles."
                ),
                "muted",
                wrap=True,
            ),
            gap=6,
        )
        foot = row(self._reason, self.save, gap=12)
        foot.setStretch(0, 1)
        inside = column(head, 4, self.form, self.notice, foot, gap=12, margins=(28, 24, 28, 24))
        card = frame("card", inside)
        card.setFixedWidth(_WIDTH + 60)
        self.setLayout(column(FormScroll(column(None, row(None, card, None), None, margins=(16, 16, 16, 16)))))
        self.form.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        problem = self.form.problem()
        self.save.setEnabled(not problem and not self._saving)
        self.save.setAccessibleDescription(problem)
        self._reason.setText(problem)

    def _save(self) -> None:
        draft = self.form.draft()
        self._saving = True
        self.form.setEnabled(False)
        self._follow()
        self._tasks.run(lambda _: self._create(draft), lambda _: self._on_saved(), self._on_failed, owner=self)

    def _create(self, draft: OperatorDraft) -> None:
        self._desk.operators.create_first(draft)
        self._desk.access.sign_in(draft.login, draft.password)

    def _on_saved(self) -> None:
        self._again()
        self.form.password.clear()

    def _on_failed(self, error: ConsentryError) -> None:
        self._again()
        self.notice.say(error_text(error).whole, Tone.DANGER)

    def _again(self) -> None:
        self._saving = False
        self.form.setEnabled(True)
        self._follow()
