"""Where the head is behind a face that is turned to the side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.marks import AnalysisRecord, TrackMark
from desktop.recognition.timeline import Timeline
from desktop.recognition.turned import front_width, head_behind
from desktop.vision.types import DetectedFace
from tests.helpers.walkers import face_at


def _profile(x: float, *, nose: float, apart: float = 10.0) -> DetectedFace:
    """A face whose eyes, at column `x`, are `apart` px from each other and 40 px above the mouth."""
    landmarks = np.float32([[x - apart / 2, 100], [x + apart / 2, 100], [x + nose, 120], [x - 5, 140], [x + 5, 140]])
    return DetectedFace(box=Box(x - 25, 70, 50, 90), score=0.8, landmarks=landmarks)


def test_a_face_from_the_front_has_no_head_beside_it() -> None:
    face = face_at(Box(100, 100, 80, 100))

    assert head_behind(face, 80.0) is None
    assert front_width(face, 80.0, 0.1) == 80.0


@pytest.mark.parametrize("side", [1, -1])
def test_the_head_lies_behind_the_nose_and_has_its_full_width(side: int) -> None:
    face = _profile(300, nose=12.0 * side)

    width = front_width(face, 0.0, 0.0)
    head = head_behind(face, width)

    assert width == pytest.approx(86, abs=1)
    assert head is not None
    assert head.w == pytest.approx(width)
    assert (300 - head.centre[0]) * side == pytest.approx(0.55 * width, rel=0.05)


def test_without_a_plain_direction_both_sides_are_taken() -> None:
    head = head_behind(_profile(300, nose=0.0), 86.0)

    assert head is not None
    assert head.centre[0] == pytest.approx(300)
    assert head.w > 2 * 86


def test_a_turning_head_does_not_shrink_with_what_is_seen_of_it() -> None:
    assert front_width(_profile(300, nose=12.0), 120.0, 0.1) == pytest.approx(115, abs=1)


def test_nor_with_a_narrow_face_that_still_looks_like_one_from_the_front() -> None:
    narrow = front_width(face_at(Box(100, 100, 80, 100)), 120.0, 0.1)

    assert narrow == pytest.approx(115, abs=1)
    assert front_width(_profile(300, nose=12.0), narrow, 0.1) == pytest.approx(111, abs=1)


def test_what_is_hardly_a_face_may_be_a_head_from_behind_and_lies_too_high() -> None:
    sure, doubtful = _profile(300, nose=12.0), replace(_profile(300, nose=12.0), score=0.4)

    heads = [head_behind(face, 86.0) for face in (sure, doubtful)]

    assert heads[0] is not None
    assert heads[1] == heads[0].grown(0, 0, 0, 0.15)


def test_the_mask_covers_the_head_behind_the_face_also_between_two_analyses() -> None:
    timeline = Timeline()
    for at, x in ((1.0, 300.0), (1.1, 310.0)):
        face, head = Box(x, 100, 50, 90), Box(x - 60, 80, 90, 120)
        timeline.add(AnalysisRecord(at, (1280, 720), (TrackMark(TrackId(1), face, 0.8, head=head),)))

    (placed,) = timeline.placed(1.05)

    assert placed.face.x == pytest.approx(305, abs=1)
    assert any(mask.intersection(Box(245, 80, 90, 120)) == 90 * 120 for mask in placed.masks)
