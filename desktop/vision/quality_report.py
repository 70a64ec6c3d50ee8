"""Computes the quality report of a face picture from its measures and its aligned crop."""

from __future__ import annotations

import math

import cv2
import numpy as np

from desktop.domain.quality import Component, QualityReport
from desktop.vision.portrait import Portrait
from desktop.vision.types import BGRImage, DetectedFace

_INNER = (slice(16, 104), slice(16, 96))  # of the aligned crop: the face without hair and background
_BLACK, _WHITE = 25, 247  # grey levels from which a pixel is under- or overexposed
_NATURAL = ((5.0, 25.0), (5.0, 35.0))  # ranges of a and b of CIELAB in which skin of any tone lies under white light


def report(portrait: Portrait, face: DetectedFace, crop: BGRImage, height: int, others: float = 0.0) -> QualityReport:
    """The report of one face.

    Args:
        portrait, face, crop: its measures, where it was found, its aligned crop (112, 112, 3).
        height: of the picture, pixels.
        others: area of the next larger face over that of this one, 0 to 1.

    The unified score is the weight that recognition gives the picture (`vision.quality.FaceQuality.score`), but never
    more than what says that the wrong thing is in the picture: another face, or a covered one.
    """
    values = _place(portrait, face, height, others) | _pose(portrait) | _light(portrait, crop[_INNER])
    limits = (Component.SINGLE_FACE_PRESENT, Component.EYES_VISIBLE, Component.MOUTH_OCCLUSION_PREVENTION)
    unified = min(100 * portrait.quality.score, *(values[component] for component in limits))
    return QualityReport(
        round(unified), {component: round(values[component]) for component in Component if component in values}
    )


def _place(portrait: Portrait, face: DetectedFace, height: int, others: float) -> dict[Component, float]:
    share = face.box.h / height
    return {
        Component.SINGLE_FACE_PRESENT: 100 * (1 - min(1.0, others)),
        Component.EYES_VISIBLE: _ramp(portrait.eyes_shown, 0.3, 0.6),
        Component.MOUTH_OCCLUSION_PREVENTION: _ramp(portrait.mouth_shown, 0.0, 0.3),
        Component.INTER_EYE_DISTANCE: _ramp(portrait.quality.eye_distance, 8, 64),
        Component.HEAD_SIZE: min(_ramp(share, 0.02, 0.15), _ramp(-share, -1.2, -0.7)),
        Component.CROP_OF_THE_FACE_IMAGE: _ramp(min(portrait.quality.visible, portrait.inside), 0.5, 0.95),
    }


def _pose(portrait: Portrait) -> dict[Component, float]:
    """The squared cosine of each angle."""
    seen = portrait.quality
    angles = {
        Component.HEAD_POSE_YAW: seen.yaw,
        Component.HEAD_POSE_PITCH: seen.pitch,
        Component.HEAD_POSE_ROLL: seen.roll,
    }
    return {component: 100 * max(0.0, math.cos(math.radians(angle))) ** 2 for component, angle in angles.items()}


def _light(portrait: Portrait, inner: BGRImage) -> dict[Component, float]:
    grey = cv2.cvtColor(inner, cv2.COLOR_BGR2GRAY)
    counts = np.bincount(grey.ravel(), minlength=256) / grey.size
    filled = counts[counts > 0]
    entropy = float(-(filled * np.log2(filled)).sum())  # bits; 8 at most
    mean = portrait.quality.luminance
    return {
        Component.ILLUMINATION_UNIFORMITY: _ramp(portrait.evenness, 0.2, 0.8),
        Component.LUMINANCE: min(_ramp(mean, 15, 70), _ramp(-mean, -235, -185)),
        Component.UNDER_EXPOSURE_PREVENTION: 100 - _ramp(float(counts[: _BLACK + 1].sum()), 0.05, 0.6),
        Component.OVER_EXPOSURE_PREVENTION: 100 - _ramp(float(counts[_WHITE:].sum()), 0.02, 0.4),
        Component.DYNAMIC_RANGE: 12.5 * entropy,
        Component.SHARPNESS: _ramp(math.log(max(portrait.quality.sharpness, 1e-6)), math.log(0.004), math.log(0.05)),
        Component.NATURAL_COLOUR: _natural(inner),
    }


def _natural(inner: BGRImage) -> float:
    """100 for a mean colour that skin has, 0 from 10 units of CIELAB beside it: a grey or tinted picture."""
    lab = cv2.cvtColor(inner.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
    _, a, b = (float(value) for value in cv2.mean(lab)[:3])
    beside = [max(low - value, value - high, 0.0) for value, (low, high) in zip((a, b), _NATURAL, strict=True)]
    return 100 - _ramp(math.hypot(*beside), 0, 10)


def _ramp(value: float, low: float, high: float) -> float:
    """0 at and below `low`, 100 at and above `high`."""
    return 100 * min(1.0, max(0.0, (value - low) / (high - low)))
