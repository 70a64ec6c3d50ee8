"""Which detection continues which track: costs, gates and the assignment of least total cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from desktop.domain.geometry import Box

Costs = NDArray[np.float64]

DISTANCE, OVERLAP, SIZE = 0.55, 0.25, 0.20  # shares of the cost of a pair; together 1
SIZE_GATE = math.log(2.0)  # a face does not double or halve between two analyses
FORBIDDEN = 1e3


def pair_costs(predicted: Sequence[Box], gates: Sequence[float], detected: Sequence[Box]) -> Costs:
    """Costs of continuing each track with each detection.

    Args:
        predicted: T predicted boxes of tracks.
        gates: for each track how far from its predicted centre a detection may lie, in sides of a square as large as
            the predicted box.
        detected: D boxes.

    Returns:
        float64 (T, D): 0 (same place and size) to 1 (at the gate), FORBIDDEN beyond the gates of distance or size.
    """
    costs: Costs = np.full((len(predicted), len(detected)), FORBIDDEN)
    faces = [_solid(box) for box in detected]
    # Plain floats: for the handful of faces in a picture they are several times faster than small arrays.
    for row, (box, gate) in enumerate(zip(predicted, gates, strict=True)):
        track = _solid(box)
        x, y = track.centre
        area = track.area
        reach = math.sqrt(area) * gate
        for column, face in enumerate(faces):
            face_x, face_y = face.centre
            distance = math.hypot(face_x - x, face_y - y) / reach
            ratio = abs(math.log(area / face.area)) / (2 * SIZE_GATE)
            if distance <= 1 and ratio <= 1:
                apart = max(0.0, 1 - track.iou(face))
                costs[row, column] = DISTANCE * distance + OVERLAP * apart + SIZE * ratio
    return costs


def assign(costs: Costs) -> list[tuple[int, int]]:
    """Pairs (row, column) of least total cost among the most pairs that are not FORBIDDEN; each row and column once."""
    if costs.size == 0:
        return []
    rows, columns = linear_sum_assignment(costs)
    return [
        (row, column)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if costs[row, column] < FORBIDDEN
    ]


def _solid(box: Box) -> Box:
    """A box without extent counts as one pixel."""
    return box if box.w >= 1 and box.h >= 1 else Box(box.x, box.y, max(box.w, 1.0), max(box.h, 1.0))
