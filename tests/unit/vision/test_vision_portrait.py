"""Coverings, and the quality report: real portraits pass, drawn glasses and masks are found, what is weak is named."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from desktop.domain.quality import NOT_MEASURED, Component, QualityReport
from desktop.vision.align import align
from desktop.vision.portrait import Portrait, measure, problems
from desktop.vision.quality import QualityProblem
from desktop.vision.quality_report import report
from desktop.vision.types import BGRImage
from tests.helpers.coach_frames import GOOD, blurred, frame, lit, turned, with_glasses, with_mask
from tests.helpers.pictures import default_pack, largest, picture

MASKS = {"blue": (215, 190, 150), "black": (30, 30, 30), "white": (235, 235, 235), "green": (90, 150, 100)}


def measured(image: BGRImage) -> tuple[Portrait, QualityReport]:
    face = largest(default_pack().new_detector().detect(image, width=640))
    crop = align(image, face.landmarks)
    portrait = measure(image, face, crop)
    return portrait, report(portrait, face, crop, image.shape[0])


@pytest.mark.parametrize("name", GOOD)
def test_nothing_is_wrong_with_real_portraits(name: str) -> None:
    portrait, found = measured(frame(name))
    assert problems(portrait) == ()
    assert found.unified > 70
    assert found.reasons == ()


@pytest.mark.parametrize("name", GOOD)
def test_dark_glasses_hide_the_eyes(name: str) -> None:
    portrait, found = measured(with_glasses(name))
    assert QualityProblem.EYES_COVERED in problems(portrait)
    assert found.components[Component.EYES_VISIBLE] == 0
    assert found.unified == 0
    assert found.reasons[0] is Component.EYES_VISIBLE


@pytest.mark.parametrize("colour", MASKS)
@pytest.mark.parametrize("name", GOOD[:2])
def test_a_mask_covers_the_mouth(name: str, colour: str) -> None:
    portrait, found = measured(with_mask(name, MASKS[colour]))
    assert QualityProblem.MOUTH_COVERED in problems(portrait)
    assert found.unified < 50


def test_red_lips_and_a_smile_cover_nothing() -> None:
    image = picture("t1.jpg")
    for face in default_pack().new_detector().detect(image, width=640):
        portrait = measure(image, face, align(image, face.landmarks))
        assert {QualityProblem.EYES_COVERED, QualityProblem.MOUTH_COVERED}.isdisjoint(problems(portrait))


GREY: Callable[[], BGRImage] = lambda: np.asarray(  # noqa: E731
    cv2.cvtColor(cv2.cvtColor(frame("obama.jpg"), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8
)


@pytest.mark.parametrize(
    ("image", "weak"),
    [
        (lambda: blurred("astronaut.png"), Component.SHARPNESS),
        (lambda: lit("astronaut.png", 0.15), Component.LUMINANCE),
        (lambda: lit("astronaut.png", 0.15), Component.UNDER_EXPOSURE_PREVENTION),
        (lambda: lit("astronaut.png", 0.9, 130), Component.OVER_EXPOSURE_PREVENTION),
        (lambda: turned("obama", 60), Component.HEAD_POSE_YAW),
        (lambda: frame("astronaut.png", height=0.06), Component.HEAD_SIZE),
        (lambda: frame("astronaut.png", height=0.1), Component.INTER_EYE_DISTANCE),
        (GREY, Component.NATURAL_COLOUR),
    ],
    ids=str,
)
def test_what_is_weak_is_a_reason(image: Callable[[], BGRImage], weak: Component) -> None:
    _, found = measured(image())
    assert weak in found.reasons


def test_light_from_one_side_is_uneven() -> None:
    image = frame("obama.jpg").astype(np.float32)
    image[:, 640:] *= 0.25
    portrait, found = measured(image.astype(np.uint8))
    assert portrait.evenness < 0.4
    assert found.components[Component.ILLUMINATION_UNIFORMITY] < 50


def test_every_component_is_measured_or_said_not_to_be() -> None:
    _, found = measured(frame("obama.jpg"))
    assert set(found.components) | NOT_MEASURED == set(Component)
    assert set(found.components).isdisjoint(NOT_MEASURED)
    assert all(0 <= value <= 100 for value in found.components.values())


def test_another_face_is_worth_less_than_one_alone() -> None:
    image = frame("obama.jpg")
    face = largest(default_pack().new_detector().detect(image, width=640))
    crop = align(image, face.landmarks)
    portrait = measure(image, face, crop)
    found = report(portrait, face, crop, image.shape[0], others=0.9)
    assert found.components[Component.SINGLE_FACE_PRESENT] == 10
    assert found.unified == 10
