"""A head that the detector lost is followed by its look, as long as it is really there."""

from __future__ import annotations

import math

import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.recognition.appearance import GreyImage, HeadPatch, Sight, small_grey
from desktop.recognition.tracker import Tracker, TrackerRules
from tests.helpers.walkers import SIZE, face_at, textured_head

STEP = 0.125
SMALL = (427, 240)
SCALE = SIZE[0] / SMALL[0]


def background(seed: int = 0) -> GreyImage:
    """A room with some structure and a little noise."""
    random = np.random.default_rng(seed)
    room = textured_head(99, SMALL[0])[: SMALL[1]].astype(np.float32) * 0.4 + 60
    return np.clip(room + random.normal(0, 2, room.shape), 0, 255).astype(np.uint8)


def picture(*heads: tuple[int, Box], noise: int = 0, blur_to: int | None = None, share: float = 0.0) -> GreyImage:
    """The small grey picture with a textured head (by seed) around each face box, in full-size pixels.

    `blur_to` and `share` blend the first head's texture towards another one's: it turns.
    """
    grey = background(noise)
    for seed, face in heads:
        head = face.grown(0.25, 0.25, 0.25, 0.25).scaled(1 / SCALE, 1 / SCALE)
        side_x, side_y = round(head.w), round(head.h)
        look = textured_head(seed, max(side_x, side_y)).astype(np.float32)
        if blur_to is not None:
            look = (1 - share) * look + share * textured_head(blur_to, max(side_x, side_y))
        x, y = round(head.x), round(head.y)
        left, top = max(0, x), max(0, y)
        right, bottom = min(SMALL[0], x + side_x), min(SMALL[1], y + side_y)
        if left < right and top < bottom:
            grey[top:bottom, left:right] = look[top - y : bottom - y, left - x : right - x].astype(np.uint8)
    return grey


def box_at(x: float, y: float = 300, side: float = 90) -> Box:
    return Box(x, y, side, 1.2 * side)


class TestPatch:
    @pytest.mark.parametrize("shift", [(0, 0), (20, -10), (-40, 25)])
    def test_found_where_it_is(self, shift: tuple[int, int]) -> None:
        place = box_at(600)
        patch = HeadPatch()
        patch.remember(Sight(picture((1, place)), place.scaled(1 / SCALE, 1 / SCALE)))
        moved = place.moved(*shift)
        found = patch.follow(picture((1, moved), noise=1), place.scaled(1 / SCALE, 1 / SCALE))
        assert found is not None
        assert found.likeness > 0.9
        assert found.box.scaled(SCALE, SCALE).iou(moved) > 0.85

    def test_not_found_where_it_is_not(self) -> None:
        place = box_at(600)
        patch = HeadPatch()
        patch.remember(Sight(picture((1, place)), place.scaled(1 / SCALE, 1 / SCALE)))
        found = patch.follow(background(1), place.scaled(1 / SCALE, 1 / SCALE))
        assert found is None or found.likeness < TrackerRules().follow

    def test_another_head_is_not_like_it(self) -> None:
        place = box_at(600)
        small = place.scaled(1 / SCALE, 1 / SCALE)
        patch = HeadPatch()
        patch.remember(Sight(picture((1, place)), small))
        assert patch.likeness(Sight(picture((1, place), noise=5), small)) > 0.9
        assert patch.likeness(Sight(picture((2, place)), small)) < TrackerRules().same_look

    def test_a_flat_picture_is_neither_kept_nor_followed(self) -> None:
        flat = np.full((240, 427), 128, dtype=np.uint8)
        small = box_at(600).scaled(1 / SCALE, 1 / SCALE)
        patch = HeadPatch()
        patch.remember(Sight(flat, small))
        assert patch.follow(picture((1, box_at(600))), small) is None
        assert patch.likeness(Sight(picture((1, box_at(600))), small)) == -1
        patch.remember(Sight(picture((1, box_at(600))), small))
        assert patch.follow(flat, small) is None
        assert patch.likeness(Sight(flat, small)) == -1

    def test_it_turns_with_the_head(self) -> None:
        """Step by step the look becomes another one; at once it would not be found."""
        place = box_at(600)
        small = place.scaled(1 / SCALE, 1 / SCALE)
        turning, standing = HeadPatch(), HeadPatch()
        for patch in (turning, standing):
            patch.remember(Sight(picture((1, place)), small))
        for step in range(1, 11):
            found = turning.follow(picture((1, place), blur_to=2, share=step / 10), small)
            assert found is not None
            assert found.likeness > TrackerRules().follow
        last = standing.follow(picture((1, place), blur_to=2, share=1.0), small)
        assert last is None or last.likeness < TrackerRules().follow


