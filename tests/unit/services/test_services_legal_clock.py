"""Due dates worked out by hand (tests/data/legal_clock.csv), through the rules and holidays that the program ships."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.controller import JURISDICTIONS
from desktop.domain.legal_clock import (
    Deadline,
    Pause,
    PauseReason,
    deadline,
    may_extend,
    plus_months,
    working_day,
)
from desktop.domain.notices import LANGUAGES
from desktop.services.jurisdictions import days_off, jurisdiction_of, jurisdictions

_TABLE = Path(__file__).parents[2] / "data" / "legal_clock.csv"
_LINES = _TABLE.read_text(encoding="utf-8").splitlines()[1:]
TODAY = date(2026, 6, 30)


def _pause(text: str) -> Pause:
    reason, since, until = text.split()
    return Pause(PauseReason(reason), date.fromisoformat(since), None if until == "-" else date.fromisoformat(until))


@pytest.mark.parametrize("line", _LINES, ids=lambda line: "-".join(line.split(";")[:7]))
def test_due_dates_worked_out_by_hand(line: str) -> None:
    code, region, own, received, pauses, extended, due, why = line.split(";", 7)
    assert why
    off = days_off(code, region, [date.fromisoformat(own)] if own else [])
    waited = [_pause(each) for each in pauses.split(", ")] if pauses else []
    rules = jurisdictions()[code].rules
    found = deadline(rules, date.fromisoformat(received), TODAY, off, pauses=waited, extended=bool(extended))
    assert found.due == date.fromisoformat(due)


def test_the_table_is_as_long_and_as_wide_as_it_must_be() -> None:
    assert len(_LINES) >= 60
    assert {line.partition(";")[0] for line in _LINES} >= {"DE", "GB", "US-IL"}


def test_every_jurisdiction_has_its_rules_and_a_complaint_in_every_language() -> None:
    assert set(jurisdictions()) == set(JURISDICTIONS)
    assert jurisdiction_of(None) is jurisdictions()["OTHER"]
    for each in jurisdictions().values():
        assert each.sources
        assert len({each.complaint_in(language) for language in LANGUAGES}) == len(LANGUAGES)
    assert jurisdictions()["GB"].complaint_in("xx") == jurisdictions()["GB"].complaint_in("en")


def test_while_something_is_awaited_the_end_moves_with_the_day_and_a_clock_set_back_does_not_shorten_it() -> None:
    rules, off = jurisdictions()["GB"].rules, days_off("GB", "ENG")
    waiting = [Pause(PauseReason.CLARIFICATION, date(2026, 6, 3))]
    received = date(2026, 6, 1)
    found = deadline(rules, received, date(2026, 6, 10), off, pauses=waiting)
    assert found == Deadline(date(2026, 7, 8), date(2026, 7, 8), paused=True)
    assert deadline(rules, received, date(2026, 5, 1), off, pauses=waiting).due == date(2026, 7, 1)


def test_an_extension_is_told_inside_the_first_period() -> None:
    rules, off = jurisdictions()["DE"].rules, days_off("DE")
    reached = deadline(rules, date(2026, 1, 15), date(2026, 1, 20), off)
    assert may_extend(rules, reached, date(2026, 2, 16))
    assert not may_extend(rules, reached, date(2026, 2, 17))
    assert reached.days_left(date(2026, 2, 18)) == -2


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_months_are_counted_as_another_library_counts_them(day: date, months: int) -> None:
    assert plus_months(day, months) == day + relativedelta(months=months)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sets(st.dates(date(2020, 1, 1), date(2040, 1, 1))))
def test_a_period_ends_on_the_first_working_day_not_before_its_end(day: date, own: set[date]) -> None:
    found = working_day(day, own.__contains__)
    assert found >= day
    assert found.weekday() < 5
    assert found not in own
    between = [day + timedelta(days=each) for each in range((found - day).days)]
    assert all(each.weekday() >= 5 or each in own for each in between)


def test_what_is_no_rule_or_no_calendar() -> None:
    with pytest.raises(ValueError, match="working day"):
        working_day(TODAY, lambda _: True)
    with pytest.raises(ValueError, match="comes after"):
        Pause(PauseReason.IDENTITY, TODAY, TODAY - timedelta(days=1))


def test_a_region_that_nobody_knows_brings_no_holiday() -> None:
    assert not days_off("DE", "XX")(date(2026, 1, 6))
    assert days_off("DE", "XX")(date(2026, 1, 1))
