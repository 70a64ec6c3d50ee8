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
from desktop.recognition.lateness import BRISK, lateness
from desktop.recognition.motion import BoxMotion
from desktop.recognition.track import NEVER, Track, TrackerUpdate, TrackState
from desktop.recognition.tracker_rules import TrackerRules
from desktop.recognition.view import Stillness, View
from desktop.vision.types import DetectedFace

__all__ = ["NEVER", "Track", "TrackState", "Tracker", "TrackerRules", "TrackerUpdate"]


@dataclass(slots=True, eq=False)
class _Live:
    """A track with what only the tracker knows of it."""

    track: Track
    motion: BoxMotion
    patch: HeadPatch
    alive_at: float  # when it was detected or its look was found
    vain: int = 0  # analysed frames since then
    still: Stillness = field(default_factory=Stillness)
    still_for: float = 0.0  # seconds for which nothing stirred where its look is found
    likeness: float = 1.0  # lowest since the newest detection
    steady: bool = False  # detected in this frame and the one before, where its movement led


class Tracker:
    """One camera's tracker. Not locked: one thread uses it."""

    def __init__(self, rules: TrackerRules = TrackerRules(), *, first_id: int = 1) -> None:  # noqa: B008 - frozen
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
        gone = at - live.alive_at > rules.keep_lost and live.vain > rules.keep_looks
        return gone or live.still_for > rules.keep_still

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
        matched = {
            row: column for row, column in assign(costs) if not self._is_elsewhere(lives[row], faces[column], at, view)
        }
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
        motion.correct(face.box, trust=self._trust(live, face))
        track.turn(face, at)
        track.box, track.velocity = face.box, motion.velocity
        track.score, track.landmarks, track.face = face.score, face.landmarks, face
        track.at = track.last_seen = live.alive_at = at
        live.vain = 0
        track.hits += 1
        track.misses = 0
        track.state = TrackState.CONFIRMED
        track.followed = False
        live.likeness, live.still_for = 1.0, 0.0
        if sight is not None:
            live.patch.remember(sight)

    def _is_elsewhere(self, live: _Live, face: DetectedFace, at: float, view: View | None) -> bool:
        """Whether the detection must be taken for somebody else because nobody looked for so long: it is not where the
        head was or went, and does not look like it. The head itself then stays masked where it was."""
        late = lateness(at - live.track.at, BRISK)
        return (
            view is not None
            and face.score >= self._rules.high_score  # a feeble one only keeps the mask alive
            and late > 0
            and self._jumps(live, face)
            and live.patch.likeness(view.sight(face.box)) < self._alike_alone(late)
        )

    def _alike_alone(self, late: float) -> float:
        return self._rules.alike_alone + late * (self._rules.alike_alone_slow - self._rules.alike_alone)

    def _trust(self, live: _Live, face: DetectedFace) -> float:
        rules = self._rules
        if live.track.misses and self._strays(live, face) > rules.steady:
            return rules.found_aside
        return rules.sure if face.score >= rules.high_score else rules.feeble

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
        late = lateness(interval, BRISK)
        together = rules.alike_beside + late * (rules.alike_beside_slow - rules.alike_beside)
        if likeness >= together:
            return False
        if -1.0 < likeness < self._alike_alone(late):  # -1: nothing to compare
            return True
        side = [rules.beside + late * (rules.beside_slow - rules.beside)] * 4
        reach = live.track.box.grown(*side)
        return any(other is not live and other.track.box.grown(*side).intersection(reach) > 0 for other in self._live)

    def _miss(self, live: _Live, at: float, view: View | None) -> None:
        track, motion = live.track, live.motion
        live.steady = False
        track.misses += 1
        live.vain += 1
        track.state = TrackState.LOST
        track.face = None
        track.followed = False
        track.go(motion.box)
        if view is not None:
            found = view.follow(live.patch, motion.box)
            live.likeness = min(live.likeness, -1.0 if found is None else found[1])
            if found is not None and found[1] >= self._rules.follow and not self._is_taken(found[0], at):
                track.go(found[0])
                track.followed, live.alive_at, live.vain = True, at, 0
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