def test_the_small_picture_keeps_the_whole_view() -> None:
    image = np.zeros((720, 1280, 3), dtype=np.uint8)
    image[360:, :, 1] = 200
    grey = small_grey(image, 480)
    assert grey.shape == (240, 427)
    assert grey[:119].max() == 0
    assert grey[121:].min() == 200
    assert small_grey(image[:200, :300], 480).shape == (200, 300)


class TestTracker:
    """The tracker with the small picture: `turned` frames have no detection."""

    @staticmethod
    def run(
        turned: range, frames: int, *, there: bool = True, speed: float = 4.0
    ) -> list[tuple[int, list[Box], list[int]]]:
        tracker = Tracker()
        rows = []
        for step in range(frames):
            place = box_at(500 + speed * step)
            grey = picture(*([(1, place)] if there or step not in turned else []), noise=step)
            update = tracker.update([] if step in turned else [face_at(place)], step * STEP, SIZE, grey)
            rows.append((step, [track.box for track in update.lost], [track.id for track in update.ended]))
        return rows

    def test_a_turned_head_stays_covered_beyond_a_second(self) -> None:
        for step, lost, ended in self.run(range(8, 40), 44):
            assert ended == []
            if 8 <= step < 40:
                assert lost[0].iou(box_at(500 + 4 * step)) > 0.6
            else:
                assert lost == []

    def test_it_stays_covered_however_long_it_is_turned_and_only_its_name_is_given_up(self) -> None:
        tracker = Tracker()
        doubtful = []
        for step in range(round(20 / STEP)):
            place = box_at(500 + 6 * math.sin(step / 5))  # nobody stands quite still
            faces = [face_at(place)] if step < 8 else []
            update = tracker.update(faces, step * STEP, SIZE, picture((1, place), noise=step))
            assert not update.ended
            assert [track.id for track in (*update.active, *update.lost)] == [1]
            assert tracker.tracks[0].box.iou(place) > 0.6
            if tracker.tracks[0].ambiguous:
                doubtful.append(step * STEP)
        assert doubtful[0] == pytest.approx(7 * STEP + 5.0, abs=2 * STEP)

    def test_where_nothing_stirs_for_ten_seconds_there_is_nobody(self) -> None:
        ended = [step * STEP for step, _, ids in self.run(range(8, 150), 150, speed=0.0) if ids]
        assert ended == [pytest.approx(8 * STEP + 10.0, abs=3 * STEP)]

    def test_whoever_is_gone_is_given_up_after_a_second(self) -> None:
        ended = [step * STEP for step, _, ids in self.run(range(8, 40), 40, there=False) if ids]
        assert ended == [pytest.approx(7 * STEP + 1.0, abs=2 * STEP)]

    def test_back_from_a_turn_there_is_no_doubt(self) -> None:
        tracker = Tracker()
        for step in range(30):
            faces = [] if 8 <= step < 20 else [face_at(box_at(500))]
            tracker.update(faces, step * STEP, SIZE, picture((1, box_at(500)), noise=step))
        assert [(track.id, track.ambiguous) for track in tracker.tracks] == [(1, False)]

    def test_somebody_else_in_the_place_is_in_doubt(self) -> None:
        tracker = Tracker()
        for step in range(12):
            faces = [] if 8 <= step < 11 else [face_at(box_at(500))]
            tracker.update(faces, step * STEP, SIZE, picture((1 if step < 11 else 2, box_at(500)), noise=step))
        assert [(track.id, track.ambiguous) for track in tracker.tracks] == [(1, True)]

    def test_the_mask_of_a_hidden_head_does_not_move_over_to_its_neighbour(self) -> None:
        """Both look alike; one of them vanishes, the other stays detected."""
        tracker = Tracker()
        for step in range(12):
            here, there = box_at(500), box_at(590)
            hidden = step >= 8
            faces = [face_at(here)] if hidden else [face_at(here), face_at(there)]
            grey = picture((1, here), noise=step) if hidden else picture((1, here), (1, there), noise=step)
            update = tracker.update(faces, step * STEP, SIZE, grey)
        assert [track.followed for track in update.lost] == [False]
        assert update.lost[0].box.iou(box_at(590)) > 0.6
