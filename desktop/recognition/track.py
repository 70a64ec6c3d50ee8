"""One followed face, and what one frame changed among all of a camera's."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.turned import front_width, head_behind
from desktop.vision.types import DetectedFace

NEVER = float("-inf")
ASIDE = 0.5  # face widths that the middle of a head may lie beside a face that turned away unseen
JUST_BEFORE = 1e-3  # seconds, shorter than any interval between frames


class TrackState(StrEnum):
    TENTATIVE = "tentative"  # seen once
    CONFIRMED = "confirmed"  # seen in at least two frames
    LOST = "lost"  # not detected in the newest frame; its box is predicted or followed by its look


@dataclass(slots=True, eq=False)
class Track:
    """One face in view of one camera. Mutable; owned by the thread that calls the tracker.

    Boxes are face boxes in pixels of the frames given to the tracker.

    Attributes:
        id: never used again by this tracker.
        box: the detected box, or while LOST the predicted or followed one.
        velocity: of the centre, px/s.
        first_seen, last_seen: capture time (s) of the first and the newest detection.
        at: capture time that `box` belongs to.
        hits: frames with a detection. misses: frames in a row without one.
        score: of the newest detection, 0 to 1.
        landmarks: (5, 2) float32 of the newest detection.
        face: the detection in the newest frame; None while LOST.
        overlapping: its head touches another track's in the newest frame.
        ambiguous: it may have been mixed up with somebody: whatever was known about it counts for nothing until
            an embedding from a frame later than `doubt_at` agrees (`settle`).
        doubt_at: capture time of the newest frame in which it may have been mixed up; NEVER if there was none.
            Pictures between the analysed frame before that one and it are in doubt too.
        front: width in px that the face's box would have from the front.
        head: where the head is behind a face that is turned to the side (`turned.head_behind`); None for a face that is
            not turned. While LOST it goes with `box`, and is as wide as the head may lie to either side.
        followed: while LOST, the box comes from the look of the head (`appearance`), not from prediction alone.
    """

    id: TrackId
    box: Box
    first_seen: float
    last_seen: float
    at: float
    score: float
    landmarks: NDArray[np.float32]
    face: DetectedFace | None
    velocity: tuple[float, float] = (0.0, 0.0)
    hits: int = 1
    misses: int = 0
    state: TrackState = TrackState.TENTATIVE
    overlapping: bool = False
    ambiguous: bool = False
    doubt_at: float = NEVER
    followed: bool = False
    front: float = 0.0
    head: Box | None = None

    def turn(self, face: DetectedFace, at: float) -> None:
        """Take over how the face detected at `at` is turned."""
        self.front = front_width(face, self.front, at - self.at)
        self.head = head_behind(face, self.front)

    def go(self, box: Box) -> None:
        """Move the box of a face that is not detected, and the head with it: it may have turned to either side."""
        if self.head is None:
            self.head = self.box.grown(ASIDE, 0.0, ASIDE, 0.0)
        (x1, y1), (x2, y2) = self.box.centre, box.centre
        self.head = self.head.moved(x2 - x1, y2 - y1)
        self.box = box

    def doubt(self, at: float) -> None:
        """The track may have been mixed up in the frame of time `at`."""
        self.ambiguous = True
        self.doubt_at = max(self.doubt_at, at)

    def doubt_before(self, at: float) -> None:
        """The track may have been mixed up between the frame before and the one of time `at`: what is seen in this one
        is somebody for certain, only perhaps not who it was."""
        self.doubt(at - JUST_BEFORE)

    def settle(self, at: float) -> bool:
        """An embedding of the frame of time `at` has confirmed who it is: clears `ambiguous` if that frame came after
        the newest doubt. Returns whether it did."""
        if at <= self.doubt_at:
            return False
        self.ambiguous = False
        return True


@dataclass(frozen=True, slots=True)
class TrackerUpdate:
    """What one frame changed.

    Attributes:
        at: capture time of the frame.
        active: tracks detected in this frame (TENTATIVE or CONFIRMED), `new` ones included.
        new: those of `active` that began in this frame.
        lost: tracks that still exist but were not detected in this frame (mask them at `box`).
        ended: tracks that ended with this frame; they are not seen again.
        weak: low-score detections that belong to no track; mask them, nothing else.
    """

    at: float
    active: list[Track] = field(default_factory=list)
    new: list[Track] = field(default_factory=list)
    lost: list[Track] = field(default_factory=list)
    ended: list[Track] = field(default_factory=list)
    weak: list[DetectedFace] = field(default_factory=list)
