"""Where copies of the vault go, when, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NewType

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
        companion_epoch: epoch of the keys in the companion there; None: none was ever begun; 0: there may be one that
            must be written anew.
    """

    id: DestinationId
    plan: DestinationPlan
    last_success: datetime | None = None
    last_error: str | None = None
    companion_epoch: int | None = None

    def to_values(self) -> dict[str, Any]:
        """What a companion tells of it: where it is and what was decided about it."""
        plan = self.plan
        return {"id": self.id, "path": plan.path, "keep": plan.keep, "schedule": plan.schedule.value, "hour": plan.hour}

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> Destination:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        plan = DestinationPlan(
            str(values["path"]), int(values["keep"]), Schedule(values["schedule"]), int(values["hour"])
        )
        return Destination(DestinationId(str(values["id"])), plan)


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


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What a restore did. Numbers by table name; nobody is named.

    Attributes:
        made_at: when the backup was made, UTC.
        keys_at: when the companion was written, UTC; None: the keys of the desk's own folder were used.
        came_back: rows that are there now.
        erased_again: people in the backup who were erased after it was made.
        unreadable: people in the backup whose key is nowhere (under strict erasure: everybody); they were deleted.
        operators_lost: operators whose key is nowhere; without any left the first one is made anew.
        audit_intact: whether the backup's audit log is whole and the one that is known of the desk.
        missing: rows that the desk is known to have had later and that the backup does not hold.
        moved_aside: where the former vault's folder lies now; None: there was none.
        signer: fingerprint of the site's signing key, to be compared with the site's notice.
        destinations_added: paths of destinations that the backup did not know and the companion named; they are in the
            list again, so that erasures reach them or say that they do not.
        unlisted: the folder that the backup lies in, where it is none of the destinations.
    """

    made_at: datetime
    keys_at: datetime | None
    came_back: Mapping[str, int]
    erased_again: int
    unreadable: int
    operators_lost: int
    audit_intact: bool
    missing: Mapping[str, int]
    moved_aside: str | None
    signer: str
    destinations_added: tuple[str, ...] = ()
    unlisted: str | None = None
