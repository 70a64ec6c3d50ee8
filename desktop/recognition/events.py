"""What the engine tells the rooms above: small, frozen, without pictures or vectors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.decision import Verdict
from desktop.domain.ids import CameraId, TrackId


class TrackEventKind(StrEnum):
    DECIDED = "decided"  # the first verdict of a track
    CHANGED = "changed"  # another band or another person than before
    ENDED = "ended"  # the track is over; `verdict` is its last one


@dataclass(frozen=True, slots=True)
class TrackEvent:
    """One step in the life of a track. Times are monotonic seconds of the capture clock."""

    camera_id: CameraId
    track_id: TrackId
    kind: TrackEventKind
    verdict: Verdict
    started_mono: float
    at_mono: float
