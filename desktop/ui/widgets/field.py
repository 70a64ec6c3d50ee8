"""A form field: its label above, the control, and a line of help or of what is wrong below."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QWidget

from desktop.ui.look import restyle
from desktop.ui.widgets.basic import column, label


class Field(QWidget):
    """`control` gets the label as buddy and accessible name, the line below as accessible description."""

    def __init__(self, title: str, control: QWidget, help_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._help = help_text
        self.control = control
        self.caption: QLabel = label(title, "strong")
        self.caption.setBuddy(control)
        control.setAccessibleName(title)
        if isinstance(control, QAbstractSpinBox):  # its inner editor has the focus
            control.lineEdit().setAccessibleName(title)
        self._below = label("", "small", wrap=True)
        self.setLayout(column(self.caption, control, self._below, gap=4))
        self.complain("")

    def complain(self, problem: str) -> None:
        """Say what is wrong with the value; an empty text brings the help back."""
        text = problem or self._help
        self._below.setText(text)
        self._below.setVisible(bool(text))
        self._below.setProperty("look", "problem" if problem else "small")
        self.control.setProperty("problem", bool(problem))
        self.control.setAccessibleDescription(text)
        restyle(self._below)
        restyle(self.control)
