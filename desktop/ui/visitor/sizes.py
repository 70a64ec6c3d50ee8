"""Sizes of the person's window: read from an arm's length away, and touched."""

from __future__ import annotations

from string import Template

from desktop.ui.theme import Size

_SHEET = Template(
    """
QLabel, QLineEdit { font-size: ${text}px; }
QLabel[look="title"] { font-size: ${title}px; }
QLabel[look="heading"] { font-size: ${heading}px; }
QPushButton { font-size: ${text}px; min-height: ${target}px; border-radius: 10px; padding: 0 20px; }
QPushButton:focus { padding: 0 19px; }
"""
)


def sheet(*, large: bool) -> str:
    """The window's own style sheet, on top of the application's."""
    text = 28 if large else 19
    return _SHEET.substitute(text=text, title=text + 12, heading=text + 4, target=Size.TOUCH + (20 if large else 8))
