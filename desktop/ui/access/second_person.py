"""An act that takes two people: the second one agrees here, or later from a session of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import ApprovalId
from desktop.domain.permissions import TwoPersonAct
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.access.sign_in import SignInForm
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Tone


class SecondPersonDialog(Dialog):
    """For the act on each of `object_ids`. Calls `on_agreed` once the second person has agreed here; the first one's
    session goes on."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        act: TwoPersonAct,
        object_ids: Sequence[str],
        *,
        on_agreed: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("A second person"), parent)
        self._approvals = desk.approvals
        self._tasks = tasks
        self._act = act
        self._object_ids = tuple(object_ids)
        self._on_agreed = on_agreed
        self._wishes: list[ApprovalId] = []
        self.form = SignInForm(tasks, self._agree, self.tr("Agree"))
        self.later = button(self.tr("Ask for it later"), self._ask_later)
        self.cancel = button(self.tr("Cancel"), self.reject)
        lead = self.tr(
            "This site asks for two people. A colleague with the same permission signs in here to agree, or agrees "
            "later from their own session, under Approvals."
        )
        body = column(label(texts.act(act), "heading"), label(lead, "muted", wrap=True), self.form, gap=14)
        self.fill(body, row(None, self.cancel, self.later, gap=12))
        self.form.done.connect(self._on_done)
        self.form.begin(own=False)
        self.fit(480)

    def _agree(self, login: str, password: str) -> None:
        """In a worker; the form tries one password at a time."""
        if not self._wishes:
            self._wishes = self._request()
        self._approvals.agree_as(self._wishes, login, password)

    def _request(self) -> list[ApprovalId]:
        return [self._approvals.request(self._act, each) for each in self._object_ids]

    def _on_done(self) -> None:
        self.accept()
        self._on_agreed()

    def _ask_later(self) -> None:
        self.later.setEnabled(False)
        self._tasks.run(
            lambda _: self._request(),
            lambda _: self.accept(),
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self.later.setEnabled(True)
        self.form.notice.say(error_text(error).whole, Tone.DANGER)
