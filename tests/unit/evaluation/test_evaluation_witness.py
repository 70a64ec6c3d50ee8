"""Whether a face counts as hidden, looked up on painted pixels."""

from __future__ import annotations

import pytest

from desktop.domain.geometry import Box
from desktop.evaluation.witness import MaskCheck, Witness
from tests.helpers.truths import clip, face, picture, standing_still, turned

FACE = Box(100, 30, 80, 100)


def _checks(witness: Witness) -> list[MaskCheck]:
    return [check for seen in witness.seen for check in seen.checks]


@pytest.mark.parametrize("person", ["sid", "wim"])
@pytest.mark.parametrize("scale", [1.0, 0.5, 0.47])
def test_a_covered_face_is_masked_and_a_bare_one_is_not(person: str, scale: float) -> None:
    witness = Witness(standing_still(person, 100, 2))

    witness.see(picture(0, masks=[FACE.grown(0.1, 0.1, 0.1, 0.1)], scale=scale), 1.0)
    witness.see(picture(1, scale=scale), 1.1)

    covered, bare = _checks(witness)
    assert covered.covered == 1.0
    assert covered.masked
    assert bare.covered == 0.0
    assert not bare.masked


def test_nine_tenths_are_needed() -> None:
    witness = Witness(standing_still("sid", 100, 2))

    witness.see(picture(0, masks=[Box(100, 30, 80, 94)]), 1.0)
    witness.see(picture(1, masks=[Box(100, 30, 80, 80)]), 1.1)

    assert [check.masked for check in _checks(witness)] == [True, False]


def test_an_enrolled_face_need_not_be_hidden() -> None:
    witness = Witness(standing_still("ada", 100, 1))

    witness.see(picture(0), 1.0)

    assert _checks(witness) == []


@pytest.mark.parametrize("changes", [{"size": 39.0}, {"visible": 0.49}])
def test_small_and_mostly_covered_faces_are_not_checked(changes: dict[str, object]) -> None:
    witness = Witness(clip([("sid", 0, 0)], [[face(0, 100, **changes)]]))

    witness.see(picture(0), 1.0)

    assert _checks(witness) == []


def test_a_face_turned_far_away_is_checked() -> None:
    witness = Witness(clip([("sid", 0, 0)], [[face(0, 100, yaw=80.0, box=(150.0, 30.0, 20.0, 100.0))]]))

    witness.see(picture(0), 1.0)

    assert [check.masked for check in _checks(witness)] == [False]


def test_the_back_of_a_head_is_checked_like_a_face() -> None:
    witness = Witness(clip([("sid", 0, 2), ("ada", 0, 2)], [[]] * 3, [[turned(0, 100), turned(1, 220)]] * 3))

    witness.see(picture(0), 1.0)
    witness.see(picture(1, masks=[FACE]), 1.1)
    witness.see(picture(2, coarse=True), 1.2)

    assert [(check.appearance, check.masked) for check in _checks(witness)] == [(0, False), (0, True), (0, True)]


@pytest.mark.parametrize("changes", [{"size": 39.0}, {"visible": 0.49}])
def test_small_and_mostly_covered_backs_are_not_checked(changes: dict[str, object]) -> None:
    witness = Witness(clip([("sid", 0, 0)], [[]], [[turned(0, 100, **changes)]]))

    witness.see(picture(0), 1.0)

    assert _checks(witness) == []


def test_only_what_is_seen_of_a_face_must_be_hidden() -> None:
    left_half = clip([("sid", 0, 1)], [[face(0, 100, visible=0.5, cells="f0" * 8)] for _ in range(2)])
    witness = Witness(left_half)

    witness.see(picture(0, masks=[Box(100, 30, 40, 100)]), 1.0)  # the seen half
    witness.see(picture(1, masks=[Box(140, 30, 40, 100)]), 1.1)  # the half behind somebody

    assert [check.covered for check in _checks(witness)] == [1.0, 0.0]


def test_a_coarse_picture_hides_everybody() -> None:
    witness = Witness(standing_still("sid", 100, 1))

    witness.see(picture(0, coarse=True), 1.0)

    assert [check.masked for check in _checks(witness)] == [True]
    assert witness.seen[0].coarse


def test_pictures_without_a_place_in_the_clip_are_left_out() -> None:
    witness = Witness(standing_still("sid", 100, 1))

    witness.see(picture(None), 1.0)
    witness.see(picture(1), 1.0)

    assert witness.seen == []


def test_no_pixels_are_kept() -> None:
    witness = Witness(standing_still("sid", 100, 1))
    shown = picture(0)

    witness.see(shown, 1.0)
    shown.pixels.fill(0)

    assert _checks(witness)[0].covered == 0.0
