"""What holds for whatever detections come: every one is used once, ids never return, nothing lives for ever."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.geometry import Box
from desktop.recognition.assignment import FORBIDDEN, assign, pair_costs
from desktop.recognition.track import NEVER
from desktop.recognition.tracker import Tracker, TrackerRules, TrackState
from desktop.vision.types import DetectedFace
from tests.helpers.walkers import SIZE, face_at

RULES = TrackerRules()
FACES = st.builds(
    lambda x, y, side, score: face_at(Box(x, y, side, 1.2 * side), score),
    st.floats(-50, 1300),
    st.floats(-50, 740),
    st.floats(8, 300),
    st.floats(0.31, 1.0),
)
# A few places only, so that frames continue each other.
NEAR = st.builds(
    lambda place, shift, score: face_at(Box(200 + 90 * place + shift, 300, 70, 84), score),
    st.integers(0, 3),
    st.floats(-30, 30),
    st.floats(0.31, 1.0),
)
FRAMES = st.lists(st.tuples(st.floats(0.0, 0.6), st.lists(st.one_of(FACES, NEAR), max_size=5)), min_size=1, max_size=25)


@settings(max_examples=150, deadline=None)
@given(FRAMES)
def test_any_sequence_of_frames(frames: list[tuple[float, list[DetectedFace]]]) -> None:
    tracker = Tracker()
    at = 0.0
    ended: set[int] = set()
    highest = 0
    for gap, faces in frames:
        at += gap
        update = tracker.update(faces, at, SIZE)

        used = [track.face for track in update.active] + list(update.weak)
        assert sorted(map(id, used)) == sorted(map(id, faces)), "each detection has one track or is handed back"

        living = [track.id for track in tracker.tracks]
        assert len(set(living)) == len(living)
        assert not ended & set(living), "an ended id came back"
        ended |= {track.id for track in update.ended}
        for track in update.new:
            assert track.id > highest, "ids rise"
            assert track.score >= RULES.high_score
            highest = track.id

        assert {track.id for track in (*update.active, *update.lost)} == set(living)
        for track in tracker.tracks:
            assert track.at == at
            assert (track.state is TrackState.LOST) == (track.face is None) == (track.misses > 0)
            assert at - track.last_seen <= RULES.keep_lost or track.misses <= RULES.keep_looks
            assert track.first_seen <= track.last_seen <= at
            assert track.box.w > 0
            assert track.box.h > 0
            assert track.doubt_at <= at
            assert track.ambiguous == (track.doubt_at > NEVER), "only an embedding takes a doubt away"


@settings(deadline=None)
@given(st.lists(FACES, max_size=6), st.lists(FACES, max_size=6), st.floats(0.3, 2.5))
def test_assignment(tracks: list[DetectedFace], faces: list[DetectedFace], gate: float) -> None:
    costs = pair_costs([face.box for face in tracks], [gate] * len(tracks), [face.box for face in faces])
    assert costs.shape == (len(tracks), len(faces))
    assert ((costs >= 0) & ((costs <= 1 + 1e-9) | (costs == FORBIDDEN))).all()
    pairs = assign(costs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(costs[pair] < FORBIDDEN for pair in pairs)


def test_an_exact_continuation_costs_nothing() -> None:
    box = Box(10, 20, 30, 40)
    assert pair_costs([box], [1.0], [box])[0, 0] == 0
