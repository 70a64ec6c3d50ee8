"""A clock that jumps ahead or is set back deletes nothing for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.services.retention_clock import ClockState, RetentionClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
YEARS = timedelta(days=4000)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GOOD, AHEAD, BACK = ClockState.GOOD, ClockState.AHEAD, ClockState.BACK


@pytest.fixture
def kept() -> dict[str, float]:
    return {}


@pytest.fixture
def clock(kept: dict[str, float]) -> RetentionClock:
    return RetentionClock(lambda key: kept.get(key, 0.0), kept.__setitem__)


def test_hours_weeks_and_seconds_back_are_believed(clock: RetentionClock) -> None:
    for now in (NOON, NOON + HOUR, NOON + timedelta(days=30), NOON + timedelta(days=30, seconds=-40)):
        assert clock.look(now) is GOOD


def test_a_jump_is_believed_after_a_day_and_not_before_also_over_restarts(kept: dict[str, float]) -> None:
    def look(now: datetime) -> ClockState:
        return RetentionClock(lambda key: kept.get(key, 0.0), kept.__setitem__).look(now)

    assert look(NOON) is GOOD
    ahead = NOON + YEARS
    assert {look(ahead + HOUR * hours) for hours in range(24)} == {AHEAD}
    assert look(ahead + DAY) is GOOD
    assert look(ahead + DAY + HOUR) is GOOD


def test_a_clock_that_is_set_right_goes_on_and_the_next_jump_waits_a_whole_day_again(clock: RetentionClock) -> None:
    assert clock.look(NOON) is GOOD
    assert clock.look(NOON + YEARS) is AHEAD
    assert clock.look(NOON + HOUR) is GOOD
    assert clock.look(NOON + YEARS + timedelta(days=2)) is AHEAD


@pytest.mark.parametrize("back", [timedelta(hours=2), timedelta(days=20), YEARS])
def test_after_being_set_back_nothing_goes_until_the_clock_has_been_right_for_a_day(
    clock: RetentionClock, back: timedelta
) -> None:
    """What is stamped by the wrong clock looks older than it is."""
    assert clock.look(NOON) is GOOD
    assert clock.look(NOON - back) is BACK
    right = NOON + HOUR
    assert {clock.look(right + HOUR * hours) for hours in range(24)} == {BACK}
    assert clock.look(right + DAY) is GOOD


def test_a_clock_that_stays_behind_for_a_day_is_believed_as_it_is(clock: RetentionClock) -> None:
    assert clock.look(NOON) is GOOD
    behind = NOON - timedelta(days=9)
    assert clock.look(behind) is BACK
    assert clock.look(behind + DAY - HOUR) is BACK
    assert clock.look(behind + DAY) is GOOD
    assert clock.look(behind + DAY + HOUR) is GOOD


def test_set_back_twice_waits_from_the_last_time_on(clock: RetentionClock) -> None:
    assert clock.look(NOON) is GOOD
    assert clock.look(NOON - timedelta(days=1)) is BACK
    assert clock.look(NOON + HOUR) is BACK
    assert clock.look(NOON - timedelta(days=2)) is BACK
    assert clock.look(NOON + 2 * HOUR) is BACK
    assert clock.look(NOON + DAY + HOUR) is BACK
    assert clock.look(NOON + DAY + 2 * HOUR) is GOOD
