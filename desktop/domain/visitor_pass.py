"""The way without recognition: a pass that says nothing of the person who carries it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.ids import PassId

LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class VisitorPass:
    """Times are timezone-aware UTC."""

    id: PassId
    issued_at: datetime
    valid_until: datetime
    revoked_at: datetime | None = None
