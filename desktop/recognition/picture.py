"""A picture as the window gets it, and how a frame is brought to the size of its tile."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.masks import BGRAImage


class CoarseReason(StrEnum):
    NONE = ""
    STARTING = "starting"  # no analysis at all yet
    ANALYSIS_LATE = "analysis_late"  # no analysis of this moment within 400 ms


@dataclass(frozen=True, slots=True)
class OverlayMark:
    """What the window draws over a picture; boxes in pixels of the picture.

    `box` is the face as placed at the picture's time, `masks` the hidden areas (empty when not masked). `person_id`
    only for MATCH and POSSIBLE. `held`: not detected at this moment.
    """

    track_id: TrackId
    box: Box
    masks: tuple[Box, ...]
    band: Band
    person_id: PersonId | None
    score: float
    threshold: float
    held: bool

    @property
    def masked(self) -> bool:
        return bool(self.masks)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A masked picture. `pixels` (H, W, 4) uint8 BGRA, contiguous, the receiver's own (QImage Format_RGB32).

    The picture is fitted inside the tile (aspect kept), so it may be smaller than the size asked for. `frame_at`,
    `seq`, `position` and `pass_` are the frame's.
    """

    pixels: BGRAImage
    frame_at: float
    seq: int
    position: int | None
    pass_: int
    coarse: bool
    coarse_reason: CoarseReason
    marks: tuple[OverlayMark, ...]


@dataclass(frozen=True, slots=True)
class PresenterStats:
    """Counts since the start or `reset_stats`: frames offered while the tile was visible, pictures shown (coarse ones
    included), skipped (never shown although the tile was visible) and coarse."""

    offered: int
    shown: int
    skipped: int
    coarse: int
    delay_ms: float
    shown_fps: float


def fitted(image: NDArray[np.uint8], tile: tuple[int, int]) -> BGRAImage:
    """(H, W, 3) BGR scaled to lie inside `tile` (width, height), aspect kept, as new contiguous BGRA."""
    height, width = image.shape[:2]
    scale = min(tile[0] / width, tile[1] / height)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # exact halves and thirds are fast with INTER_AREA; other factors cost several times as much as INTER_LINEAR
    whole = width % size[0] == 0 and height % size[1] == 0
    method = cv2.INTER_AREA if whole and scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(image, size, interpolation=method) if size != (width, height) else image
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2BGRA), np.uint8)
