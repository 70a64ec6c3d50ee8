"""Acts that need the operator's password once more: asked for when it is missing, and then carried on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.access import Access
from desktop.services.errors import NotConfirmed
from desktop.ui.access.sign_in import SignInForm
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog

R = TypeVar("R")


class ConfirmDialog(Dialog):
    """Asks for one's own password; `on_right` afterwards, `on_cancelled` where it is not given."""

    def __init__(
        self,
        access: Access,
        tasks: TaskRunner,
        *,
        on_right: Callable[[], object],
        on_cancelled: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(self.tr("Your password"), parent)
        self.form = SignInForm(tasks, lambda _login, password: access.confirm(password), self.tr("Confirm"))
        self.cancel = button(self.tr("Cancel"), self.reject)
        lead = label(self.tr("This changes who may do what. Type your password once more."), "muted", wrap=True)
        body = column(label(self.tr("Is it you?"), "heading"), lead, self.form, gap=14)
        self.fill(body, row(None, self.cancel))
        self.form.done.connect(self.accept)
        self.accepted.connect(on_right)
        self.rejected.connect(on_cancelled)
        self.form.begin(own=True)
        self.fit(440)


def run_confirmed(
    access: Access,
    tasks: TaskRunner,
    operation: Callable[[], R],
    on_success: Callable[[R], object],
    on_failure: Callable[[ConsentryError], object],
    *,
    window: QWidget,
) -> None:
    """Run `operation` in a worker; where it asks for the password, ask and run it again. `window` owns it.

    Where the password is not given, `on_failure` gets NotConfirmed.
    """

    def failed(error: ConsentryError) -> None:
        if not isinstance(error, NotConfirmed):
            on_failure(error)
            return
        ConfirmDialog(access, tasks, on_right=run, on_cancelled=lambda: on_failure(error), parent=window).open()

    def run() -> None:
        tasks.run(lambda _: operation(), lambda result: _ignore(on_success(result)), failed, owner=window)

    run()


def _ignore(_: object) -> None:
    return None
