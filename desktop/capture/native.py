"""What this room needs of OpenCV's video backends beside their functions."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["DECODER", "next_picture", "plausible_fps"]

# One decoder thread a camera: more of them only hold frames back, and nine cameras share the processor anyway.
DECODER = [cv2.CAP_PROP_N_THREADS, 1, cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_NONE]


def plausible_fps(value: float) -> float:
    """Containers also announce 0, NaN or their clock rate (90000); 0 for those."""
    return value if math.isfinite(value) and 0.01 <= value <= 240 else 0.0


def next_picture(capture: cv2.VideoCapture) -> NDArray[np.uint8] | None:
    """The next picture, (H, W, 3) uint8 BGR, or None."""
    got, image = capture.read()
    if not got or image is None or image.size == 0:
        return None
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    return np.asarray(image, dtype=np.uint8)
