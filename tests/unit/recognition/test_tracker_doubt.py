"""A track that may have been mixed up says so, so that no name goes over to somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from desktop.domain.geometry import Box
from desktop.recognition.ambiguity import doubt_swaps
from desktop.recognition.appearance import GreyImage
from desktop.recognition.assignment import FORBIDDEN
from desktop.recognition.tracker import NEVER, Tracker, TrackerUpdate
from desktop.vision.types import DetectedFace
from tests.helpers.walkers import SIZE, face_at, textured_head

STEP = 0.125


def face(x: float, *, y: float = 300, side: float = 60, score: float = 0.9) -> DetectedFace:
    return face_at(Box(x, y, side, 1.2 * side), score)


def run(
    tracker: Tracker, frames: Sequence[Sequence[DetectedFace]], start: float = 0.0, step: float = STEP
) -> TrackerUpdate:
    update = TrackerUpdate(start)
    for number, faces in enumerate(frames):
        update = tracker.update(faces, start + number * step, SIZE)
    return update


def doubts(tracker: Tracker) -> dict[int, float]:
    return {track.id: track.doubt_at for track in tracker.tracks if track.doubt_at != NEVER}


def test_alone_there_is_no_doubt() -> None:
    tracker = Tracker()
    run(tracker, [[face(200 + 20 * step)] for step in range(20)])
    assert doubts(tracker) == {}


def test_people_with_room_between_them_are_not_in_doubt() -> None:
    tracker = Tracker()
    run(tracker, [[face(200 + 5 * step), face(320 + 5 * step)] for step in range(20)])
    assert doubts(tracker) == {}


def test_overlapping_faces_put_both_in_doubt() -> None:
    tracker = Tracker()
    run(tracker, [[face(200), face(400)]] * 3)
    run(tracker, [[face(200 + 15 * step), face(400 - 15 * step)] for step in range(5)], start=3 * STEP)
    assert doubts(tracker) == {}
    update = run(tracker, [[face(282), face(318)]], start=8 * STEP)
    assert doubts(tracker) == {1: update.at, 2: update.at}
    assert all(track.ambiguous and track.overlapping for track in tracker.tracks)


def test_doubt_goes_on_while_one_hides_the_other() -> None:
    tracker = Tracker()
    run(tracker, [[face(200), face(290)]] * 3)
    update = run(tracker, [[face(215), face(275)], [face(230)], [face(240)], [face(250)]], start=3 * STEP)
    assert doubts(tracker) == {1: update.at, 2: update.at}


def test_standing_side_by_side_is_not_in_doubt() -> None:
    tracker = Tracker()
    run(tracker, [[face(200), face(290)]] * 3)
    run(tracker, [[face(213), face(273)]] * 10, start=3 * STEP)
    assert all(track.overlapping for track in tracker.tracks)
    assert doubts(tracker) == {}


def test_whoever_moves_unexpectedly_beside_another_is_in_doubt() -> None:
    tracker = Tracker()
    run(tracker, [[face(200), face(265)]] * 5)
    assert doubts(tracker) == {}
    update = run(tracker, [[face(200), face(258, y=325)]], start=5 * STEP)
    assert doubts(tracker) == {2: update.at}


def test_a_newcomer_beside_another_is_in_doubt_until_its_movement_is_known() -> None:
    tracker = Tracker()
    run(tracker, [[face(200)]] * 5)
    run(tracker, [[face(200), face(262)]] * 6, start=5 * STEP)
    assert doubts(tracker) == {2: 6 * STEP}


def test_ambiguity_ends_with_a_later_embedding_only() -> None:
    tracker = Tracker()
    run(tracker, [[face(200), face(290)]] * 3)
    run(tracker, [[face(222), face(268)], [face(202), face(290)], [face(190), face(300)]], start=3 * STEP)
    track = tracker.tracks[0]
    assert track.ambiguous
    assert not track.overlapping
    doubt_at = track.doubt_at
    assert not track.settle(doubt_at)
    assert track.ambiguous
    assert track.settle(doubt_at + STEP)
    assert not track.ambiguous


def test_passing_each_other_between_two_frames() -> None:
    """No frame shows them touching; their motion tells who is who."""
    tracker = Tracker()
    for step in range(9):
        update = tracker.update([face(300 + 70 * step), face(790 - 70 * step, side=58)], 0.25 * step, SIZE)
    assert [round(track.box.x) for track in sorted(update.active, key=lambda track: track.id)] == [860, 230]


def test_a_swap_that_would_fit_as_well_puts_in_doubt() -> None:
    tracker = Tracker()
    one, other, third = tracker.update([face(100), face(400), face(800)], 0.0, SIZE).active
    costs = np.array([[0.2, 0.3, FORBIDDEN], [0.4, 0.1, 0.9], [FORBIDDEN, 0.9, 0.1]])
    doubt_swaps({0: 0, 1: 1, 2: 2}, [one, other, third], costs, 5.0)
    assert (one.doubt_at, other.doubt_at, third.doubt_at) == (5.0, 5.0, NEVER)


@pytest.mark.parametrize(("missed", "doubtful"), [(1, False), (2, True), (5, True)])
def test_a_gap_puts_in_doubt(missed: int, doubtful: bool) -> None:
    tracker = Tracker()
    run(tracker, [[face(200)]] * 4)
    run(tracker, [[]] * missed, start=4 * STEP)
    update = run(tracker, [[face(202)]], start=(4 + missed) * STEP)
    assert [track.id for track in update.active] == [1]
    assert tracker.tracks[0].ambiguous is doubtful


def test_at_a_low_rate_every_frame_is_a_doubt() -> None:
    """Somebody else may have come in between: each name has to be found anew."""
    tracker = Tracker()
    run(tracker, [[face(200)]] * 6, step=0.45)
    assert [track.hits for track in tracker.tracks] == [6]
    assert doubts(tracker) == {1: pytest.approx(5 * 0.45, abs=0.002)}


@pytest.mark.parametrize(("step", "doubtful"), [(0.12, False), (0.2, True), (0.3, True)])
def test_the_longer_nobody_looked_the_more_alike_a_head_must_be(step: float, doubtful: bool) -> None:
    """A head less alike than one usually is to itself, but not altogether another one."""
    tracker = Tracker()
    for number, share in enumerate((0.0, 0.0, 0.63)):
        look = (1 - share) * textured_head(1, 40) + share * textured_head(2, 40)
        grey = np.full((240, 427), 120, dtype=np.uint8)
        grey[92:132, 190:230] = look.astype(np.uint8)
        tracker.update([face(600)], number * step, SIZE, grey)
    assert bool(doubts(tracker)) is doubtful


@pytest.mark.parametrize(("step", "seed", "taken_for_the_same"), [(0.12, 2, True), (0.25, 2, False), (0.25, 1, True)])
def test_after_a_long_interval_another_look_elsewhere_is_somebody_else(
    step: float, seed: int, taken_for_the_same: bool
) -> None:
    """And the head that nobody saw going stays masked."""
    tracker = Tracker()
    for number, (x, look) in enumerate([(600, 1)] * 4 + [(648, seed)]):
        grey = np.full((240, 427), 120, dtype=np.uint8)
        grey[92:132, x // 3 - 10 : x // 3 + 30] = textured_head(look, 40)
        update = tracker.update([face(x)], number * step, SIZE, grey)
    assert [track.id for track in update.active] == ([1] if taken_for_the_same else [2])
    assert [track.id for track in update.lost] == ([] if taken_for_the_same else [1])


@pytest.mark.parametrize(
    "sudden", [face(255), face(200, side=90), face(200, y=370)], ids=["sideways", "larger", "downwards"]
)
def test_a_jump_puts_in_doubt(sudden: DetectedFace) -> None:
    tracker = Tracker()
    run(tracker, [[face(200)]] * 6)
    update = run(tracker, [[sudden]], start=6 * STEP)
    if [track.id for track in update.active] == [1]:
        assert tracker.tracks[0].ambiguous
    else:  # too far to be the same at all
        assert [track.id for track in update.new] == [2]


def test_a_jump_of_a_head_that_looks_the_same_is_believed() -> None:
    def picture(x: int, seed: int) -> GreyImage:
        grey = np.full((240, 427), 120, dtype=np.uint8)
        grey[88 : 88 + 40, x // 3 - 8 : x // 3 - 8 + 36] = textured_head(seed, 40)[:, :36]
        return grey

    for seed, doubtful in ((1, False), (2, True)):
        tracker = Tracker()
        for step in range(6):
            tracker.update([face(201)], step * STEP, SIZE, picture(201, 1))
        update = tracker.update([face(240)], 6 * STEP, SIZE, picture(240, seed))
        assert [track.id for track in update.active] == [1]
        assert tracker.tracks[0].ambiguous is doubtful
