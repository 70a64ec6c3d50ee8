"""Follows the faces of one camera from frame to frame.

Prediction by a Kalman filter (`motion`), assignment of least cost (`assignment`) in two rounds: detections with a good
score first, then those with a low score, which may only keep a track alive (Zhang et al.: ByteTrack, ECCV 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.ambiguity import doubt_overlaps, doubt_swaps
from desktop.recognition.appearance import GreyImage, HeadPatch
from desktop.recognition.assignment import assign, pair_costs
from desktop.recognition.motion import BoxMotion
from desktop.recognition.track import NEVER, Track, TrackerUpdate, TrackState
from desktop.recognition.view import Stillness, View
from desktop.vision.types import DetectedFace

__all__ = ["NEVER", "Track", "TrackState", "Tracker", "TrackerRules", "TrackerUpdate"]


@dataclass(frozen=True, slots=True)
class TrackerRules:
    """Numbers of the tracker; lengths in sides of a square as large as the face box, times in seconds.

    Attributes:
        high_score: detections from this score on start tracks.
        low_score: detections from this score on keep tracks alive.
        keep_lost: how long a track lives on with neither a detection nor the look of its head found.
        keep_still: how long it lives on where its look is found but nothing stirs: a wall, not a head.
        trusted_follow: after as long without a detection nothing known about it counts any more; its mask stays.
        gate, gate_spread, gate_max: a detection continues a track when it lies within `gate` + `gate_spread` standard
            deviations of the predicted centre, at most `gate_max`.
        trusted_gap: after a longer gap, a detection may be somebody else: the track is in doubt, unless its head was
            followed through the gap and still looks the same.
        trusted_jump: a detection farther than this from where the motion led and from where the face was is in
            doubt.
        trusted_first_jump: the same while the motion is not known yet (the second and third detection).
        trusted_scale: so is one whose box is this many times larger or smaller.
        steady: a detection no farther than this from where the motion led is certain even beside another face.
        follow: least likeness at which a lost head counts as found.
        same_look: likeness from which a doubtful continuation is believed: of 1,440 pairs of different people on
            press portraits 0.14% are as like (0.6: 0.8%).
        beside: two heads are beside each other when their face boxes, grown by this share on each side, touch.
        alike_beside, alike_alone: a head less like it looked in the frame before is in doubt, beside another head and
            alone. In the demo's clips, at 5 to 10 analysed frames a second, 8% and 0.7% of heads that were the same
            are less like, and 95% and 65% of those that were not.
        brisk, slow: seconds between two analysed frames up to which the three numbers above hold, and from which the
            next three hold: the longer nobody looked, the farther somebody else may have come from, and the more alike
            a head must look to be the same. In between they rise evenly.
        beside_slow, alike_beside_slow, alike_alone_slow: those three.
    """

    high_score: float = 0.6
    low_score: float = 0.3
    keep_lost: float = 1.0
    keep_still: float = 10.0
    trusted_follow: float = 5.0
    gate: float = 0.6
    gate_spread: float = 2.0
    gate_max: float = 2.5
    trusted_gap: float = 0.35
    trusted_jump: float = 0.5
    trusted_first_jump: float = 0.8
    trusted_scale: float = 1.4
    steady: float = 0.3
    follow: float = 0.6
    same_look: float = 0.7
    beside: float = 0.5
    alike_beside: float = 0.6
    alike_alone: float = 0.3
    brisk: float = 0.13
    slow: float = 0.3
    beside_slow: float = 1.5
    alike_beside_slow: float = 0.85
    alike_alone_slow: float = 0.7


@dataclass(slots=True, eq=False)
class _Live:
    """A track with what only the tracker knows of it."""

    track: Track
    motion: BoxMotion
    patch: HeadPatch
    alive_at: float  # when it was detected or its look was found
    still: Stillness = field(default_factory=Stillness)
    still_for: float = 0.0  # seconds for which nothing stirred where its look is found
    likeness: float = 1.0  # lowest since the newest detection
    steady: bool = False  # detected in this frame and the one before, where its movement led


class Tracker:
    """One camera's tracker. Not locked: one thread uses it."""

    def __init__(self, rules: TrackerRules = TrackerRules(), *, first_id: int = 1) -> None:
        self._rules = rules
        self._next_id = first_id
        self._live: list[_Live] = []
        self._at = NEVER

    @property
    def tracks(self) -> list[Track]:
        """All living tracks, active and lost."""
        return [live.track for live in self._live]

    def update(
        self, faces: Sequence[DetectedFace], at: float, size: tuple[int, int], grey: GreyImage | None = None
    ) -> TrackerUpdate:
        """Take in one analysed frame.

        Args:
            faces: all detections with score >= `low_score`, in pixels of the frame (lower ones are left out).
            at: capture time, s, rising; frames come irregularly. A frame that is not later than the one before is
                taken as of the same time.
            size: (width, height) of the frame in pixels.
            grey: the same frame, small and grey (h, w) uint8, of any scale (`appearance.small_grey`): lets masks stay
                on heads that turn away. None: lost tracks are only predicted.
        """
        at = max(at, self._at)
        ended = self._end_stale(at)
        for live in self._live:
            live.motion.predict(at - live.track.at)
        self._at = at
        view = None if grey is None else View(grey, grey.shape[1] / size[0], grey.shape[0] / size[1])

        strong = [face for face in faces if face.score >= self._rules.high_score]
        feeble = [face for face in faces if self._rules.low_score <= face.score < self._rules.high_score]
        unseen, starting = self._associate(self._live, strong, at, view)
        unseen, weak = self._associate(unseen, feeble, at, view)
        for live in unseen:
            self._miss(live, at, view)
        new = [self._begin(face, at, view) for face in starting]

        expired = [live.track for live in self._live if self._is_over(live, at)]
        self._live = [live for live in self._live if live.track not in expired]
        doubt_overlaps(self.tracks, {live.track.id for live in self._live if live.steady}, at)
        return TrackerUpdate(
            at=at,
            active=[track for track in self.tracks if track.face is not None],
            new=new,
            lost=[track for track in self.tracks if track.face is None],
            ended=ended + expired,
            weak=weak,
        )

    def reset(self) -> list[Track]:
        """End all tracks (the source jumped: a file begins anew, a camera came back). Returns those that ended.

        Ids go on rising, and the next frame may be of any time.
        """
        ended = self.tracks
        self._live = []
        self._at = NEVER
        return ended

    def _end_stale(self, at: float) -> list[Track]:
        """After a gap in which nothing was analysed, nobody can be said to be the same."""
        stale = [live.track for live in self._live if at - live.track.at > self._rules.keep_lost]
        self._live = [live for live in self._live if live.track not in stale]
        return stale

    def _is_over(self, live: _Live, at: float) -> bool:
        rules = self._rules
        return at - live.alive_at > rules.keep_lost or live.still_for > rules.keep_still

    def _associate(
        self, lives: list[_Live], faces: list[DetectedFace], at: float, view: View | None
    ) -> tuple[list[_Live], list[DetectedFace]]:
        """Continue tracks with detections; returns the tracks and the detections that are left over."""
        if not lives or not faces:
            return list(lives), list(faces)
        rules = self._rules
        gates = [
            min(rules.gate_max, rules.gate + rules.gate_spread * live.motion.spread / live.motion.scale)
            for live in lives
        ]
        costs = pair_costs([live.motion.box for live in lives], gates, [face.box for face in faces])
        matched = dict(assign(costs))
        for row, column in matched.items():
            self._continue(lives[row], faces[column], at, view)
        doubt_swaps(matched, [live.track for live in lives], costs, at)
        taken = set(matched.values())
        return (
            [live for row, live in enumerate(lives) if row not in matched],
            [face for column, face in enumerate(faces) if column not in taken],
        )

    def _continue(self, live: _Live, face: DetectedFace, at: float, view: View | None) -> None:
        track, motion, rules = live.track, live.motion, self._rules
        gap = at - track.last_seen > rules.trusted_gap
        unbroken = not gap or (track.followed and live.likeness >= rules.follow)
        sight = None if view is None else view.sight(face.box)
        likeness = -1.0 if sight is None else live.patch.likeness(sight)
        broken = (gap or self._jumps(live, face)) and not (unbroken and likeness >= rules.same_look)
        if broken or (sight is not None and self._looks_changed(live, likeness, at - track.at)):
            track.doubt_before(at)
        live.steady = track.hits >= 2 and not track.misses and self._strays(live, face) <= rules.steady
        motion.correct(face.box, trust=1.0 if face.score >= rules.high_score else 0.5)
        track.turn(face, at)
        track.box, track.velocity = face.box, motion.velocity
        track.score, track.landmarks, track.face = face.score, face.landmarks, face
        track.at = track.last_seen = live.alive_at = at
        track.hits += 1
        track.misses = 0
        track.state = TrackState.CONFIRMED
        track.followed = False
        live.likeness, live.still_for = 1.0, 0.0
        if sight is not None:
            live.patch.remember(sight)

    def _jumps(self, live: _Live, face: DetectedFace) -> bool:
        """Whether the detection continues the track less smoothly than one head moves: it is near neither to where the
        motion led nor to where it was."""
        rules, scale = self._rules, live.motion.scale
        away = min(self._strays(live, face), _distance(live.track.box, face.box) / scale)
        trusted = rules.trusted_jump if live.track.hits >= 3 else rules.trusted_first_jump
        ratio = math.sqrt(max(face.box.area, 1.0)) / scale
        return away > trusted or not 1 / rules.trusted_scale < ratio < rules.trusted_scale

    @staticmethod
    def _strays(live: _Live, face: DetectedFace) -> float:
        """How far from where its movement led the face was detected, in sides of a square as large."""
        return _distance(live.motion.box, face.box) / live.motion.scale

    def _looks_changed(self, live: _Live, likeness: float, interval: float) -> bool:
        """Whether somebody else may stand where the head was `interval` s ago: one came out from behind the other."""
        rules = self._rules
        late = min(1.0, max(0.0, (interval - rules.brisk) / (rules.slow - rules.brisk)))
        alone = rules.alike_alone + late * (rules.alike_alone_slow - rules.alike_alone)
        together = rules.alike_beside + late * (rules.alike_beside_slow - rules.alike_beside)
        if likeness >= together:
            return False
        if -1.0 < likeness < alone:  # -1: nothing to compare
            return True
        side = [rules.beside + late * (rules.beside_slow - rules.beside)] * 4
        reach = live.track.box.grown(*side)
        return any(other is not live and other.track.box.grown(*side).intersection(reach) > 0 for other in self._live)

    def _miss(self, live: _Live, at: float, view: View | None) -> None:
        track, motion = live.track, live.motion
        live.steady = False
        track.misses += 1
        track.state = TrackState.LOST
        track.face = None
        track.followed = False
        track.go(motion.box)
        if view is not None:
            found = view.follow(live.patch, motion.box)
            live.likeness = min(live.likeness, -1.0 if found is None else found[1])
            if found is not None and found[1] >= self._rules.follow and not self._is_taken(found[0], at):
                track.go(found[0])
                track.followed, live.alive_at = True, at
                live.still_for = live.still.seconds(view, found[0], at)
                motion.correct(found[0], trust=0.4)
        if at - track.last_seen > self._rules.trusted_follow:
            track.doubt(at)
        track.velocity = motion.velocity
        track.at = at

    def _is_taken(self, box: Box, at: float) -> bool:
        """Whether the place belongs to a face that is detected in this frame: the look of another head led there."""
        return any(other.track.last_seen == at and other.track.box.iou(box) > 0.3 for other in self._live)

    def _begin(self, face: DetectedFace, at: float, view: View | None) -> Track:
        track = Track(
            id=TrackId(self._next_id),
            box=face.box,
            first_seen=at,
            last_seen=at,
            at=at,
            score=face.score,
            landmarks=face.landmarks,
            face=face,
        )
        track.turn(face, at)
        self._next_id += 1
        live = _Live(track, BoxMotion(face.box), HeadPatch(), alive_at=at)
        if view is not None:
            live.patch.remember(view.sight(face.box))
        self._live.append(live)
        return track


def _distance(one: Box, other: Box) -> float:
    (x1, y1), (x2, y2) = one.centre, other.centre
    return math.hypot(x1 - x2, y1 - y2)
