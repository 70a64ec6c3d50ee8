"""What is remembered of a face that was in view: never a picture, never a vector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId


@dataclass(frozen=True, slots=True)
class Sighting:
    """One stay of one face before one camera. Times are timezone-aware UTC.

    `person_id` is set for matches only: a possible match that nobody confirmed is stored as unknown, and of a
    stranger only the time and the place remain. `score` and `threshold` are cosine values of the deciding probe
    (None for strangers).
    """

    id: SightingId
    camera_id: CameraId
    band: Band
    started_at: datetime
    ended_at: datetime
    person_id: PersonId | None = None
    score: float | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class SightingFilter:
    """Which sightings to list, newest first."""

    since: datetime | None = None
    until: datetime | None = None
    camera_id: CameraId | None = None
    person_id: PersonId | None = None
    band: Band | None = None
    limit: int = 500
