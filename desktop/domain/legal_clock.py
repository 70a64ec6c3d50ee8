"""When an answer is due: a period by calendar, its extension, its pauses, and days on which no period ends.

The rules themselves are data (resources/jurisdictions). Counting: the day of receipt is not counted; a period in
months ends on the same date of its last month, where that month is shorter on its last day; an end on a weekend or a
day off moves to the next working day (Regulation (EEC, Euratom) No 1182/71, article 3; the ICO's guide says the same).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

DayOff = Callable[[date], bool]
"""Whether nobody works on a day besides weekends: public holidays and the site's own."""

_SATURDAY: Final = 5
_LONGEST_BREAK: Final = 60  # days; a calendar without a working day in so long is wrong


class PauseReason(StrEnum):
    IDENTITY = "identity"
    CLARIFICATION = "clarification"


class PauseEffect(StrEnum):
    """What waiting does to the period."""

    STOPS = "stops"  # the days waited are added
    RESTARTS = "restarts"  # the period begins when the answer has come


class Unit(StrEnum):
    MONTHS = "months"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError("a period has a length")

    def after(self, day: date) -> date:
        """The last day of the period that `day` sets going, before weekends are looked at."""
        return plus_months(day, self.count) if self.unit is Unit.MONTHS else day + timedelta(days=self.count)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """One jurisdiction's. `extended`: the whole period from receipt on when it was extended, None where it may not be.
    `pauses`: a reason that is not in it does not stop the clock. `rolls`: an end on a day off moves."""

    period: Period
    extended: Period | None
    pauses: Mapping[PauseReason, PauseEffect] = field(default_factory=dict)
    rolls: bool = True


@dataclass(frozen=True, slots=True)
class Pause:
    """Something was asked for on `since` and came on `until`; None: it is awaited."""

    reason: PauseReason
    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError("an answer comes after its question")


@dataclass(frozen=True, slots=True)
class Deadline:
    """`due`: the last day to answer; while the clock stands, what it would be if it went on today.
    `first_due`: without the extension, which must be told by then."""

    due: date
    first_due: date
    paused: bool = False

    def days_left(self, today: date) -> int:
        """Negative: overdue."""
        return (self.due - today).days


def plus_months(day: date, months: int) -> date:
    """The same date `months` later; in a shorter month its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_day(day: date, off: DayOff) -> date:
    """That day, or the first working day after it. Raises ValueError where there is none within sixty days."""
    for later in range(_LONGEST_BREAK):
        found = day + timedelta(days=later)
        if found.weekday() < _SATURDAY and not off(found):
            return found
    raise ValueError("no working day in sight")


def deadline(
    rules: ClockRules,
    received: date,
    today: date,
    off: DayOff,
    *,
    pauses: Sequence[Pause] = (),
    extended: bool = False,
) -> Deadline:
    """When an answer to a request of that day is due.

    Args:
        pauses: in the order in which they began, not overlapping.
        extended: the person was told so in time (see `may_extend`).

    Raises ValueError for an extension that the rules do not know.
    """
    if extended and rules.extended is None:
        raise ValueError("these rules know no extension")
    start, waited, standing = received, 0, False
    for pause in pauses:
        effect = rules.pauses.get(pause.reason)
        if effect is None:
            continue
        until = max(pause.since, today) if pause.until is None else pause.until
        standing = standing or pause.until is None
        if effect is PauseEffect.RESTARTS:
            start, waited = until, 0
        else:
            waited += (until - pause.since).days

    def end(period: Period) -> date:
        last = period.after(start) + timedelta(days=waited)
        return working_day(last, off) if rules.rolls else last

    first = end(rules.period)
    due = end(rules.extended) if extended and rules.extended is not None else first
    return Deadline(due, first, standing)


def may_extend(rules: ClockRules, reached: Deadline, today: date) -> bool:
    """The person must be told inside the first period (GDPR 12(3))."""
    return rules.extended is not None and today <= reached.first_due
