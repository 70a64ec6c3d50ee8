"""Where copies of the vault go, when, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

DestinationId = NewType("DestinationId", str)
BackupId = NewType("BackupId", str)

LEAST_KEPT, MOST_KEPT = 1, 365


class Schedule(StrEnum):
    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class DestinationPlan:
    """What a person decides about a destination. `keep`: backups that stay; `hour`: 0 to 23, local time."""

    path: str
    keep: int = 7
    schedule: Schedule = Schedule.DAILY
    hour: int = 2


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination as the vault knows it. Times are timezone-aware UTC.

    Attributes:
        last_success: when the newest backup was made and checked; None: never.
        last_error: code of the error of the newest attempt; None: it succeeded, or there was none.
        companion_epoch: epoch of the keys in the companion there; None: none was ever begun; 0: the first was begun
            and perhaps finished.
    """

    id: DestinationId
    plan: DestinationPlan
    last_success: datetime | None = None
    last_error: str | None = None
    companion_epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup. `size` (bytes) and `sha256` (hex) are of its database; `verified_at` the newest check."""

    id: BackupId
    destination_id: DestinationId
    folder: str
    at: datetime
    size: int
    sha256: str
    verified_at: datetime


_PERIOD = {Schedule.DAILY: timedelta(days=1), Schedule.WEEKLY: timedelta(days=7)}


def is_due(destination: Destination, now: datetime) -> bool:
    """Whether a scheduled backup should be made. `now` is aware and in the site's local time.

    A moment that was missed (the computer was off) is made up for as soon as possible. A destination without any
    backup is due at once.
    """
    period = _PERIOD.get(destination.plan.schedule)
    if period is None:
        return False
    if destination.last_success is None:
        return True
    slot = now.replace(hour=destination.plan.hour, minute=0, second=0, microsecond=0)
    if slot > now:
        slot -= timedelta(days=1)
    return destination.last_success < slot - period + timedelta(days=1)
