"""Step: where the keys live."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.ui.access.forms import PasswordForm
from desktop.ui.first_run.steps.step import Step
from desktop.ui.widgets.basic import column
from desktop.ui.widgets.option import OptionCard


class KeysStep(Step):
    """The passphrase is asked for only where it is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Where the keys live"),
            self.tr("The database is encrypted. Its key is never kept beside it in the open."),
            parent,
        )
        self.keyring = OptionCard(
            self.tr("Keyring of this computer (recommended)"),
            self.tr(
                "The desk opens by itself once the computer's user is signed in. "
                "Without that user's password nobody can open a copy of the files."
            ),
        )
        self.passphrase = OptionCard(
            self.tr("A passphrase"),
            self.tr(
                "For computers without a keyring: somebody types it whenever Consentry starts. "
                "An older copy of all files together cannot be told from the newest one then."
            ),
        )
        self.form = PasswordForm(phrase=True)
        self.form.changed.connect(self.changed)
        group = QButtonGroup(self)
        for card in (self.keyring, self.passphrase):
            group.addButton(card.button)
            card.chosen.connect(self._follow)
        self.fill(column(self.keyring, self.passphrase, self.form, gap=12))
        self.keyring.button.setChecked(True)
        self._follow()

    def enter(self) -> None:
        (self.passphrase if self.wants_passphrase else self.keyring).button.setFocus()

    @property
    def wants_passphrase(self) -> bool:
        return self.passphrase.button.isChecked()

    def passphrase_text(self) -> str:
        """What was typed; empty with the keyring."""
        return self.form.password.text() if self.wants_passphrase else ""

    def problem(self) -> str:
        return self.form.problem() if self.wants_passphrase else ""

    def _follow(self) -> None:
        self.form.setVisible(self.wants_passphrase)
        self.changed.emit()
