"""Step: the site and who answers for it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.domain.controller import Controller
from desktop.ui.first_run.steps.step import Step
from desktop.ui.settings.controller_form import ControllerForm
from desktop.ui.widgets.basic import column


class ControllerStep(Step):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Site and controller"),
            self.tr(
                "Notices, receipts and certificates name who answers for the processing. All of it can be changed."
            ),
            parent,
        )
        self.form = ControllerForm()
        self.form.changed.connect(self.changed)
        self.fill(column(self.form))

    def enter(self) -> None:
        self.form.site.setFocus()

    def draft(self) -> Controller:
        return self.form.draft()

    def problem(self) -> str:
        return self.form.problem()

    def complain(self) -> None:
        self.form.complain()
