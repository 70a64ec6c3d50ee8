"""The coach's rules: one piece of guidance at a time, in order, without flicker, and pictures only of good moments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.coach import (
    LEAST,
    OTHER_POSE,
    OTHER_TIME,
    PATIENCE,
    READ,
    SETTLE,
    STEADY_PICTURES,
    WANTED,
    Advice,
    Coach,
    FaceSight,
    Guidance,
    Sight,
    Stage,
    hindrance,
)

STEP = 1 / 20
GOOD = FaceSight(
    x=0.5,
    y=0.46,
    height=0.36,
    eye_distance=90,
    yaw=0,
    pitch=0,
    roll=0,
    luminance=140,
    evenness=0.9,
    sharpness=0.3,
    visible=1,
    eyes_shown=0.9,
    mouth_shown=0.9,
)
WORSE: dict[Guidance, dict[str, float]] = {
    Guidance.CLOSER: {"height": 0.1},
    Guidance.FARTHER: {"height": 0.8},
    Guidance.LEFT: {"x": 0.1},
    Guidance.RIGHT: {"x": 0.9},
    Guidance.DOWN: {"y": 0.1},
    Guidance.UP: {"y": 0.9},
    Guidance.UNCOVER_EYES: {"eyes_shown": 0.2},
    Guidance.UNCOVER_MOUTH: {"mouth_shown": 0.05},
    Guidance.TURN_LEFT: {"yaw": -30},
    Guidance.TURN_RIGHT: {"yaw": 30},
    Guidance.CHIN_UP: {"pitch": 30},
    Guidance.CHIN_DOWN: {"pitch": -30},
    Guidance.UPRIGHT: {"roll": 25},
    Guidance.MORE_LIGHT: {"luminance": 20},
    Guidance.LESS_LIGHT: {"luminance": 240},
    Guidance.EVEN_LIGHT: {"evenness": 0.2},
    Guidance.HOLD_STILL: {"sharpness": 0.005},
}
# What belongs to different rules can be wrong at once; the earlier is told.
ORDER = (
    Guidance.CLOSER,
    Guidance.LEFT,
    Guidance.UP,
    Guidance.UNCOVER_EYES,
    Guidance.UNCOVER_MOUTH,
    Guidance.TURN_RIGHT,
    Guidance.CHIN_UP,
    Guidance.UPRIGHT,
    Guidance.MORE_LIGHT,
    Guidance.EVEN_LIGHT,
    Guidance.HOLD_STILL,
)


def sight(at: float, **change: float) -> Sight:
    return Sight(at, 1, replace(GOOD, **change))


class Run:
    """A coach and its clock; every picture that is to be taken passes."""

    def __init__(self) -> None:
        self.coach = Coach(0.0)
        self.at = 0.0
        self.takes: list[float] = []

    def see(self, people: int | None = 1, **change: float) -> Advice:
        self.at += STEP
        face = replace(GOOD, **change) if people == 1 else None
        advice = self.coach.see(Sight(self.at, people, face))
        if advice.take:
            assert face is not None
            self.takes.append(self.at)
            self.coach.taken(face, self.at)
        return advice

    def many(self, seconds: float, people: int | None = 1, **change: float) -> Advice:
        for _ in range(round(seconds / STEP)):
            advice = self.see(people, **change)
        return advice


@pytest.mark.parametrize("guidance", WORSE)
def test_each_defect_has_its_guidance(guidance: Guidance) -> None:
    assert hindrance(sight(0.0)) is None
    assert hindrance(sight(0.0, **WORSE[guidance])) is guidance


@pytest.mark.parametrize(("earlier", "later"), list(pairwise(ORDER)))
def test_of_two_defects_the_one_that_hides_the_other_is_told_first(earlier: Guidance, later: Guidance) -> None:
    assert hindrance(sight(0.0, **WORSE[earlier], **WORSE[later])) is earlier


def test_the_number_of_people_comes_before_everything() -> None:
    assert hindrance(Sight(0.0, None)) is Guidance.NO_PICTURE
    assert hindrance(Sight(0.0, 0)) is Guidance.NOBODY
    assert hindrance(Sight(0.0, 2)) is Guidance.ONE_PERSON


def test_a_face_cut_by_the_border_must_step_back() -> None:
    assert hindrance(sight(0.0, visible=0.8)) is Guidance.FARTHER


def test_a_limit_is_tighter_while_its_guidance_is_shown() -> None:
    border = sight(0.0, height=0.21)
    assert hindrance(border) is None
    assert hindrance(border, Guidance.CLOSER) is Guidance.CLOSER
    assert hindrance(border, Guidance.LEFT) is None


def test_whoever_holds_still_is_taken_three_to_five_times_over_time() -> None:
    run = Run()
    last = run.many(10)
    assert last.stage is Stage.DONE
    assert last.guidance is Guidance.DONE
    assert len(run.takes) == WANTED
    assert all(later - earlier >= OTHER_TIME - 1e-9 for earlier, later in pairwise(run.takes))


def test_another_pose_is_taken_sooner() -> None:
    run = Run()
    for yaw in (0, 1, 2, 3, 4):
        run.many(0.6, yaw=yaw * OTHER_POSE - 8)
    assert len(run.takes) == WANTED
    assert all(later - earlier < OTHER_TIME for earlier, later in pairwise(run.takes))


def test_the_same_pose_again_is_not_another_one() -> None:
    run = Run()
    run.many(0.5, yaw=0)
    run.many(0.5, yaw=6)
    assert len(run.takes) == 2
    run.many(0.5, yaw=0)
    assert len(run.takes) == 2


def test_after_a_picture_another_pose_is_asked_for() -> None:
    run = Run()
    run.many(0.5)
    assert len(run.takes) == 1
    assert Guidance.TURN_A_LITTLE in {run.see().guidance for _ in range(round((READ + SETTLE) / STEP) + 1)}


def test_three_suffice_when_it_takes_long() -> None:
    run = Run()
    run.many(0.5)
    run.many(2)
    assert len(run.takes) == 2
    run.many(2, people=0)
    run.many(0.5)
    assert len(run.takes) == LEAST
    assert run.many(2, people=0).stage is Stage.DONE


def test_one_good_picture_between_bad_ones_is_not_taken() -> None:
    run = Run()
    for number in range(400):
        run.see(yaw=0 if number % STEADY_PICTURES else 40)
    assert run.takes == []


def test_pictures_before_a_gap_do_not_count() -> None:
    run = Run()
    for _ in range(4):
        assert not run.see().take
    run.at += 5
    assert not run.see().take


def test_it_gives_up_and_says_what_stood_in_the_way_for_longest() -> None:
    run = Run()
    run.many(5, people=0)
    run.many(20, luminance=20)
    assert run.many(5, people=2).stage is Stage.LOOKING
    last = run.many(PATIENCE - 29, yaw=40)
    assert last.stage is Stage.GIVEN_UP
    assert last.guidance is Guidance.MORE_LIGHT
    assert run.takes == []
    assert run.see().stage is Stage.GIVEN_UP


def test_a_picture_that_the_closer_check_refuses_is_not_counted_and_its_reason_told() -> None:
    coach, at = Coach(0.0), 0.0
    told = set()
    for _ in range(60):
        at += STEP
        advice = coach.see(sight(at))
        told.add(advice.guidance)
        assert advice.taken == 0
        if advice.take:
            coach.refused(Guidance.ONE_PERSON, at)
    assert Guidance.ONE_PERSON in told


_FACES = st.builds(
    lambda **change: replace(GOOD, **change),
    height=st.floats(0.1, 0.8),
    x=st.floats(0, 1),
    yaw=st.floats(-60, 60),
    luminance=st.floats(0, 255),
    sharpness=st.floats(0, 0.5),
    mouth_shown=st.floats(0, 1),
)
_SIGHTS = st.lists(st.tuples(st.sampled_from([None, 0, 1, 1, 1, 1, 2]), _FACES, st.integers(1, 12)), max_size=40)


def _seen(parts: list[tuple[int | None, FaceSight, int]]) -> Iterator[Sight]:
    at = 0.0
    for people, face, times in parts:
        for _ in range(times):
            at += STEP
            yield Sight(at, people, face if people == 1 else None)


@given(_SIGHTS)
def test_words_stay_long_enough_to_read_and_no_bad_picture_is_ever_taken(
    parts: list[tuple[int | None, FaceSight, int]],
) -> None:
    coach, changes, shown = Coach(0.0), [0.0], Guidance.NOBODY
    recent: list[Guidance | None] = []
    for one in _seen(parts):
        recent.append(hindrance(one))
        advice = coach.see(one)
        if advice.stage is not Stage.LOOKING:
            break
        if advice.guidance is not shown:
            changes.append(one.at)
            shown = advice.guidance
        if advice.take:
            assert one.face is not None
            assert recent[-STEADY_PICTURES:] == [None] * STEADY_PICTURES
            coach.taken(one.face, one.at)
    assert all(later - earlier >= READ - 1e-9 for earlier, later in pairwise(changes))
