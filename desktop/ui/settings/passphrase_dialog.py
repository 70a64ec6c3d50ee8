"""Another passphrase for a desk whose keys lie under one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.services.desk import Desk
from desktop.ui.access.forms import PasswordForm
from desktop.ui.operators.dialogs import OperatorDialog


class PassphraseDialog(OperatorDialog):
    """`accepted` once the new one is in force."""

    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget) -> None:
        self.form = PasswordForm(phrase=True)
        lead = self.tr(
            "The new passphrase is asked for at the next start. A copy of the key file from before still opens with "
            "the former one: renew both kinds of keys, too, if somebody may have such a copy."
        )
        super().__init__(self.tr("Change the passphrase"), self.form, desk, tasks, parent=parent, lead=lead)
        self.form.password.setFocus()

    def problem(self) -> str:
        return self.form.problem()

    def change(self) -> Callable[[], object]:
        passphrase = self.form.password.text()
        return lambda: self._desk.keys.change_passphrase(passphrase)
