"""Every true place of a face lies under a mask: between analyses, before the first and after the last of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.decision import Band, Verdict
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.timeline import AnalysisRecord, MarkState, ShownIdentity, Timeline, TrackMark

SIZE = (1280, 720)
ONE = TrackId(1)


def record(at: float, *boxes: Box, state: MarkState = MarkState.SEEN, restart: bool = False) -> AnalysisRecord:
    marks = tuple(TrackMark(TrackId(i + 1), box, 0.9, state) for i, box in enumerate(boxes))
    return AnalysisRecord(at, SIZE, marks, restart)


def hidden(timeline: Timeline, at: float, face: Box) -> bool:
    """Whether every pixel of `face` (inside the picture) is under some mask at `at`."""
    canvas = np.zeros((SIZE[1], SIZE[0]), bool)
    for mark in timeline.placed(at):
        for box in mark.masks:
            inside = box.clipped(*SIZE)
            top, left = int(np.floor(inside.y)), int(np.floor(inside.x))
            canvas[top : int(np.ceil(inside.bottom)), left : int(np.ceil(inside.right))] = True
    inside = face.clipped(*SIZE)
    if inside.area == 0:
        return True
    top, left = int(np.floor(inside.y)), int(np.floor(inside.x))
    return bool(canvas[top : int(np.ceil(inside.bottom)), left : int(np.ceil(inside.right))].all())


speeds = st.floats(-300, 300)


@given(
    vx=speeds,
    vy=speeds,
    growth=st.floats(-0.4, 0.6),
    width=st.floats(40, 200),
    intervals=st.lists(st.floats(0.06, 0.125), min_size=2, max_size=8),
    jitter=st.lists(st.floats(-0.03, 0.03), min_size=18, max_size=18),
)
def test_a_moving_face_is_hidden_at_every_picture(
    vx: float, vy: float, growth: float, width: float, intervals: list[float], jitter: list[float]
) -> None:
    def true_box(t: float) -> Box:
        w = width * (1 + growth * t)
        return Box(600 + vx * t - w / 2, 350 + vy * t - 0.6 * w, w, 1.2 * w)

    timeline = Timeline()
    at = 0.0
    for i, interval in enumerate([0.0, *intervals]):
        at += interval
        box = true_box(at)
        timeline.add(record(at, box.moved(jitter[2 * i] * box.w, jitter[2 * i + 1] * box.w)))
    # from 250 ms before it was first found (two analyses) up to the newest analysis
    for t in np.arange(-0.25, at, 0.02):
        assert hidden(timeline, float(t), true_box(float(t)))


@given(vx=speeds, vy=speeds, width=st.floats(40, 200), first=st.floats(0.0, 0.125))
def test_a_face_found_once_is_hidden_in_the_pictures_before(vx: float, vy: float, width: float, first: float) -> None:
    timeline = Timeline()
    timeline.add(record(0.0))
    face = Box(600, 300, width, 1.2 * width)
    timeline.add(record(first + 0.001, face))
    for t in np.linspace(0.0, first, 5):
        dt = float(t) - first - 0.001
        assert hidden(timeline, float(t), face.moved(vx * dt, vy * dt))


@given(vx=st.floats(100, 300), left=st.booleans(), width=st.floats(40, 200))
def test_a_face_that_comes_in_over_the_edge_is_hidden_out_to_the_edge(vx: float, left: bool, width: float) -> None:
    def true_box(t: float) -> Box:
        x = 10 + vx * t
        return Box(x if left else SIZE[0] - x - width, 300, width, width)

    timeline = Timeline()
    timeline.add(record(-0.1))
    timeline.add(record(0.0, true_box(0.0)))
    timeline.add(record(0.1, true_box(0.1)))
    for t in np.arange(-0.25, 0.1, 0.02):
        assert hidden(timeline, float(t), true_box(float(t)))


def test_between_two_places_a_turn_in_the_way_is_allowed_for() -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    timeline.add(record(0.1, Box(600, 300, 60, 70)))
    # out at 300 px/s for half of the interval and back again
    assert hidden(timeline, 0.05, Box(615, 300, 60, 70))
    assert hidden(timeline, 0.05, Box(585, 315, 60, 70))


def test_a_lost_face_stays_hidden_for_a_second_and_not_for_two() -> None:
    timeline = Timeline()
    face = Box(600, 300, 60, 70)
    timeline.add(record(0.0, face))
    timeline.add(record(0.1, face))
    for i in range(2, 25):
        timeline.add(record(i * 0.1))
    for t in np.arange(0.1, 1.05, 0.05):
        assert hidden(timeline, float(t), face)
    assert timeline.placed(1.9) == []


def test_a_weak_face_is_hidden_only_shortly_after() -> None:
    timeline = Timeline()
    face = Box(600, 300, 60, 70)
    timeline.add(record(0.0, face, state=MarkState.WEAK))
    for i in range(1, 10):
        timeline.add(record(i * 0.1))
    assert hidden(timeline, 0.0, face)
    assert hidden(timeline, 0.25, face)
    assert timeline.placed(0.6) == []


def test_the_mask_of_a_held_head_grows_with_time() -> None:
    timeline = Timeline()
    face = Box(600, 300, 60, 70)
    timeline.add(record(0.0, face))
    for i in range(1, 10):
        timeline.add(record(i * 0.1, face, state=MarkState.HELD))
    widths = [timeline.placed(t)[0].masks[0].w for t in (0.2, 0.4, 0.6)]
    assert widths[0] < widths[1] < widths[2]
    assert timeline.placed(0.4)[0].state is MarkState.HELD


@given(vx=st.floats(-500, 500), vy=st.floats(-500, 500), interval=st.floats(0.3, 0.4), width=st.floats(40, 200))
def test_while_nobody_looks_a_lost_head_is_hidden_wherever_it_may_have_gone(
    vx: float, vy: float, interval: float, width: float
) -> None:
    timeline = Timeline()
    face = Box(600, 300, width, 1.2 * width)
    timeline.add(record(0.0, face))
    for i in range(1, 4):
        timeline.add(record(i * interval, face, state=MarkState.HELD))
    for t in np.arange(0.0, 3 * interval, 0.04):
        assert hidden(timeline, float(t), face.moved(vx * float(t), vy * float(t)))


@pytest.mark.parametrize(("interval", "until"), [(0.1, None), (0.16, None), (0.26, 0.9), (0.32, 0.62)])
def test_too_long_lost_while_analyses_are_rare_no_mask_is_enough(interval: float, until: float | None) -> None:
    timeline = Timeline()
    face = Box(600, 300, 60, 70)
    timeline.add(record(0.0, face))
    for i in range(1, round(1.5 / interval)):
        timeline.add(record(i * interval, face, state=MarkState.HELD))
    astray = [float(t) for t in np.arange(0.0, 1.1, 0.02) if any(mark.astray for mark in timeline.placed(float(t)))]
    assert (astray[0] if astray else None) == (None if until is None else pytest.approx(until, abs=0.03))


@pytest.mark.parametrize(("interval", "wider"), [(0.1, 0), (0.3, 90)])
def test_a_head_found_by_its_look_after_a_long_interval_may_lie_beside(interval: float, wider: float) -> None:
    widths = []
    for state in (MarkState.WEAK, MarkState.FOLLOWED):
        timeline = Timeline()
        for i in range(5):
            timeline.add(record(i * interval, Box(600, 300, 60, 70), state=MarkState.SEEN if i < 2 else state))
        widths.append(timeline.placed(2 * interval)[0].masks[0].w)
    assert widths[1] - widths[0] == pytest.approx(wider)


def test_who_has_left_the_picture_is_not_looked_for_all_over_it() -> None:
    timeline = Timeline()
    for i in range(5):  # out over the left border
        state = MarkState.SEEN if i < 2 else MarkState.HELD
        timeline.add(record(i * 0.3, Box(60 - 130 * i, 300, 60, 70), state=state))
    (mark,) = timeline.placed(1.2)
    assert not mark.astray
    assert all(mask.right < 0 for mask in mark.masks)


def test_a_head_kept_at_a_wrong_place_and_found_elsewhere_is_hidden_on_both_ways() -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    timeline.add(record(0.1, Box(600, 300, 60, 70), state=MarkState.HELD))
    timeline.add(record(0.2, Box(600, 300, 60, 70), state=MarkState.HELD))
    timeline.add(record(0.3, Box(690, 300, 60, 70)))
    assert hidden(timeline, 0.15, Box(645, 300, 60, 70))
    assert hidden(timeline, 0.15, Box(600, 300, 60, 70))


def test_a_head_that_goes_behind_another_is_hidden_where_it_must_come_out() -> None:
    timeline = Timeline()
    for i in range(5):
        timeline.add(record(i * 0.1, Box(400 + 28 * i, 300, 60, 70)))
    stuck = Box(512, 300, 60, 70)
    for i in range(5, 11):  # the tracker takes something else for it
        timeline.add(record(i * 0.1, stuck, state=MarkState.FOLLOWED))
    for t in np.arange(0.45, 0.95, 0.05):
        assert hidden(timeline, float(t), Box(400 + 280 * float(t), 300, 60, 70))
        assert hidden(timeline, float(t), stuck)


def test_a_detection_that_clips_a_turning_face_does_not_shrink_the_mask() -> None:
    timeline = Timeline()
    full, clipped = Box(600, 300, 80, 90), Box(630, 310, 40, 60)
    for i, box in enumerate((full, full, clipped, full)):
        timeline.add(record(i * 0.1, box))
    assert hidden(timeline, 0.2, full)


def test_traced_places_are_followed_before_the_first_detection() -> None:
    timeline = Timeline()
    timeline.add(record(0.0))
    timeline.add(record(0.3, Box(600, 300, 60, 70)))
    timeline.add_trace(ONE, [(0.2, Box(480, 300, 60, 70)), (0.1, Box(400, 300, 60, 70))])
    assert hidden(timeline, 0.2, Box(480, 300, 60, 70))
    assert hidden(timeline, 0.1, Box(400, 300, 60, 70))
    assert hidden(timeline, 0.15, Box(440, 300, 60, 70))


def test_of_two_identities_the_later_version_holds_in_any_order() -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    timeline.set_identity(ShownIdentity(ONE, Verdict(), None, version=3))
    timeline.set_identity(ShownIdentity(ONE, Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5), 0.0, version=2))
    assert not timeline.placed(0.0)[0].may_be_clear


def test_only_a_full_analysis_makes_pictures_certain() -> None:
    timeline = Timeline()
    timeline.add(AnalysisRecord(1.0, SIZE, (), full=False))
    assert not timeline.covers(0.95, SIZE)
    timeline.add(AnalysisRecord(1.1, SIZE, (), full=True))
    assert timeline.covers(0.95, SIZE)


def test_covers_asks_for_an_analysis_at_or_soon_after_the_picture() -> None:
    timeline = Timeline()
    assert not timeline.covers(0.0, SIZE)
    timeline.add(record(1.0))
    assert timeline.covers(1.0, SIZE)
    assert timeline.covers(0.7, SIZE)
    assert not timeline.covers(0.5, SIZE)  # a face of then might not be traced back
    assert not timeline.covers(1.01, SIZE)


@pytest.mark.parametrize(
    ("gap", "clear"),
    [
        (0.12, [0.01, 0.06, 0.11, 0.12]),
        (0.30, [0.01, 0.15, 0.29, 0.30]),
        (0.38, [0.14, 0.24, 0.38]),
        (0.50, [0.46, 0.50]),
        (1.00, [0.96, 1.00]),
    ],
)
def test_the_longer_the_gap_the_less_of_it_is_shown(gap: float, clear: list[float]) -> None:
    timeline = Timeline()
    for number in range(3):
        timeline.add(record(1.0 + number * gap))
    assert all(timeline.covers(1.0 + since, SIZE) for since in clear)
    coarse = [since for since in np.arange(0.005, gap, 0.01) if not timeline.covers(1.0 + since, SIZE)]
    near = 0.05 if gap > 0.4 else 0.15
    wanted = [s for s in np.arange(0.005, gap, 0.01) if min(s, gap - s) > near + 1e-6 or gap - s > 0.4 + 1e-6]
    assert coarse == pytest.approx(wanted)


def test_an_analysis_of_frames_of_another_size_covers_nothing() -> None:
    timeline = Timeline()
    timeline.add(record(1.0))
    assert not timeline.covers(1.0, (640, 360))


def test_an_analysis_out_of_order_is_ignored() -> None:
    timeline = Timeline()
    timeline.add(record(1.0))
    timeline.add(record(0.9, Box(1, 1, 50, 50)))
    assert timeline.placed(0.95) == []


def test_a_restart_ends_what_was_before() -> None:
    timeline = Timeline()
    face = Box(600, 300, 60, 70)
    timeline.add(record(0.0, face))
    timeline.add(record(0.1, face))
    timeline.add(record(0.2, restart=True))
    assert hidden(timeline, 0.15, face)
    assert timeline.placed(0.21) == []


@pytest.mark.parametrize(("clear_from", "at", "clear"), [(None, 0.1, False), (0.1, 0.05, False), (0.1, 0.1, True)])
def test_a_track_may_be_clear_only_from_its_time_on(clear_from: float | None, at: float, clear: bool) -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    timeline.add(record(0.2, Box(600, 300, 60, 70)))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from))
    assert timeline.placed(at)[0].may_be_clear is clear


def test_a_name_holds_only_for_pictures_after_the_newest_doubt() -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    timeline.add(record(0.4, Box(600, 300, 60, 70)))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from=0.3, doubt_at=0.2))
    before, between, after = (timeline.placed(t)[0] for t in (0.2, 0.25, 0.35))
    assert (before.verdict.person_id, before.may_be_clear) == (None, False)
    assert (between.verdict.person_id, between.may_be_clear) == ("p", False)
    assert (after.verdict.person_id, after.may_be_clear) == ("p", True)


def test_pictures_before_a_doubt_keep_their_name_up_to_the_last_analysis_without_it() -> None:
    timeline = Timeline()
    for at in (0.0, 0.1, 0.2, 0.3):
        timeline.add(record(at, Box(600, 300, 60, 70)))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from=0.0, version=1))
    timeline.set_identity(ShownIdentity(ONE, Verdict(), None, doubt_at=0.2, version=2))
    timeline.set_identity(ShownIdentity(ONE, Verdict(), None, doubt_at=0.3, version=3))
    clear = {at: timeline.placed(at)[0].may_be_clear for at in (0.05, 0.1, 0.11, 0.2, 0.25, 0.3)}
    assert clear == {0.05: True, 0.1: True, 0.11: False, 0.2: False, 0.25: False, 0.3: False}


def test_a_name_ends_where_the_face_was_lost_if_whoever_is_found_next_is_in_doubt() -> None:
    timeline = Timeline()
    for at in (0.0, 0.1, 0.2, 0.3):
        state = MarkState.HELD if at == 0.2 else MarkState.SEEN
        timeline.add(record(at, Box(600, 300, 60, 70), state=state))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from=0.0, version=1))
    timeline.set_identity(ShownIdentity(ONE, Verdict(), None, doubt_at=0.3, version=2))
    assert [timeline.placed(at)[0].verdict.person_id for at in (0.1, 0.15, 0.2)] == ["p", None, None]


@pytest.mark.parametrize(
    ("begin", "step", "clear"), [(120, -25, False), (20, 25, True), (30, 0, True), (1080, 25, False)]
)
def test_who_leaves_is_masked_at_the_border_since_somebody_may_come_in_behind(
    begin: int, step: int, clear: bool
) -> None:
    timeline = Timeline()
    for i in range(5):
        timeline.add(record(i * 0.1, Box(begin + step * i, 300, 100, 120)))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from=0.0, version=1))
    (mark,) = timeline.placed(0.35)
    assert mark.may_be_clear is clear
    assert (mark.verdict.person_id == "p") is clear


@pytest.mark.parametrize(("step", "clear"), [(0.1, True), (0.25, False)])
def test_where_analyses_are_rare_who_is_about_to_leave_is_masked_too(step: float, clear: bool) -> None:
    timeline = Timeline()
    for i, x in enumerate((200, 110, 20, -70)):
        timeline.add(record(i * step, Box(x, 300, 100, 120)))
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, clear_from=0.0, version=1))
    assert timeline.placed(0.8 * step)[0].may_be_clear
    assert timeline.placed(1.8 * step)[0].may_be_clear is clear


def test_an_identity_may_arrive_before_its_track() -> None:
    timeline = Timeline()
    verdict = Verdict(Band.MATCH, PersonId("p"), 0.7, 0.5, 0.3, 2)
    timeline.set_identity(ShownIdentity(ONE, verdict, 0.0))
    first = record(0.0, Box(600, 300, 60, 70))
    assert [mark.track_id for mark in timeline.unknown(first)] == [ONE]
    timeline.add(first)
    assert timeline.unknown(first) == []
    assert timeline.placed(0.0)[0].verdict is verdict


def test_old_tracks_are_forgotten() -> None:
    timeline = Timeline()
    timeline.add(record(0.0, Box(600, 300, 60, 70)))
    for i in range(1, 60):
        timeline.add(record(i * 0.1))
    assert timeline._paths == {}
    assert len(timeline._records) < 30
