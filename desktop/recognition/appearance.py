"""Follows a head that the detector has lost by its look, so that its mask stays where it is when it turns away.

Normalised cross-correlation (Lewis: Fast Normalized Cross-Correlation, 1995) of a small patch of the head in a window
around the expected place. It tells nothing about who somebody is, and the patch dies with the track.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box

GreyImage = NDArray[np.uint8]  # (h, w)

PATCH = 24  # side of the remembered patch, samples
SLACK = 2  # samples to each side that forgive the detector's jitter
TINY = 4.0  # pixels of a face below which there is no look
AROUND = 0.25  # the patch shows the face box grown by this share on each side: hair and outline carry a turned head
REACH = 0.75  # how far to search from the expected place, patch sides
FLAT = 4.0  # grey levels of standard deviation below which a patch says nothing
SURE = 0.75  # the patch is renewed at a followed place that is at least this like it, so that it turns with the head


@dataclass(frozen=True, slots=True)
class Followed:
    """Where the head was found, as a face box in the grey image's pixels, and how like it is (-1 to 1)."""

    box: Box
    likeness: float


class Sight:
    """The head around a face box as one frame shows it: sampled once, to be compared and to be remembered."""

    __slots__ = ("look", "window")

    def __init__(self, grey: GreyImage, box: Box) -> None:
        """`box` is the face box in pixels of `grey`."""
        window = _sample(grey, _around(box).grown(*[SLACK / PATCH] * 4), PATCH + 2 * SLACK, PATCH + 2 * SLACK)
        seen = _contrast(window) >= FLAT
        self.window = window if seen else None
        self.look = window[SLACK:-SLACK, SLACK:-SLACK] if seen and min(box.w, box.h) >= TINY else None


class HeadPatch:
    """What one head looked like."""

    __slots__ = ("_detected", "_patch")

    def __init__(self) -> None:
        self._patch: GreyImage | None = None  # the newest look, which turns with the head while it is followed
        self._detected: GreyImage | None = None  # the look at the newest detection

    def remember(self, sight: Sight) -> None:
        """Keep the look of a detected head; a flat or tiny one is not kept: it cannot be followed."""
        self._patch = self._detected = sight.look

    def follow(self, grey: GreyImage, box: Box) -> Followed | None:
        """Search around the expected `box`; None if nothing is remembered or there is nothing to see."""
        if self._patch is None:
            return None
        head = _around(box)
        side = PATCH + 2 * round(REACH * PATCH)
        margin = (side - PATCH) / 2
        window = _sample(grey, head.grown(*[margin / PATCH] * 4), side, side)
        if _contrast(window) < FLAT:
            return None
        scores = cv2.matchTemplate(window, self._patch, cv2.TM_CCOEFF_NORMED)
        _, best, _, (column, row) = cv2.minMaxLoc(scores)
        if not math.isfinite(best):
            return None
        found = box.moved((column - margin) * head.w / PATCH, (row - margin) * head.h / PATCH)
        if best >= SURE:
            self._patch = _look(grey, found)
        return Followed(found, float(best))

    def likeness(self, sight: Sight) -> float:
        """How like one of the remembered looks the head in sight is, -1 to 1; -1 if there is nothing to compare."""
        looks = [self._detected, self._patch] if self._patch is not self._detected else [self._detected]
        window = sight.window
        if window is None:
            return -1.0
        return max(
            (
                cv2.minMaxLoc(cv2.matchTemplate(window, look, cv2.TM_CCOEFF_NORMED))[1]
                for look in looks
                if look is not None
            ),
            default=-1.0,
        )


def small_grey(image: NDArray[np.uint8], width: int = 480) -> GreyImage:
    """(H, W, 3) BGR -> (h, w) of at most about `width` columns, for `Tracker.update`.

    Takes every n-th pixel of the green channel, which carries most of the luminance: cheap rather than exact. The step
    is the same on both axes, so the scale is (h / H, w / W).
    """
    step = max(1, math.ceil(image.shape[1] / width))
    rows = np.ascontiguousarray(image[::step])
    return np.ascontiguousarray(rows.reshape(len(rows), -1)[:, 1 :: 3 * step])


def look_at(grey: GreyImage, box: Box) -> GreyImage:
    """(PATCH, PATCH): the head around a face box in pixels of `grey`."""
    return _sample(grey, _around(box), PATCH, PATCH)


def difference(one: GreyImage, other: GreyImage) -> float:
    """Root mean square, grey levels, between two looks."""
    return cv2.norm(one, other, cv2.NORM_L2) / math.sqrt(one.size)


def _look(grey: GreyImage, box: Box) -> GreyImage | None:
    """The patch of the head around a face box; None if it is too small or too flat to be told from anything else."""
    if min(box.w, box.h) < TINY:
        return None
    patch = look_at(grey, box)
    return patch if _contrast(patch) >= FLAT else None


def _around(box: Box) -> Box:
    return box.grown(AROUND, AROUND, AROUND, AROUND)


def _sample(grey: GreyImage, region: Box, columns: int, rows: int) -> GreyImage:
    """The region resampled to (rows, columns); beyond the border its last pixels are repeated."""
    step_x, step_y = region.w / columns, region.h / rows
    # Pixel centres lie at whole numbers for warpAffine, at halves for boxes.
    to_source = np.array(
        [[step_x, 0.0, region.x + (step_x - 1) / 2], [0.0, step_y, region.y + (step_y - 1) / 2]], dtype=np.float64
    )
    sampled = cv2.warpAffine(
        grey, to_source, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(sampled, dtype=np.uint8)


def _contrast(patch: GreyImage) -> float:
    """Standard deviation in grey levels."""
    return float(cv2.meanStdDev(patch)[1][0, 0])
