"""Fields for numbers with room before the text, which the style sheet's padding does not give them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QAbstractSpinBox

_ROOM = 9  # px, as the other fields have beside their border

B = TypeVar("B", bound=QAbstractSpinBox)


def with_room(box: B) -> B:
    """The field itself, its text set in: Qt lays the inner field over the padding of the outer one."""
    box.lineEdit().setTextMargins(_ROOM, 0, _ROOM, 0)
    return box
