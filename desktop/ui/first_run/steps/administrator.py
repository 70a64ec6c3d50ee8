"""Step: the first administrator."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.domain.operators import OperatorDraft
from desktop.ui.access.forms import OperatorForm
from desktop.ui.first_run.steps.step import Step
from desktop.ui.widgets.basic import column


class AdministratorStep(Step):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("First administrator"),
            self.tr(
                "Whoever works here signs in. The administrator sets the desk up and adds the others; "
                "a small site may give one person several roles."
            ),
            parent,
        )
        self.form = OperatorForm(first=True)
        self.form.changed.connect(self.changed)
        self.fill(column(self.form))

    def enter(self) -> None:
        self.form.name.setFocus()

    def draft(self) -> OperatorDraft:
        return self.form.draft()

    def problem(self) -> str:
        return self.form.problem()
