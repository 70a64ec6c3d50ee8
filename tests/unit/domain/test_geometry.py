"""Boxes and polygons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.geometry import Box, polygon_contains, polygon_problem

SIDES = st.floats(1.0, 500.0)
PLACES = st.floats(-500.0, 500.0)
BOXES = st.builds(Box, PLACES, PLACES, SIDES, SIDES)
SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
# A "C": the notch on its right side does not belong to it.
NOTCHED = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.3), (0.4, 0.3), (0.4, 0.7), (0.9, 0.7), (0.9, 0.9), (0.1, 0.9))


class TestBox:
    def test_edges_and_centre(self) -> None:
        box = Box(10, 20, 30, 40)
        assert (box.right, box.bottom, box.centre, box.area) == (40, 60, (25, 40), 1200)

    def test_iou_of_half_a_box_shared(self) -> None:
        assert Box(0, 0, 10, 10).iou(Box(5, 0, 10, 10)) == pytest.approx(1 / 3)

    def test_boxes_that_only_touch_share_nothing(self) -> None:
        assert Box(0, 0, 10, 10).intersection(Box(10, 0, 10, 10)) == 0

    def test_boxes_without_area_have_no_overlap(self) -> None:
        assert Box(0, 0, 0, 0).iou(Box(0, 0, 0, 0)) == 0

    @given(BOXES, BOXES)
    def test_iou_is_symmetric_and_between_0_and_1(self, one: Box, other: Box) -> None:
        assert one.iou(other) == pytest.approx(other.iou(one))
        assert 0 <= one.iou(other) <= 1 + 1e-9

    @given(BOXES)
    def test_a_box_overlaps_itself_wholly(self, box: Box) -> None:
        assert box.iou(box) == pytest.approx(1)

    @given(BOXES, BOXES)
    def test_the_union_holds_both(self, one: Box, other: Box) -> None:
        both = one.united(other)
        for box in (one, other):
            assert both.intersection(box) == pytest.approx(box.area, rel=1e-6)

    @given(BOXES, BOXES, st.floats(0, 1))
    def test_blending_moves_the_centre_along_a_line(self, one: Box, other: Box, share: float) -> None:
        x, y = one.blended(other, share).centre
        (x1, y1), (x2, y2) = one.centre, other.centre
        assert x == pytest.approx(x1 + share * (x2 - x1), abs=1e-6)
        assert y == pytest.approx(y1 + share * (y2 - y1), abs=1e-6)

    @given(BOXES, st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
    def test_growing_never_uncovers(self, box: Box, left: float, top: float, right: float, bottom: float) -> None:
        grown = box.grown(left, top, right, bottom)
        assert grown.intersection(box) == pytest.approx(box.area, rel=1e-6)
        assert grown.w == pytest.approx(box.w * (1 + left + right))

    @given(BOXES, st.floats(0.1, 10), st.floats(0.1, 10))
    def test_scaling_there_and_back(self, box: Box, sx: float, sy: float) -> None:
        back = box.scaled(sx, sy).scaled(1 / sx, 1 / sy)
        for before, after in zip((box.x, box.y, box.w, box.h), (back.x, back.y, back.w, back.h), strict=True):
            assert after == pytest.approx(before, rel=1e-9, abs=1e-9)

    @given(BOXES)
    def test_clipping_stays_inside_and_keeps_what_was_inside(self, box: Box) -> None:
        clipped = box.clipped(100, 80)
        assert clipped.x >= 0
        assert clipped.y >= 0
        assert clipped.right <= 100 + 1e-9
        assert clipped.bottom <= 80 + 1e-9
        assert clipped.area == pytest.approx(box.intersection(Box(0, 0, 100, 80)), rel=1e-6, abs=1e-6)


class TestPolygon:
    def test_no_polygon_is_the_whole_picture(self) -> None:
        assert polygon_contains((), (0.99, 0.01))

    @pytest.mark.parametrize(("point", "inside"), [((0.5, 0.5), True), ((0.1, 0.5), False), ((0.81, 0.5), False)])
    def test_square(self, point: tuple[float, float], inside: bool) -> None:
        assert polygon_contains(SQUARE, point) is inside

    def test_a_notch_is_outside(self) -> None:
        assert polygon_contains(NOTCHED, (0.2, 0.5))
        assert not polygon_contains(NOTCHED, (0.6, 0.5))

    @given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 7))
    def test_neither_direction_nor_first_corner_matters(self, x: float, y: float, turn: int) -> None:
        other = tuple(reversed(NOTCHED[turn:] + NOTCHED[:turn]))
        # Points on an edge may fall to either side.
        if all(abs(x - corner_x) > 1e-9 and abs(y - corner_y) > 1e-9 for corner_x, corner_y in NOTCHED):
            assert polygon_contains(NOTCHED, (x, y)) is polygon_contains(other, (x, y))

    @pytest.mark.parametrize(
        ("polygon", "problem"),
        [
            ((), None),
            (SQUARE, None),
            (NOTCHED, None),
            (SQUARE[:2], "few"),
            (((0.2, 0.2), (1.2, 0.2), (0.5, 0.8)), "outside"),
            (((0.1, 0.1), (0.9, 0.9), (0.9, 0.1), (0.1, 0.9)), "crossing"),
            (((0.1, 0.1), (0.5, 0.5), (0.9, 0.9)), "thin"),
        ],
    )
    def test_problems(self, polygon: tuple[tuple[float, float], ...], problem: str | None) -> None:
        assert polygon_problem(polygon) == problem
