"""Keeps one box of the many a detector finds for one face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAME_BOX = 0.5  # boxes that overlap more are one face
SAME_FACE = 0.3  # so are boxes that overlap this much and have their noses in the same place ...
SAME_PLACE = 0.25  # ... within this share of the box's width


def keep_best(rows: NDArray[np.float32]) -> list[int]:
    """Indices to keep of `rows` (N, 15): x, y, w, h, score, five landmarks x, y (nose third); best score first.

    Greedy non-maximum suppression by intersection over union, but two faces one behind the other stay two: in the
    doubtful range of overlap the noses decide.
    """
    same = _same_face(rows)
    gone = np.zeros(len(rows), bool)
    kept = []
    for index in range(len(rows)):
        if not gone[index]:
            kept.append(index)
            gone |= same[index]
    return kept


def _same_face(rows: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(N, N): whether two boxes belong to one face; as seen from the box of the row."""
    left, top, width, height = rows[:, :4].T.copy()
    nose_x, nose_y = rows[:, 9:11].T.copy()
    right, bottom, area = left + width, top + height, width * height
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    union = area[:, None] + area - shared
    near = (
        np.square(nose_x[:, None] - nose_x) + np.square(nose_y[:, None] - nose_y)
        < np.square(SAME_PLACE * width)[:, None]
    )
    same: NDArray[np.bool_] = (shared > SAME_BOX * union) | ((shared > SAME_FACE * union) & near)
    return same
