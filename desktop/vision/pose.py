"""Head pose from five landmarks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.vision.align import TEMPLATE

# Depth of the landmarks towards the viewer in units of the template (63 mm between the pupils are 35.2 units): the
# tip of the nose stands some 30 mm before the eyes, the corners of the mouth some 9 mm.
_DEPTH = np.array([0.0, 0.0, 17.0, 5.0, 5.0])
_FACE = np.column_stack([TEMPLATE, -_DEPTH])  # x right, y down, z away from the viewer
_CENTRED = _FACE - _FACE.mean(axis=0)
# Detected noses lie a little lower than the template's: the mean over 100 press portraits (std 5.5).
_NEUTRAL_PITCH = 10.0
_SOLVER: list[list[float]] = np.linalg.pinv(_CENTRED).tolist()  # (3, 5)


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees as seen in the picture; an estimate good to some 10 degrees.

    yaw: positive when the nose points to the right of the picture; pitch: positive when it points down; roll:
    positive when the head is tilted clockwise.
    """

    yaw: float
    pitch: float
    roll: float


def head_pose(landmarks: NDArray[np.float32]) -> Pose:
    """Pose of a face with landmarks (5, 2), by weak perspective.

    The 2 x 3 matrix M that maps a mean face to the landmarks is solved by least squares and scaled to the first two
    rows of a rotation (DeMenthon and Davis, "Model-based object pose in 25 lines of code", 1995, first iteration);
    M's third column tells how far the nose leaves the plane of eyes and mouth.
    """
    # Plain floats: three times as fast as numpy on arrays this small.
    points = landmarks.tolist()
    x_mean, y_mean = sum(x for x, _ in points) / 5, sum(y for _, y in points) / 5
    x1, x2, x3 = (sum(w * (x - x_mean) for w, (x, _) in zip(row, points, strict=True)) for row in _SOLVER)
    y1, y2, y3 = (sum(w * (y - y_mean) for w, (_, y) in zip(row, points, strict=True)) for row in _SOLVER)
    xx, xy, yy = x1 * x1 + x2 * x2 + x3 * x3, x1 * y1 + x2 * y2 + x3 * y3, y1 * y1 + y2 * y2 + y3 * y3
    area = xx * yy - xy * xy
    if not area > 1e-9 * (xx + yy) ** 2:  # also not a number
        return Pose(90.0, 0.0, 0.0)  # landmarks on one line: seen from the side
    # The nearest pair of orthonormal rows, so that both angles share the error: (M M^T)^(-1/2) M.
    root = math.sqrt(area)
    scale = 1 / (root * math.sqrt(xx + yy + 2 * root))
    p, q, r = (yy + root) * scale, -xy * scale, (xx + root) * scale
    x1, x2, x3, y1, y2, y3 = (
        *(p * x + q * y for x, y in ((x1, y1), (x2, y2), (x3, y3))),
        *(q * x + r * y for x, y in ((x1, y1), (x2, y2), (x3, y3))),
    )
    third = (x2 * y3 - x3 * y2, x3 * y1 - x1 * y3, x1 * y2 - x2 * y1)
    # The rotation read as yaw, then pitch, then roll.
    yaw = math.degrees(math.atan2(third[0], third[2]))
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, third[1]))))
    roll = math.degrees(math.atan2(-x2, y2))
    return Pose(yaw, pitch - _NEUTRAL_PITCH, roll)
