"""Fields for signing in and for making an operator."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.operators import MAX_LOGIN_LENGTH, OperatorDraft, clean_login
from desktop.domain.passwords import MAX_LENGTH, MIN_LENGTH, PasswordProblem
from desktop.domain.people import MAX_NAME_LENGTH, clean_name
from desktop.domain.permissions import Role
from desktop.services.passwords import problem_of
from desktop.ui.widgets.basic import column
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.field import Field

PROBLEMS: dict[PasswordProblem, str] = {
    PasswordProblem.SHORT: T("PasswordForm", "The password needs at least {least} characters."),
    PasswordProblem.LONG: T("PasswordForm", "The password is longer than {most} characters."),
    PasswordProblem.COMMON: T("PasswordForm", "This password consists of common words or sequences only."),
    PasswordProblem.REPEATED: T("PasswordForm", "This password repeats one short piece."),
    PasswordProblem.NAME: T("PasswordForm", "The password must not hold the operator's own name."),
}


def secret_edit() -> QLineEdit:
    """A line whose text is hidden."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setMaxLength(2 * MAX_LENGTH)  # so that too long is said, not cut
    return made


def password_sentence(problem: PasswordProblem) -> str:
    said = QCoreApplication.translate("PasswordForm", PROBLEMS[problem])
    return said.format(least=MIN_LENGTH, most=MAX_LENGTH)


class PasswordForm(QWidget):
    """A new password, twice. `names` are the operator's, which it must not hold. `changed` after every change.

    `with_old`: the password so far is asked for, too. `phrase`: it is called a passphrase.
    """

    changed = Signal()

    def __init__(self, *, with_old: bool = False, phrase: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: tuple[str, ...] = ()
        self._with_old = with_old
        self.old, self.password, self.again = secret_edit(), secret_edit(), secret_edit()
        old = Field(self.tr("Password so far"), self.old)
        old.setVisible(with_old)
        title = self.tr("New password") if with_old else self.tr("Passphrase") if phrase else self.tr("Password")
        self._field = Field(
            title,
            self.password,
            self.tr("At least {least} characters; several unrelated words are easy to remember.").format(
                least=MIN_LENGTH
            ),
        )
        again = self.tr("Passphrase again") if phrase else self.tr("Password again")
        self.setLayout(column(old, self._field, Field(again, self.again), gap=12))
        for edit in (self.old, self.password, self.again):
            edit.textChanged.connect(self._on_text)

    def problem(self) -> str:
        """What is wrong, as a sentence; empty when it can be used."""
        if self._with_old and not self.old.text():
            return self.tr("Type your password so far.")
        found = problem_of(self.password.text(), *self.names)
        if found is not None:
            return password_sentence(found)
        if self.password.text() != self.again.text():
            return self.tr("The two passwords differ.")
        return ""

    def clear(self) -> None:
        self.password.clear()
        self.again.clear()

    def _on_text(self) -> None:
        typed = len(self.password.text()) >= MIN_LENGTH
        found = problem_of(self.password.text(), *self.names) if typed else None
        self._field.complain(password_sentence(found) if found is not None else "")
        self.changed.emit()


class RoleBoxes(QWidget):
    """A box for each role with what it brings. `changed` after every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        lines = {
            Role.GUARD: CheckLine(
                self.tr("Guard"), self.tr("Live, today's activity, a person's card, recording consent.")
            ),
            Role.OFFICER: CheckLine(
                self.tr("Privacy officer"), self.tr("People, consent, requests, retention, audit, exports, erasure.")
            ),
            Role.ADMINISTRATOR: CheckLine(
                self.tr("Administrator"),
                self.tr("Cameras, operators, models, backup, keys, settings. No person's data."),
            ),
        }
        self.boxes = {role: line.box for role, line in lines.items()}
        self.setLayout(column(*lines.values(), gap=8))
        for box in self.boxes.values():
            box.toggled.connect(self.changed)

    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, box in self.boxes.items() if box.isChecked())

    def choose(self, roles: Collection[Role]) -> None:
        for role, box in self.boxes.items():
            box.setChecked(role in roles)


class OperatorForm(QWidget):
    """Name, sign-in name, password and roles of a new operator. `changed` after every change.

    `first`: the first administrator of a desk, who cannot be without that role.
    """

    changed = Signal()

    def __init__(self, *, first: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.login = QLineEdit(), QLineEdit()
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.login.setMaxLength(MAX_LOGIN_LENGTH)
        self.password = PasswordForm()
        self.roles = RoleBoxes()
        self.roles.choose({Role.ADMINISTRATOR} if first else {Role.GUARD})
        self.roles.boxes[Role.ADMINISTRATOR].setEnabled(not first)
        self.setLayout(
            column(
                Field(self.tr("Name"), self.name),
                Field(self.tr("Sign-in name"), self.login, self.tr("What is typed to sign in.")),
                self.password,
                self.roles,
                gap=12,
            )
        )
        for edit in (self.name, self.login):
            edit.textChanged.connect(self._on_names)
        self.password.changed.connect(self.changed)
        self.roles.changed.connect(self.changed)

    def problem(self) -> str:
        """What is missing, as a sentence; empty when complete."""
        try:
            clean_name(self.name.text())
        except ValueError:
            return self.tr("Type the operator's name.")
        try:
            clean_login(self.login.text())
        except ValueError:
            return self.tr("Type a sign-in name.")
        return self.password.problem() or ("" if self.roles.roles() else self.tr("Choose at least one role."))

    def draft(self) -> OperatorDraft:
        return OperatorDraft(self.name.text(), self.login.text(), self.password.password.text(), self.roles.roles())

    def _on_names(self) -> None:
        self.password.names = (self.name.text(), self.login.text())
        self.changed.emit()
