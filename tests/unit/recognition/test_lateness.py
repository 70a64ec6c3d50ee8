"""How much is unknown because analyses lie far apart, and how far a lost head may have gone meanwhile."""

from __future__ import annotations

import pytest

from desktop.domain.geometry import Box
from desktop.recognition.lateness import BRISK, NORMAL, SLOW, lateness, unwatched
from desktop.recognition.placing import Placement, held_slack, look_slack, mask_of

SIZE = (1280, 720)
FACE = Box(600, 300, 100, 120)


@pytest.mark.parametrize(
    ("interval", "late"), [(0.0, 0.0), (0.16, 0.0), (NORMAL, 0.0), (0.235, 0.5), (SLOW, 1.0), (9, 1)]
)
def test_lateness_rises_evenly(interval: float, late: float) -> None:
    assert lateness(interval) == pytest.approx(late)


def test_looks_are_compared_with_more_caution() -> None:
    assert [lateness(at, BRISK) for at in (0.13, 0.215, 0.3)] == pytest.approx([0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("analyses", "since", "until", "seconds"),
    [
        ([], 0.0, 5.0, 0.0),
        ([0.0, 0.1, 0.2, 0.3], 0.0, 0.3, 0.0),  # brisk
        ([0.0, 0.3, 0.6, 0.9], 0.0, 0.9, 0.9),  # slow
        ([0.0, 0.3, 0.6, 0.9], 0.1, 0.7, 0.6),
        ([0.0, 0.1, 0.5, 0.6], 0.0, 0.6, 0.4),  # one gap
        ([0.0, 0.1, 0.5, 0.6], 0.2, 0.3, 0.1),  # in the middle of it
        ([0.0, 0.1], 0.0, 0.5, 0.4),  # nobody has looked since
        ([0.0, 0.1], 0.3, 0.5, 0.2),
        ([0.5, 0.6], 0.0, 0.6, 0.5),  # nobody had looked before
        ([0.0, 0.235], 0.0, 0.235, 0.1175),
        ([0.0, 0.3], 0.4, 0.4, 0.0),
    ],
)
def test_intervals_count_by_their_lateness(analyses: list[float], since: float, until: float, seconds: float) -> None:
    assert unwatched(analyses, since, until) == pytest.approx(seconds)


def every(interval: float) -> list[float]:
    return [i * interval for i in range(round(2 / interval))]


@pytest.mark.parametrize("rate", [8.0, 10.0, 25.0])
@pytest.mark.parametrize("unseen", [0.0, 0.05, 0.3, 0.9])
def test_at_the_normal_rate_a_lost_head_is_kept_as_tightly_as_its_face_is_small(rate: float, unseen: float) -> None:
    slack = held_slack((0.0, FACE), FACE, unseen, SIZE, every(1 / rate))
    assert slack == pytest.approx(min(0.6, 0.8 * unseen) * FACE.w + 0.03 * FACE.w)


def test_the_rarer_the_analyses_the_farther_it_may_have_gone() -> None:
    slacks = [held_slack((0.0, FACE), FACE, 0.5, SIZE, every(1 / rate)) for rate in (8, 6, 5, 4, 3, 2)]
    assert slacks == sorted(slacks)
    assert slacks[3] > 3 * slacks[0]
    assert slacks[-1] == pytest.approx(0.4 * 1280 * 0.5 + 3)  # as fast as anybody goes


@pytest.mark.parametrize(("interval", "slack"), [(0.12, 0.0), (0.215, 37.5), (0.4, 75.0)])
def test_the_rarer_the_analyses_the_farther_a_look_may_lead_astray(interval: float, slack: float) -> None:
    assert look_slack(FACE, interval) == pytest.approx(slack)


@pytest.mark.parametrize(
    ("measured", "now", "left"),
    [(Box(60, 300, 60, 70), -80, True), (Box(60, 300, 60, 70), 20, False), (Box(600, 300, 60, 70), -80, False)],
)
def test_only_who_was_near_the_border_can_have_left(measured: Box, now: float, left: bool) -> None:
    face = Box(now, 300, 60, 70)
    rare, brisk = (held_slack((0.0, measured), face, 0.9, SIZE, every(interval)) for interval in (0.3, 0.1))
    assert (rare == brisk) is left


@pytest.mark.parametrize(("x", "lower"), [(600, 0.0), (1230, 24.0), (-25, 12.0)])
def test_a_face_cut_off_by_the_border_may_reach_farther_down_than_its_part_tells(x: float, lower: float) -> None:
    inside, cut = (mask_of(Placement(Box(left, 300, 100, 120), 0.0), SIZE) for left in (600, x))
    assert cut.y == inside.y
    assert cut.bottom - inside.bottom == pytest.approx(lower)
