"""Traces a newly found face back through the pictures that have not been shown yet, by its look."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box
from desktop.recognition.masks import BGRAImage
from desktop.recognition.placing import Fix

PATCH = 20  # pixels: the face is compared at about this size
SPEED = 1.0  # picture widths per second a face is searched for
SURE = 0.7  # normalised correlation from which a place counts as found
CLIPPED = 0.6  # a face cut off further than to this share of its size cannot be compared


def trace_back(pictures: Sequence[tuple[float, BGRAImage]], start: Fix) -> list[Fix]:
    """Where the face of `start` was in the pictures before it.

    Args:
        pictures: (capture time, (H, W, 4) uint8 BGRA) newest first; the first one is of the time of `start`.
        start: the detection, box in pixels of these pictures.

    Returns:
        A fix for each earlier picture, newest first, ending where the face is not found any more.
    """
    if len(pictures) < 2:
        return []
    start_at, image = pictures[0]
    height, width = image.shape[:2]
    face = start[1].clipped(width, height)
    if face.area < CLIPPED * start[1].area or min(face.w, face.h) < 6:
        return []
    shrink = max(1.0, min(face.w, face.h) / PATCH)
    pattern = _patch(image, face, shrink)
    if pattern.shape[0] < 5 or pattern.shape[1] < 5 or float(pattern.std()) < 4.0:
        return []
    fixes: list[Fix] = []
    x, y, last_at, drift = face.x, face.y, start_at, (0.0, 0.0)
    for at, picture in pictures[1:]:
        dt = at - last_at
        reach = SPEED * width * abs(dt) + 2 * shrink
        guess = (x + drift[0] * dt, y + drift[1] * dt)
        found = _find(picture, pattern, Box(guess[0], guess[1], face.w, face.h), reach, shrink)
        if found is None:
            break
        if dt:
            drift = ((found[0] - x) / dt, (found[1] - y) / dt)
        x, y, last_at = found[0], found[1], at
        fixes.append((at, start[1].moved(x - face.x, y - face.y)))
    return fixes


def _find(
    picture: BGRAImage, pattern: NDArray[np.uint8], guess: Box, reach: float, shrink: float
) -> tuple[float, float] | None:
    """Left top corner (pixels) of the best place within `reach` of `guess`; None if nothing there looks like it."""
    height, width = picture.shape[:2]
    area = Box(guess.x - reach, guess.y - reach, guess.w + 2 * reach, guess.h + 2 * reach).clipped(width, height)
    left, top = math.floor(area.x), math.floor(area.y)
    search = _patch(picture, Box(left, top, area.right - left, area.bottom - top), shrink)
    if search.shape[0] < pattern.shape[0] or search.shape[1] < pattern.shape[1]:
        return None
    scores = cv2.matchTemplate(search, pattern, cv2.TM_CCOEFF_NORMED)
    _, best, _, place = cv2.minMaxLoc(scores)
    if not best >= SURE:  # also not when the search area is flat and the score is not a number
        return None
    return left + place[0] * shrink, top + place[1] * shrink


def _patch(picture: BGRAImage, box: Box, shrink: float) -> NDArray[np.uint8]:
    left, top = max(0, math.floor(box.x)), max(0, math.floor(box.y))
    crop = picture[top : math.ceil(box.bottom), left : math.ceil(box.right)]
    if crop.size == 0:
        return np.zeros((0, 0), np.uint8)
    size = (max(1, round(crop.shape[1] / shrink)), max(1, round(crop.shape[0] / shrink)))
    small = cv2.resize(crop, size, interpolation=cv2.INTER_AREA) if shrink > 1.0 else crop
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGRA2GRAY), np.uint8)
