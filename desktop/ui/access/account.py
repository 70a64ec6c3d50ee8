"""Who is signed in here: their roles, their password, and the way out."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.services.session import SignedIn
from desktop.ui import texts
from desktop.ui.operators.dialogs import OwnPasswordDialog
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog


class AccountDialog(Dialog):
    def __init__(self, desk: Desk, tasks: TaskRunner, session: SignedIn, parent: QWidget) -> None:
        super().__init__(self.tr("Your account"), parent)
        self._desk = desk
        self._tasks = tasks
        self._window = parent
        self.password = button(self.tr("Change my password"), self._change_password, icon="key")
        self.leave = button(self.tr("Sign out"), self._sign_out, icon="lock")
        self.done_button = button(self.tr("Close"), self.accept, look="primary")
        body = column(
            label(session.name, "heading", wrap=True),
            label(texts.roles(session.roles), "muted", wrap=True),
            6,
            row(self.password, self.leave, None, gap=10),
            gap=8,
        )
        self.fill(body, row(None, self.done_button))
        self.fit(460)
        self.done_button.setFocus()

    def _change_password(self) -> None:
        self.accept()
        OwnPasswordDialog(self._desk, self._tasks, self._window).open()

    def _sign_out(self) -> None:
        self.accept()
        self._desk.access.sign_out()
