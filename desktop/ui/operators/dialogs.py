"""Adding an operator, changing roles, setting a password."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.operators import Operator
from desktop.services.desk import Desk
from desktop.ui.access.confirm import run_confirmed
from desktop.ui.access.forms import OperatorForm, PasswordForm, RoleBoxes
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice, Tone


class OperatorDialog(Dialog):
    """A form about an operator with Save; says why Save is off, and what was refused."""

    def __init__(self, title: str, form: OperatorForm | RoleBoxes | PasswordForm, desk: Desk, tasks: TaskRunner,
                 *, parent: QWidget, lead: str = "") -> None:  # fmt: skip
        super().__init__(title, parent)
        self._desk = desk
        self._tasks = tasks
        self._form = form
        self._saving = False
        self.notice = Notice()
        self._reason = label("", "small", wrap=True)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.save = button(self.tr("Save"), self._save, look="primary", icon="check")
        self.save.setDefault(True)
        head = column(label(title, "heading"), gap=6)
        if lead:
            head.addWidget(label(lead, "muted", wrap=True))
        foot = row(self._reason, self.cancel, self.save, gap=12)
        foot.setStretch(0, 1)
        self.fill(column(head, form, self.notice, None, gap=14), foot)
        form.changed.connect(self._follow)
        self._follow()
        self.fit(480)

    def problem(self) -> str:
        """Why Save is off; empty when it is on."""
        raise NotImplementedError

    def change(self) -> Callable[[], object]:
        """What Save does, in a worker, with the values as they are now."""
        raise NotImplementedError

    def _follow(self) -> None:
        problem = self.problem()
        self.save.setEnabled(not problem and not self._saving)
        self.save.setAccessibleDescription(problem)
        self._reason.setText(problem)

    def _save(self) -> None:
        self._saving = True
        self.notice.clear()
        self._form.setEnabled(False)
        self._follow()
        run_confirmed(
            self._desk.access, self._tasks, self.change(), lambda _: self.accept(), self._on_failed, window=self
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self._saving = False
        self._form.setEnabled(True)
        self._follow()
        self.notice.say(error_text(error).whole, Tone.ATTENTION)


class AddOperatorDialog(OperatorDialog):
    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget) -> None:
        self.form = OperatorForm()
        super().__init__(self.tr("Add an operator"), self.form, desk, tasks, parent=parent)
        self.form.name.setFocus()

    def problem(self) -> str:
        return self.form.problem()

    def change(self) -> Callable[[], object]:
        draft = self.form.draft()
        return lambda: self._desk.operators.add(draft)


class RolesDialog(OperatorDialog):
    def __init__(self, desk: Desk, tasks: TaskRunner, operator: Operator, parent: QWidget) -> None:
        self.boxes = RoleBoxes()
        self.boxes.choose(operator.roles)
        self._operator = operator
        lead = self.tr("{name} gets these roles at once, also while signed in.").format(name=operator.name)
        super().__init__(self.tr("Roles"), self.boxes, desk, tasks, parent=parent, lead=lead)

    def problem(self) -> str:
        return "" if self.boxes.roles() else self.tr("Choose at least one role.")

    def change(self) -> Callable[[], object]:
        roles = self.boxes.roles()
        return lambda: self._desk.operators.set_roles(self._operator.id, roles)


class PasswordDialog(OperatorDialog):
    def __init__(self, desk: Desk, tasks: TaskRunner, operator: Operator, parent: QWidget) -> None:
        self.form = PasswordForm()
        self.form.names = (operator.name, operator.login)
        self._operator = operator
        lead = self.tr("For {name}. Hand it over in person; they can change it when they are signed in.")
        super().__init__(
            self.tr("Set a new password"),
            self.form,
            desk,
            tasks,
            parent=parent,
            lead=lead.format(name=operator.name),
        )
        self.form.password.setFocus()

    def problem(self) -> str:
        return self.form.problem()

    def change(self) -> Callable[[], object]:
        password = self.form.password.text()
        return lambda: self._desk.operators.reset_password(self._operator.id, password)


class OwnPasswordDialog(OperatorDialog):
    """The password of whoever is signed in, by the old one."""

    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget) -> None:
        self.form = PasswordForm(with_old=True)
        super().__init__(self.tr("Change my password"), self.form, desk, tasks, parent=parent)
        self.form.old.setFocus()

    def problem(self) -> str:
        return self.form.problem()

    def change(self) -> Callable[[], object]:
        old, new = self.form.old.text(), self.form.password.text()
        return lambda: self._desk.operators.change_own_password(old, new)
