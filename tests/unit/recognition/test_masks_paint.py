"""Masks hide every pixel of their boxes, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.recognition.masks import MASK_COLOUR, coarse, head_box, paint_masks
from desktop.recognition.settings import MaskStyle


def noise(height: int = 90, width: int = 160) -> np.ndarray:
    picture = np.random.default_rng(1).integers(0, 255, (height, width, 4), dtype=np.uint8)
    picture[..., 3] = 255
    return picture


def test_head_box_holds_the_face_and_reaches_above_it_and_to_its_sides() -> None:
    face = Box(100, 100, 40, 50)
    head = head_box(face)
    assert head.x <= face.x - 0.3 * face.w
    assert head.right >= face.right + 0.3 * face.w
    assert head.y <= face.y - 0.4 * face.h
    assert head.bottom >= face.bottom + 0.2 * face.h


def test_opaque_fills_outwards_rounded_box_and_leaves_the_rest() -> None:
    picture, before = noise(), noise()
    paint_masks(picture, [Box(10.4, 20.6, 30.2, 15.1)])
    inside = np.zeros(picture.shape[:2], bool)
    inside[20:36, 10:41] = True
    assert (picture[inside] == MASK_COLOUR).all()
    assert (picture[~inside] == before[~inside]).all()


@pytest.mark.parametrize("box", [Box(-30, -30, 20, 20), Box(200, 10, 10, 10), Box(10, 10, 0, 0), Box(5, 100, 9, 9)])
def test_a_box_outside_or_empty_changes_nothing(box: Box) -> None:
    picture, before = noise(), noise()
    paint_masks(picture, [box])
    assert (picture == before).all()


def test_a_box_over_the_edge_is_clipped() -> None:
    picture = noise()
    paint_masks(picture, [Box(-10, -10, 500, 30)])
    assert (picture[:20] == MASK_COLOUR).all()
    assert not (picture[20:] == MASK_COLOUR).all(axis=-1).any()


def distinct(region: np.ndarray) -> int:
    return len(np.unique(region.reshape(-1, 4), axis=0))


@pytest.mark.parametrize("box", [Box(10, 10, 64, 48), Box(-20, 5, 60, 90), Box(1, 1, 3, 2)])
def test_pixelation_leaves_at_most_four_by_four_cells(box: Box) -> None:
    picture = noise()
    paint_masks(picture, [box], MaskStyle.PIXELATED)
    inside = box.clipped(160, 90)
    region = picture[int(inside.y) : int(inside.bottom), int(inside.x) : int(inside.right)]
    assert 1 <= distinct(region) <= 16


def test_coarse_leaves_at_most_four_by_three_cells_of_the_whole_picture() -> None:
    picture = noise()
    coarse(picture)
    assert 1 < distinct(picture) <= 12
