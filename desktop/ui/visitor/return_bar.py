"""The way back to the desk where the person's window stands on the guard's own display: the guard's password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.access import Access
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, label, row


class ReturnBar(QFrame):
    """A small button that opens a field for the password of whoever is signed in. `confirmed`: it was right."""

    confirmed = Signal()

    def __init__(self, access: Access, tasks: TaskRunner) -> None:
        super().__init__()
        self.setProperty("look", "strip")
        self._access = access
        self._tasks = tasks
        self.open = button(self.tr("For the desk"), self._ask, icon="lock")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Password of whoever is at the desk"))
        self.password.setPlaceholderText(self.tr("Password"))
        self.password.setMaximumWidth(320)
        self.password.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.password.returnPressed.connect(self._check)
        self._problem = label("", "problem")
        self.setLayout(row(self.open, self.password, self._problem, None, gap=12, margins=(24, 8, 24, 8)))
        self.password.hide()

    def _ask(self) -> None:
        self.password.setVisible(self.password.isHidden())
        self.password.clear()
        self._problem.setText("")
        self.password.setFocus()

    def _check(self) -> None:
        typed = self.password.text()
        self.password.clear()
        self.password.setEnabled(False)
        self._tasks.run(
            lambda _: self._access.confirm(typed), lambda _: self.confirmed.emit(), self._on_failed, owner=self
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self.password.setEnabled(True)
        self.password.setFocus()
        self._problem.setText(error_text(error).happened)
