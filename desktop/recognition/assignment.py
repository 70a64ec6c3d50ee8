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
    tracks, faces = _corners(predicted), _corners(detected)
    track_size, face_size = tracks[:, 2:] - tracks[:, :2], faces[:, 2:] - faces[:, :2]
    track_area, face_area = track_size.prod(axis=1), face_size.prod(axis=1)

    between = (faces[None, :, :2] + faces[None, :, 2:] - tracks[:, None, :2] - tracks[:, None, 2:]) / 2
    reach = np.sqrt(track_area) * np.asarray(gates, dtype=np.float64)
    distance = np.sqrt(np.einsum("tdk,tdk->td", between, between)) / reach[:, None]

    shared = np.minimum(tracks[:, None, 2:], faces[None, :, 2:]) - np.maximum(tracks[:, None, :2], faces[None, :, :2])
    shared_area = np.maximum(shared, 0.0).prod(axis=2)
    overlap = shared_area / (track_area[:, None] + face_area[None, :] - shared_area)

    ratio = np.abs(np.log(track_area[:, None] / face_area[None, :])) / (2 * SIZE_GATE)
    costs: Costs = DISTANCE * distance + OVERLAP * (1 - overlap) + SIZE * ratio
    costs[(distance > 1) | (ratio > 1)] = FORBIDDEN
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


def _corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """(N, 4): left, top, right, bottom; a box without extent counts as one pixel."""
    array = np.array([(box.x, box.y, max(box.w, 1.0), max(box.h, 1.0)) for box in boxes], dtype=np.float64)
    array = array.reshape(-1, 4)
    array[:, 2:] += array[:, :2]
    return array
