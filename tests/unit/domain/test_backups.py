"""When a scheduled backup is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from desktop.domain.backups import Destination, DestinationId, DestinationPlan, Schedule, is_due

HERE = timezone(timedelta(hours=2))
MONDAY = datetime(2026, 11, 23, tzinfo=HERE)


def destination(schedule: Schedule, last_success: datetime | None, hour: int = 2) -> Destination:
    return Destination(DestinationId("d"), DestinationPlan("/b", 7, schedule, hour), last_success)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("schedule", "last", "now", "due"),
    [
        (Schedule.OFF, None, at(0, 3), False),
        (Schedule.OFF, at(-30, 2), at(0, 3), False),
        (Schedule.DAILY, None, at(0, 1), True),  # never backed up
        (Schedule.DAILY, at(0, 2, 5), at(0, 23), False),
        (Schedule.DAILY, at(0, 2, 5), at(1, 1, 59), False),
        (Schedule.DAILY, at(0, 2, 5), at(1, 2), True),
        (Schedule.DAILY, at(0, 1, 59), at(0, 2), True),  # made by hand just before its hour: that one is yesterday's
        (Schedule.DAILY, at(0, 2, 5), at(9, 0), True),  # the computer was off at the moment itself
        (Schedule.WEEKLY, None, at(0, 1), True),
        (Schedule.WEEKLY, at(0, 2, 5), at(6, 23), False),
        (Schedule.WEEKLY, at(0, 2, 5), at(7, 1, 59), False),
        (Schedule.WEEKLY, at(0, 2, 5), at(7, 2), True),
        (Schedule.WEEKLY, at(0, 2, 5), at(30, 1), True),
    ],
)
def test_due(schedule: Schedule, last: datetime | None, now: datetime, due: bool) -> None:
    assert is_due(destination(schedule, last), now) is due


def test_the_last_success_is_kept_in_utc_and_the_hour_is_local() -> None:
    done = at(0, 2, 5).astimezone(UTC)
    assert done.hour == 0
    assert not is_due(destination(Schedule.DAILY, done), at(1, 1))
    assert is_due(destination(Schedule.DAILY, done), at(1, 2))
