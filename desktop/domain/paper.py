"""What is handed to a person on paper: a receipt, a visitor's pass or a certificate, before it is laid out.

The window draws it (desktop.ui.papers); printing, saving and showing share that one layout.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from desktop.domain.notices import RIGHT_TO_LEFT


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what it says. A time is timezone-aware and written in the paper's language and time zone; a day is
    written in its language."""

    label: str
    value: str | datetime | date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows, and paragraphs under them; the title may be empty."""

    title: str
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. It never holds a picture of a face.

    Attributes:
        language: of every text.
        time_zone: IANA name, for the times.
        code: what the QR code says, and none where it is empty; `caption` tells what it is good for.
        large: it is read across a desk.
    """

    language: str
    time_zone: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    code: str
    caption: str
    large: bool = False

    @property
    def right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT


class PaperRenderer(Protocol):
    """Lays a paper out; the program's is in the window (Qt)."""

    def save(self, paper: Paper, target: Path) -> None:
        """Write it as PDF, A4. Raises OSError."""

    def pdf(self, paper: Paper) -> bytes:
        """The same in memory."""
