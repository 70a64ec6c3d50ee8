"""Values that pass between the parts of this room and to the rooms above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box

BGRImage = NDArray[np.uint8]
"""Picture of shape (H, W, 3), blue first, 0 to 255."""

Vector = NDArray[np.float32]
"""Face vector of shape (D,) with L2 norm 1, so that a dot product is the cosine."""


@dataclass(frozen=True, slots=True, eq=False)
class DetectedFace:
    """One face of one picture, in that picture's pixels.

    Attributes:
        box: the face from forehead to chin; may reach beyond the picture where the face is cut off by its border.
        score: the detector's confidence, 0 to 1.
        landmarks: float32 of shape (5, 2), x and y: right eye, left eye, nose tip, right and left corner of the mouth
            (the person's right, which is on the left of the picture). Points may lie outside the picture too.
    """

    box: Box
    score: float
    landmarks: NDArray[np.float32]

    @property
    def eye_distance(self) -> float:
        """Distance of the eyes in pixels."""
        step = self.landmarks[1] - self.landmarks[0]
        return float(np.hypot(step[0], step[1]))
