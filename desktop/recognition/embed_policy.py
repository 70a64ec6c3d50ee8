"""Which faces of a frame to embed. Embedding is what costs, so it is done where it can change what is known.

A face that is plainly somebody or plainly nobody gets two or three embeddings and then one every few seconds, ever more
seldom; one that is in doubt gets more, but not without bound.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop.domain.cameras import Camera
from desktop.domain.decision import Band
from desktop.domain.geometry import polygon_contains
from desktop.domain.ids import CameraId
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.track import NEVER, Track


class EmbedReason(StrEnum):
    """Why a face is embedded, most urgent first."""

    NEW = "new"
    AMBIGUOUS = "ambiguous"  # may have been mixed up with somebody: verify
    DOUBTFUL = "doubtful"  # between the bands, or one more frame must agree
    BETTER = "better"  # promises more than any frame embedded before
    RECHECK = "recheck"  # due by time


_URGENCY = {reason: place for place, reason in enumerate(EmbedReason)}


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    """Embed this track's face of this frame. `promise`: expected quality 0 to 1 from size, pose and detector score."""

    track: Track
    identity: TrackIdentity
    reason: EmbedReason
    promise: float


@dataclass(frozen=True, slots=True)
class EmbedRules:
    """Numbers of the policy.

    Attributes:
        min_size: side of a square as large as the face box, px of the original frame.
        min_score: of the detector; below it the landmarks are not to be relied on.
        max_yaw, min_inside: degrees, share of the face inside the picture; a face turned further or cut off more is
            embedded only if nothing better came for `patience`.
        sure_score: a face seen for the first time is embedded at once from this detector score on, otherwise when it
            is seen again.
        patience: s.
        wait: s after which an embedding that was asked for is taken as lost.
        retry: s until a frame whose quality was too low is followed by another try.
        better: a frame promises more when its promise is this many times the best one's.
        better_gap: s between two embeddings because of a better frame.
        confident: a match this far above its threshold needs no better frame.
        near: an unknown this near below the match threshold is in doubt.
        verify_again: s between two verifications of a face that bore a name, when it is doubted again and again.
        verify_calm: s without another doubt after which a face that bore no name is verified: it has none to lose.
        verify_latest: s after which it is verified though the doubts go on.
        doubtful_tries: embeddings in doubt that follow each other at once; after that the pause doubles each time.
        doubtful_gap, doubtful_pause, doubtful_longest: s.
        match_recheck, match_growth, match_longest: s, factor a re-check that changed nothing, s.
        unknown_recheck, unknown_growth, unknown_longest: the same for unknown faces.
    """

    min_size: float = 40.0
    min_score: float = 0.5
    max_yaw: float = 50.0
    min_inside: float = 0.8
    sure_score: float = 0.75
    patience: float = 1.0
    wait: float = 2.0
    retry: float = 0.2
    better: float = 1.3
    better_gap: float = 0.25
    confident: float = 0.08
    near: float = 0.08
    verify_again: float = 0.3
    verify_calm: float = 0.2
    verify_latest: float = 1.5
    doubtful_tries: int = 4
    doubtful_gap: float = 0.08
    doubtful_pause: float = 0.5
    doubtful_longest: float = 4.0
    match_recheck: float = 3.0
    match_growth: float = 1.4
    match_longest: float = 8.0
    unknown_recheck: float = 0.6
    unknown_growth: float = 3.0
    unknown_longest: float = 16.0


DEFAULT_RULES = EmbedRules()
BESIDE = 0.6  # of the promise, when another head touches this one


def choose(
    camera: Camera,
    subjects: Sequence[tuple[Track, TrackIdentity]],
    at: float,
    size: tuple[int, int],
    *,
    budget: int = 2,
    rules: EmbedRules = DEFAULT_RULES,
) -> list[EmbedRequest]:
    """The tracks to embed in the frame of time `at` and `size` (width, height), most urgent first, at most `budget`.

    Only faces detected in this frame, with their centre in the camera's area, and only when the notice is posted.
    Call `identity.requested(at, request.promise)` for those that are queued.
    """
    if not camera.notice_posted or budget <= 0:
        return []
    requests = []
    for track, identity in subjects:
        x, y = track.box.centre
        if track.face is None or not polygon_contains(camera.area, (x / size[0], y / size[1])):
            continue
        value = promise(track, size)
        reason = reason_for(track, identity, at, size, value, rules)
        if reason is not None:
            requests.append(EmbedRequest(track, identity, reason, value))
    requests.sort(key=lambda request: (_URGENCY[request.reason], _tried(request.identity), -request.promise))
    return requests[:budget]


def reason_for(
    track: Track,
    identity: TrackIdentity,
    at: float,
    size: tuple[int, int],
    value: float,
    rules: EmbedRules = DEFAULT_RULES,
) -> EmbedReason | None:
    """Why to embed the track's face of the frame of time `at`, with `size` and promise `value`; None: not now."""
    if at <= identity.doubt_at or not _usable(track, identity, at, size, rules):
        return None
    pending = identity.pending_at
    if pending is not None and at - pending < rules.wait:
        return None
    since = at - _tried(identity)
    failed = identity.tried_at is not None and identity.tried_at != identity.last_at
    if since < (rules.retry if failed else rules.doubtful_gap):
        return None
    if identity.fresh == 0:
        if identity.awaiting:
            return EmbedReason.AMBIGUOUS if _verification_due(identity, at, since, rules) else None
        return EmbedReason.NEW if track.hits >= 2 or track.score >= rules.sure_score else None
    return _reason_again(identity, since, value, rules)


