"""Which tracks to embed in a frame. Pure. SKELETON: signatures are settled, bodies follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.cameras import Camera
from desktop.domain.ids import CameraId
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.tracker import Track


class EmbedReason(StrEnum):
    NEW = "new"
    AMBIGUOUS = "ambiguous"  # may have been mixed up with somebody: verify
    DOUBTFUL = "doubtful"  # between the bands, or one more frame must agree
    BETTER = "better"  # shows more than any frame embedded before
    RECHECK = "recheck"  # due by time


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """Embed this track's face of this frame. `promise`: expected quality 0 to 1 from size, pose and detector score."""

    track: Track
    identity: TrackIdentity
    reason: EmbedReason
    promise: float


@dataclass(frozen=True, slots=True)
class EmbedRules:
    """Numbers of the policy: pixels of the original frame, degrees, seconds."""

    min_size: float = 40.0
    min_eye_distance: float = 16.0
    max_yaw: float = 50.0


def choose(
    camera: Camera,
    subjects: Sequence[tuple[Track, TrackIdentity]],
    at: float,
    size: tuple[int, int],
    *,
    budget: int = 2,
    rules: EmbedRules = EmbedRules(),
) -> list[EmbedRequest]:
    """The tracks to embed in the frame of time `at` and `size` (width, height), most urgent first, at most `budget`.

    Only faces detected in this frame, with their centre in the camera's area, and only when the notice is posted.
    The caller then calls `identity.requested(at, request.promise)` for those it queues.
    """
    ...


class FairShare:
    """Divides embeddings per second between cameras (token buckets). Thread-safe."""

    def __init__(self, per_second: float = 20.0, burst: float = 4.0) -> None: ...

    def budget(self, camera_id: CameraId, at: float, cameras: int) -> int:
        """Embeddings that the camera may ask for now; at least 1 every second however many cameras there are."""
        ...

    def spend(self, camera_id: CameraId, count: int) -> None: ...
