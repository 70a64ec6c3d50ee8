"""Step: what will be written, before anything is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.ui.first_run.steps.step import Step
from desktop.ui.widgets.basic import column, frame, label, row


class SummaryStep(Step):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Ready to set up"),
            self.tr("Nothing has been written yet. “Set up” makes the encrypted vault and its keys."),
            parent,
        )
        self._lines = column(gap=12, margins=(20, 16, 20, 16))
        self._shown: list[QWidget] = []
        self.fill(column(frame("card", self._lines), gap=0))

    def show_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """What was chosen, as (title, value)."""
        for old in self._shown:
            self._lines.removeWidget(old)
            old.deleteLater()
        self._shown = [self._line(title, value) for title, value in lines]
        for line in self._shown:
            self._lines.addWidget(line)

    def _line(self, title: str, value: str) -> QWidget:
        caption = label(title, "muted")
        caption.setFixedWidth(170)
        text = label(value, wrap=True)
        text.setAccessibleName(f"{title}: {value}")
        made = QWidget()
        line = row(caption, text, gap=12)
        line.setStretch(1, 1)
        made.setLayout(line)
        return made
