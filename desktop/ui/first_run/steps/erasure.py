"""Step: normal or strict erasure."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QWidget

from desktop.ui.first_run.steps.step import Step
from desktop.ui.widgets.basic import column
from desktop.ui.widgets.option import OptionCard


class ErasureStep(Step):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Erasure"),
            self.tr(
                "Whoever is erased becomes unreadable at once, also in old backups. "
                "This choice is about keys that are kept elsewhere."
            ),
            parent,
        )
        self.normal = OptionCard(
            self.tr("Normal (recommended)"),
            self.tr(
                "People's keys are also kept with the backups, locked by the recovery code, "
                "and are renewed there at every erasure. "
                "Somebody who holds an older copy of them and the recovery code could still read what they once opened."
            ),
        )
        self.strict = OptionCard(
            self.tr("Strict"),
            self.tr(
                "People's keys are nowhere but on this computer, so that no old copy can ever open what was erased. "
                "If this computer or its key is lost, everybody must be enrolled again."
            ),
        )
        group = QButtonGroup(self)
        for card in (self.normal, self.strict):
            group.addButton(card.button)
            card.chosen.connect(self.changed)
        self.normal.button.setChecked(True)
        self.fill(column(self.normal, self.strict, gap=12))

    def enter(self) -> None:
        (self.strict if self.is_strict else self.normal).button.setFocus()

    @property
    def is_strict(self) -> bool:
        return self.strict.button.isChecked()
