"""One run of retention: when, by whom, and how much went. Counts only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.audit import SYSTEM
from desktop.domain.retention import Kept


@dataclass(frozen=True, slots=True)
class RetentionRun:
    """Times are timezone-aware UTC.

    Attributes:
        ended_at: None: under way, or cut short; the next one carries on with it.
        started_by: an operator's id, or "system".
        counts: what went, by category; categories of which nothing went are left out.
        kept: people and pictures whose time was over and that a hold or a restriction keeps.
        waits: what could not be erased yet (a locked keyring, a full disk); the next run tries again.
        interruptions: how often it was cut short and carried on with.
    """

    id: str
    begun_at: datetime
    ended_at: datetime | None = None
    started_by: str = SYSTEM
    counts: Mapping[Kept, int] = field(default_factory=dict)
    kept: int = 0
    waits: int = 0
    interruptions: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())