def promise(track: Track, size: tuple[int, int]) -> float:
    """What a frame promises before its pixels are looked at, 0 to 1.

    From 112 px on no more detail reaches the embedder; turned away, cut off by the border or beside another head,
    which may cover part of it, a face is of less use.
    """
    box = track.box
    detail = min(1.0, math.sqrt(box.area) / 112.0)
    front = max(0.0, math.cos(math.radians(min(90.0, abs(yaw(track.landmarks))))))
    clear = BESIDE if track.overlapping else 1.0
    return min(1.0, track.score * math.sqrt(detail) * front * clear * _inside(track, size))


def yaw(landmarks: NDArray[np.float32]) -> float:
    """Rough angle, degrees, by which a head is turned sideways; positive to the right of the picture.

    From landmarks (5, 2). Turned by a, a nose that stands n before the line between the eyes, each e from its middle,
    moves n sin(a) along that line while the eyes come e cos(a) near: offset / half distance = n / e tan(a), and n / e
    is about 0.94. Plain floats, since it is asked for every face of every frame.
    """
    (x1, y1), (x2, y2), (nose_x, nose_y) = landmarks[:3].tolist()
    along_x, along_y = (x2 - x1) / 2, (y2 - y1) / 2
    half = math.hypot(along_x, along_y)
    if half < 1e-6:
        return 90.0
    offset = ((nose_x - (x1 + x2) / 2) * along_x + (nose_y - (y1 + y2) / 2) * along_y) / half
    return math.degrees(math.atan2(offset, 0.94 * half))


class FairShare:
    """Divides the embeddings per second between cameras. Thread-safe.

    Each camera has a bucket that fills at its equal share; what does not fit into full buckets goes into a common one,
    so that a busy camera gets what quiet ones leave, and never less than its share.
    """

    def __init__(self, per_second: float = 20.0, burst: float = 4.0) -> None:
        self.per_second = per_second
        self._burst = burst
        self._lock = threading.Lock()
        self._own: dict[CameraId, tuple[float, float]] = {}  # tokens, filled at
        self._spare = burst

    def budget(self, camera_id: CameraId, at: float, cameras: int) -> int:
        """Embeddings that the camera may ask for now (`at` s, rising), of `cameras`; at least 1 a second."""
        with self._lock:
            tokens, filled_at = self._own.get(camera_id, (self._burst, at))
            gained = max(0.0, at - filled_at) * max(1.0, self.per_second / max(1, cameras))
            self._own[camera_id] = min(self._burst, tokens + gained), at
            self._spare = min(2 * self._burst, self._spare + max(0.0, tokens + gained - self._burst))
            return max(0, int(self._own[camera_id][0] + self._spare))

    def spend(self, camera_id: CameraId, count: int) -> None:
        """The camera has asked for `count` embeddings."""
        with self._lock:
            tokens, filled_at = self._own.get(camera_id, (self._burst, NEVER))
            own = min(tokens, float(count))
            self._own[camera_id] = tokens - own, filled_at
            self._spare -= count - own

    def remove(self, camera_id: CameraId) -> None:
        """The camera is gone."""
        with self._lock:
            self._own.pop(camera_id, None)


def _usable(track: Track, identity: TrackIdentity, at: float, size: tuple[int, int], rules: EmbedRules) -> bool:
    if track.face is None or track.score < rules.min_score or math.sqrt(track.box.area) < rules.min_size:
        return False
    if abs(yaw(track.landmarks)) <= rules.max_yaw and _inside(track, size) >= rules.min_inside:
        return True
    # nothing better came for a while
    return identity.fresh == 0 and at - max(track.first_seen, _tried(identity)) >= rules.patience


def _inside(track: Track, size: tuple[int, int]) -> float:
    """Share of the face box inside the picture."""
    return track.box.clipped(*size).area / track.box.area if track.box.area > 0 else 0.0


def _verification_due(identity: TrackIdentity, at: float, since: float, rules: EmbedRules) -> bool:
    """Whether to find out now who a track in doubt is, last embedded `since` s ago."""
    if identity.former is not None:
        return since >= rules.verify_again
    return at - identity.doubt_at >= rules.verify_calm or since >= rules.verify_latest


def _reason_again(identity: TrackIdentity, since: float, value: float, rules: EmbedRules) -> EmbedReason | None:
    """For a track that has been embedded before, `since` s ago."""
    verdict, stable = identity.verdict, identity.stable
    is_better = since >= rules.better_gap and value >= rules.better * identity.best_promise
    above = verdict.score - verdict.threshold
    if identity.strikes:
        return EmbedReason.DOUBTFUL
    if verdict.band is Band.MATCH:
        pause = min(rules.match_longest, rules.match_recheck * rules.match_growth**stable)
        is_better = is_better and above < rules.confident
    elif verdict.band is Band.POSSIBLE or above >= -rules.near:
        further = identity.fresh - rules.doubtful_tries
        pause = min(rules.doubtful_longest, rules.doubtful_pause * 2.0**further) if further >= 0 else rules.doubtful_gap
        if since >= pause:
            return EmbedReason.DOUBTFUL
        return EmbedReason.BETTER if is_better else None
    else:
        pause = min(rules.unknown_longest, rules.unknown_recheck * rules.unknown_growth ** max(0, stable - 1))
    if is_better:
        return EmbedReason.BETTER
    return EmbedReason.RECHECK if since >= pause else None


def _tried(identity: TrackIdentity) -> float:
    return NEVER if identity.tried_at is None else identity.tried_at
