"""What every step of the set-up has."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from desktop.ui.widgets.basic import column, label
from desktop.ui.widgets.scroll import FormScroll


class Step(QWidget):
    """A page with a title, one sentence about why it is asked, and fields. Nothing typed here is written anywhere."""

    changed = Signal()

    def __init__(self, title: str, lead: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self._lead = lead
        self.setAccessibleName(title)
        self.setAccessibleDescription(lead)

    def fill(self, body: QLayout) -> None:
        """Lay the step out: title, lead, `body`."""
        head = column(label(self.title, "title"), label(self._lead, "muted", wrap=True), gap=6)
        inside = column(head, body, None, gap=20, margins=(32, 28, 32, 16))
        whole = column(FormScroll(inside), gap=0)
        self.setLayout(whole)

    def enter(self) -> None:
        """The step came to the front: put the focus where typing begins."""

    def problem(self) -> str:
        """Why one cannot go on yet, as a sentence; empty when one can."""
        return ""

    def complain(self) -> None:
        """Mark the fields that `problem` speaks of."""
