"""A clock that jumps ahead deletes nothing for a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.services import purge
from desktop.services.desk import Desk
from desktop.services.health import ProblemKind
from desktop.services.retention_clock import RetentionClock

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
YEARS = timedelta(days=4000)
HOUR = timedelta(hours=1)


@pytest.fixture
def kept() -> dict[str, float]:
    return {}


@pytest.fixture
def clock(kept: dict[str, float]) -> RetentionClock:
    return RetentionClock(lambda key: kept.get(key, 0.0), kept.__setitem__)


def test_hours_weeks_and_a_clock_set_back_are_believed(clock: RetentionClock) -> None:
    for now in (NOON, NOON + HOUR, NOON + timedelta(days=30), NOON - YEARS):
        assert clock.believed(now)


def test_a_jump_is_believed_after_a_day_and_not_before_also_over_restarts(kept: dict[str, float]) -> None:
    def look(now: datetime) -> bool:
        return RetentionClock(lambda key: kept.get(key, 0.0), kept.__setitem__).believed(now)

    assert look(NOON)
    ahead = NOON + YEARS
    assert not any(look(ahead + HOUR * hours) for hours in range(24))
    assert look(ahead + timedelta(days=1))
    assert look(ahead + timedelta(days=1, hours=1))


def test_a_clock_that_is_set_right_goes_on_and_the_next_jump_waits_a_whole_day_again(clock: RetentionClock) -> None:
    assert clock.believed(NOON)
    assert not clock.believed(NOON + YEARS)
    assert clock.believed(NOON + HOUR)
    assert not clock.believed(NOON + YEARS + timedelta(days=2))


def test_nothing_is_deleted_after_a_jump_and_the_desk_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.domain.decision import Band
    from desktop.domain.ids import CameraId, SightingId
    from desktop.domain.sightings import Sighting

    now = datetime.now(UTC)
    monkeypatch.setattr(purge, "utc_now", lambda: now)
    desk._purge()
    desk._vault.sightings.append_many([Sighting(SightingId("1"), CameraId("c"), Band.UNKNOWN, now, now)])
    monkeypatch.setattr(purge, "utc_now", lambda: now + YEARS)
    assert desk._purge() == 0
    assert [problem.kind for problem in desk.health.problems()] == [ProblemKind.CLOCK]
    monkeypatch.setattr(purge, "utc_now", lambda: now + HOUR)
    assert desk._purge() == 0
    assert desk.health.problems() == ()
    monkeypatch.setattr(purge, "utc_now", lambda: now + timedelta(days=2))
    assert desk._purge() == 1
