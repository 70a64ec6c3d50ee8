"""What a site tells about itself in numbers: consents, requests, erasures, retention. Counts only, never a name.

For the public, counts of fewer than five are left out: in a small group a number can be a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Any, Final, Protocol

FEWEST: Final = 5


class TrustPart(StrEnum):
    CONSENTS = "consents"  # people by the state of their consent to recognition
    REQUESTS = "requests"
    ERASURES = "erasures"  # people erased, by reason
    RETENTION = "retention"  # what went by itself, by category
    PERIODS = "periods"  # how long what is kept


class TrustUnit(StrEnum):
    COUNT = "count"
    HOURS = "hours"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class TrustFigure:
    """One number.

    Attributes:
        name: what it is of: the value of an enumeration.
        value: None: too few for the public, or nothing to measure yet.
        cases: how many cases a time was measured on; None: it is a count, or a rule.
    """

    part: TrustPart
    name: str
    value: float | None
    unit: TrustUnit = TrustUnit.COUNT
    cases: int | None = None

    @property
    def few(self) -> bool:
        """Whether it tells of fewer than five."""
        amount = self.value if self.unit is TrustUnit.COUNT else self.cases
        return amount is not None and amount < FEWEST


@dataclass(frozen=True, slots=True)
class TrustReport:
    """`since` to `at` for what happened, `at` for what is. Times are timezone-aware UTC."""

    site: str
    since: datetime
    at: datetime
    figures: tuple[TrustFigure, ...]
    public: bool = False

    def for_the_public(self) -> TrustReport:
        hidden = tuple(replace(each, value=None, cases=None) if each.few else each for each in self.figures)
        return replace(self, figures=hidden, public=True)

    def of(self, part: TrustPart) -> tuple[TrustFigure, ...]:
        return tuple(each for each in self.figures if each.part is part)

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "document": "consentry trust figures",
            "version": 1,
            "site": self.site,
            "since": self.since.isoformat(),
            "at": self.at.isoformat(),
            "fewer_than_left_out": FEWEST if self.public else None,
            "figures": [
                {"part": each.part.value, "name": each.name, "unit": each.unit.value, "value": each.value}
                for each in self.figures
            ],
        }


class TrustPrinter(Protocol):
    """Draws the figures; the program's is in the window (Qt)."""

    def save(self, report: TrustReport, target: Path) -> None:
        """Write them as PDF, A4. Raises OSError."""


def response_times(days: Sequence[int]) -> list[TrustFigure]:
    """The middle one and the longest of the days between a request and its answer."""
    part, unit, cases = TrustPart.REQUESTS, TrustUnit.DAYS, len(days)
    return [
        TrustFigure(part, "middle_response", float(median(days)) if days else None, unit, cases),
        TrustFigure(part, "longest_response", float(max(days)) if days else None, unit, cases),
    ]
