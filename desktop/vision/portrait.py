"""Everything that is measured of a face before it is enrolled: the one set of measures for camera and file."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop.domain.quality import EYES_SHOWN_LEAST, MOUTH_SHOWN_LEAST
from desktop.vision import quality
from desktop.vision.align import CROP, similarity
from desktop.vision.covering import shown
from desktop.vision.quality import FaceQuality, QualityProblem, assess
from desktop.vision.types import BGRImage, DetectedFace

# Share of the aligned crop that comes from the picture. A detector guesses the landmarks of half a face that stands at
# the picture's border, and boxes only the half it sees; pictures cut so score 0.63 to 0.72, tight portraits 0.8 to 1.
CROP_INSIDE_LEAST = 0.75
_HALVES = ((slice(40, 100), slice(20, 54)), (slice(40, 100), slice(58, 92)))  # of the aligned crop: the cheeks


@dataclass(frozen=True, slots=True)
class Portrait:
    """Measures of one face.

    Attributes:
        quality: see `vision.quality`.
        inside: share of the aligned crop that lies inside the picture, 0 to 1.
        evenness: brightness of the darker half of the face over that of the brighter one, 0 to 1.
        eyes_shown, mouth_shown: see `vision.covering`.
    """

    quality: FaceQuality
    inside: float
    evenness: float
    eyes_shown: float
    mouth_shown: float


def measure(image: BGRImage, face: DetectedFace, crop: BGRImage) -> Portrait:
    """The measures of `face` in `image`; `crop` is its aligned crop (112, 112, 3). About a millisecond."""
    seen = shown(crop)
    return Portrait(assess(image, face, crop), crop_inside(image, face), _evenness(crop), seen.eyes, seen.mouth)


def problems(portrait: Portrait) -> tuple[QualityProblem, ...]:
    """What speaks against enrolling with this picture, gravest first; empty if nothing does."""
    found = quality.problems(portrait.quality)
    if not found and portrait.inside < CROP_INSIDE_LEAST:
        found = (QualityProblem.PARTIAL,)
    covered = (
        (QualityProblem.EYES_COVERED, portrait.eyes_shown < EYES_SHOWN_LEAST),
        (QualityProblem.MOUTH_COVERED, portrait.mouth_shown < MOUTH_SHOWN_LEAST),
    )
    return found + tuple(problem for problem, holds in covered if holds)


def crop_inside(image: BGRImage, face: DetectedFace) -> float:
    """Share of the face's aligned crop that lies inside the picture, 0 to 1 (on a grid of 4 px)."""
    matrix = similarity(face.landmarks)
    steps = np.arange(2.0, CROP, 4.0)
    points = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    in_picture = (points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    height, width = image.shape[:2]
    inside = (in_picture >= 0).all(axis=1) & (in_picture < (width, height)).all(axis=1)
    return float(inside.mean())


def _evenness(crop: BGRImage) -> float:
    one, other = (float(cv2.mean(cv2.cvtColor(crop[half], cv2.COLOR_BGR2GRAY))[0]) + 1.0 for half in _HALVES)
    return min(one, other) / max(one, other)
