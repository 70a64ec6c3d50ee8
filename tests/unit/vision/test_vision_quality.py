"""Quality measures and what they complain about."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.vision.align import TEMPLATE
from desktop.vision.quality import FaceQuality, QualityProblem, assess, problems
from desktop.vision.types import DetectedFace

GOOD = FaceQuality(
    score=0.9,
    sharpness=0.1,
    luminance=120,
    yaw=5,
    pitch=0,
    roll=0,
    eye_distance=60,
    size=120,
    visible=1,
    confidence=0.9,
)


@pytest.fixture(scope="module")
def scene() -> tuple[np.ndarray, DetectedFace]:
    """Noise with detail of every size, and a face at 3 times the template's size in the middle."""
    random = np.random.default_rng(1)
    noise = random.normal(0, 1, (480, 480))
    layers = sum(cv2.GaussianBlur(noise, (0, 0), 2.0**k) * 2.0**k for k in range(6))
    grey = np.clip(120 + 25 * layers / layers.std(), 0, 255).astype(np.uint8)
    landmarks = (TEMPLATE * 3 + 70).astype(np.float32)
    return cv2.merge([grey] * 3), DetectedFace(Box(100, 80, 270, 350), 0.9, landmarks)


def test_a_good_face_has_no_problem(scene: tuple[np.ndarray, DetectedFace]) -> None:
    quality = assess(*scene)
    assert problems(quality) == ()
    assert quality.score > 0.7
    assert quality.eye_distance == pytest.approx(105.7, abs=0.5)


def test_blur_lowers_sharpness_and_score_monotonically(scene: tuple[np.ndarray, DetectedFace]) -> None:
    image, face = scene
    found = [assess(cv2.GaussianBlur(image, (0, 0), sigma), face) for sigma in (1, 4, 8, 16)]
    assert all(a.sharpness > b.sharpness for a, b in pairwise(found))
    assert all(a.score >= b.score for a, b in pairwise(found))
    assert QualityProblem.BLURRED in problems(found[-1])


def test_sharpness_does_not_follow_contrast(scene: tuple[np.ndarray, DetectedFace]) -> None:
    image, face = scene
    flat = (image * 0.5 + 60).astype(np.uint8)
    assert assess(flat, face).sharpness == pytest.approx(assess(image, face).sharpness, rel=0.2)


def test_light(scene: tuple[np.ndarray, DetectedFace]) -> None:
    image, face = scene
    dark, bright = assess(image // 6, face), assess(cv2.add(image // 4, np.full_like(image, 200)), face)
    assert QualityProblem.DARK in problems(dark)
    assert QualityProblem.BRIGHT in problems(bright)
    assert max(dark.score, bright.score) < assess(image, face).score


def test_a_given_crop_is_used(scene: tuple[np.ndarray, DetectedFace]) -> None:
    image, face = scene
    assert assess(image, face, np.full((112, 112, 3), 9, np.uint8)).luminance == pytest.approx(9)


def test_a_face_cut_by_the_border_is_partial(scene: tuple[np.ndarray, DetectedFace]) -> None:
    image, face = scene
    cut = DetectedFace(face.box.moved(-200, 0), face.score, face.landmarks - np.float32([200, 0]))
    quality = assess(image, cut)
    assert quality.visible == pytest.approx(170 / 270)
    assert QualityProblem.PARTIAL in problems(quality)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"eye_distance": 10.0}, QualityProblem.TINY),
        ({"visible": 0.7}, QualityProblem.PARTIAL),
        ({"confidence": 0.4}, QualityProblem.PARTIAL),
        ({"yaw": -50.0}, QualityProblem.TURNED),
        ({"pitch": 40.0}, QualityProblem.TURNED),
        ({"luminance": 20.0}, QualityProblem.DARK),
        ({"luminance": 240.0}, QualityProblem.BRIGHT),
        ({"sharpness": 0.005}, QualityProblem.BLURRED),
    ],
)
def test_each_measure_has_its_problem(change: dict[str, float], problem: QualityProblem) -> None:
    assert problems(GOOD) == ()
    assert problems(replace(GOOD, **change)) == (problem,)
