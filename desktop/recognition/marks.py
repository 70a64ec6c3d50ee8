"""What passes from the analysis of a frame to the picture: places of heads and what may be shown of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.decision import Verdict
from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId

NEVER = float("-inf")


class MarkState(StrEnum):
    SEEN = "seen"  # detected with a good score
    WEAK = "weak"  # detected with a low score
    FOLLOWED = "followed"  # not detected; found again by its look
    HELD = "held"  # not found; kept where it is thought to be


@dataclass(frozen=True, slots=True)
class TrackMark:
    """A track in one analysed frame: `box` is the face box in that frame's pixels, `score` 0 to 1 (0: not detected).

    `head`: the face box that the head would have from the front, where the face is turned to the side; masked as well.
    """

    track_id: TrackId
    box: Box
    score: float
    state: MarkState = MarkState.SEEN
    head: Box | None = None


@dataclass(frozen=True, slots=True)
class AnalysisRecord:
    """All marks of one analysed frame. `at` is the capture time (monotonic s), `size` (width, height) in pixels.

    `restart`: the scene has nothing to do with the one before (a looped file began anew): earlier tracks end here.
    `full`: it was searched for every face that must be masked; pictures are certain only up to such a frame.
    """

    at: float
    size: tuple[int, int]
    marks: tuple[TrackMark, ...]
    restart: bool = False
    full: bool = True


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """What may be shown of a track.

    Attributes:
        verdict: holds for pictures taken after `doubt_at`; until then the track may have been somebody else.
        clear_from: pictures taken from then on may show it unmasked; None: none may.
        version: rises with every change of the track; of two the higher one holds, in whatever order they arrive.
    """

    track_id: TrackId
    verdict: Verdict
    clear_from: float | None = None
    doubt_at: float = NEVER
    version: int = 0


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A track at a picture's time, in frame pixels: the face and the boxes that together hide the head for certain.

    `may_be_clear` only says that the time allows it: the presenter asks whether the verdict and the person do.
    `unseen`: seconds since it was last measured. `astray`: the head may be too far away for a mask.
    """

    track_id: TrackId
    face: Box
    masks: tuple[Box, ...]
    state: MarkState
    verdict: Verdict
    may_be_clear: bool
    unseen: float
    astray: bool = False
