"""What is wrong right now, for the window's health strip. Enumerations and numbers; the window has the sentences."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from desktop.domain.ids import CameraId
from desktop.services.hub import HealthChanged, Hub


class ProblemKind(StrEnum):
    SIGHTINGS_WAITING = "sightings_waiting"  # the vault cannot be written; `count` sightings wait in memory
    SIGHTINGS_LOST = "sightings_lost"  # `count` sightings did not fit in memory any more
    KEYRING = "keyring"  # the keyring is locked or gone; what is stored is safe, but the next start needs it
    DISK_LOW = "disk_low"  # `count` is what is left, in megabytes
    GALLERY_STALE = "gallery_stale"  # the vault could not be read, so nobody is recognised until it can be
    SLOWED = "slowed"  # the processor is short: a camera is analysed more slowly
    CLOCK = "clock"  # the computer's clock has jumped ahead: nothing is deleted for being old until tomorrow
    CLOCK_BACK = "clock_back"  # it was set back: nothing is deleted until it has been right for a day
    FAULTS = "faults"  # the program met `count` faults of its own that nobody has looked at
    BACKUP = "backup"  # the newest backup failed at `count` destinations
    COMPANIONS = "companions"  # `count` destinations still hold keys from before an erasure
    ERASURE_INCOMPLETE = "erasure_incomplete"  # `count` erasures lack something; it is tried again by itself
    WITHDRAWAL_WAITS = "withdrawal_waits"  # `count` people or pictures are still to be erased; tried again by itself
    CONSENTS_ENDING = "consents_ending"  # `count` people's consent ends soon
    REQUESTS_DUE = "requests_due"  # `count` people's requests are overdue or due within days
    AUDIT_WAITING = "audit_waiting"  # the audit log cannot be written; `count` entries wait in memory
    AUDIT_BROKEN = "audit_broken"  # the log no longer holds entry `count`, which was there
    LICENCE = "licence"  # the model pack may not be used commercially


class Severity(StrEnum):
    NOTICE = "notice"
    WARNING = "warning"
    URGENT = "urgent"


SEVERITY: dict[ProblemKind, Severity] = {
    ProblemKind.SIGHTINGS_WAITING: Severity.WARNING,
    ProblemKind.SIGHTINGS_LOST: Severity.URGENT,
    ProblemKind.KEYRING: Severity.WARNING,
    ProblemKind.DISK_LOW: Severity.WARNING,
    ProblemKind.GALLERY_STALE: Severity.URGENT,
    ProblemKind.SLOWED: Severity.NOTICE,
    ProblemKind.CLOCK: Severity.WARNING,
    ProblemKind.CLOCK_BACK: Severity.WARNING,
    ProblemKind.FAULTS: Severity.WARNING,
    ProblemKind.BACKUP: Severity.WARNING,
    ProblemKind.COMPANIONS: Severity.WARNING,
    ProblemKind.ERASURE_INCOMPLETE: Severity.WARNING,
    ProblemKind.WITHDRAWAL_WAITS: Severity.WARNING,
    ProblemKind.CONSENTS_ENDING: Severity.NOTICE,
    ProblemKind.REQUESTS_DUE: Severity.WARNING,
    ProblemKind.AUDIT_WAITING: Severity.URGENT,
    ProblemKind.AUDIT_BROKEN: Severity.URGENT,
    ProblemKind.LICENCE: Severity.WARNING,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `since` is timezone-aware UTC; `camera_id` None: not about one camera."""

    kind: ProblemKind
    severity: Severity
    since: datetime
    camera_id: CameraId | None = None
    count: int = 0


class Health:
    """The problems in force. Thread-safe; each change is announced on the hub."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._problems: dict[tuple[ProblemKind, CameraId | None], Problem] = {}

    def problems(self) -> tuple[Problem, ...]:
        """Most severe first, then oldest first."""
        order = [Severity.URGENT, Severity.WARNING, Severity.NOTICE]
        with self._lock:
            return tuple(sorted(self._problems.values(), key=lambda p: (order.index(p.severity), p.since)))

    def report(self, kind: ProblemKind, *, camera_id: CameraId | None = None, count: int = 0) -> None:
        """Say that `kind` is so now; a repeat keeps its `since` and takes the new count."""
        key = (kind, camera_id)
        with self._lock:
            known = self._problems.get(key)
            if known is not None and known.count == count:
                return
            fresh = Problem(kind, SEVERITY[kind], datetime.now(UTC), camera_id, count)
            self._problems[key] = replace(known, count=count) if known is not None else fresh
        self._hub.publish(HealthChanged())

    def clear(self, kind: ProblemKind, *, camera_id: CameraId | None = None) -> None:
        """Say that `kind` is over."""
        with self._lock:
            gone = self._problems.pop((kind, camera_id), None)
        if gone is not None:
            self._hub.publish(HealthChanged())
