"""Turns are shared evenly; rates are measured; full searches come in time; the delay follows the analysis."""

from __future__ import annotations

import itertools

import pytest

from desktop.domain.ids import CameraId
from desktop.recognition.delay import LEAST, Delay
from desktop.recognition.scan import ScanPlan
from desktop.recognition.schedule import Rate, Schedule
from desktop.recognition.settings import EngineSettings
from desktop.recognition.timeline import LIMIT

NAMES = [CameraId(f"c{i}") for i in range(4)]


def simulate(fps: list[float], target: float, cost: float, seconds: float = 20.0) -> dict[CameraId, int]:
    """One worker that needs `cost` seconds a frame; how often each camera was analysed."""
    schedule = Schedule(target)
    done = dict.fromkeys(NAMES[: len(fps)], 0)
    taken: dict[CameraId, float] = {}
    for name in done:
        schedule.add(name)
    now = 0.0
    while now < seconds:
        fresh = []
        for name, rate in zip(done, fps, strict=True):
            newest = int(now * rate) / rate
            if taken.get(name, -1.0) < newest:
                fresh.append((name, newest))
        chosen = schedule.choose(fresh, now)
        if chosen is None:
            now += 0.002
            continue
        taken[chosen] = frame_at = dict(fresh)[chosen]
        now += cost
        schedule.done(chosen, frame_at)
        done[chosen] += 1
    return done


def test_with_time_to_spare_every_camera_gets_the_wanted_rate() -> None:
    done = simulate([25.0, 25.0, 30.0, 12.0], target=10.0, cost=0.01)
    assert all(count == pytest.approx(200, rel=0.04) for count in done.values())


def test_a_camera_slower_than_wanted_gets_all_its_frames() -> None:
    done = simulate([25.0, 5.0], target=10.0, cost=0.01)
    assert done[NAMES[1]] == pytest.approx(100, abs=2)


def test_when_time_is_short_all_slow_down_evenly() -> None:
    done = simulate([25.0, 25.0, 30.0, 15.0], target=10.0, cost=0.05)
    assert sum(done.values()) == pytest.approx(400, rel=0.03)
    assert max(done.values()) - min(done.values()) <= 3


def test_a_busy_camera_is_not_chosen_twice() -> None:
    schedule = Schedule(10.0)
    schedule.add(NAMES[0])
    assert schedule.choose([(NAMES[0], 1.0)], 1.0) == NAMES[0]
    assert schedule.choose([(NAMES[0], 2.0)], 2.0) is None
    schedule.done(NAMES[0], 1.0)
    assert schedule.choose([(NAMES[0], 2.0)], 2.0) == NAMES[0]


def test_the_last_frame_before_a_pause_is_analysed_too() -> None:
    schedule = Schedule(10.0)
    schedule.add(NAMES[0])
    schedule.choose([(NAMES[0], 1.0)], 1.0)
    schedule.done(NAMES[0], 1.0)
    assert schedule.choose([(NAMES[0], 1.02)], 1.03) is None
    assert schedule.choose([(NAMES[0], 1.02)], 1.25) == NAMES[0]


def test_unknown_and_removed_cameras_are_not_chosen() -> None:
    schedule = Schedule(10.0)
    schedule.add(NAMES[0])
    schedule.remove(NAMES[0])
    assert schedule.choose([(NAMES[0], 1.0), (NAMES[1], 1.0)], 1.0) is None
    schedule.done(NAMES[0], 1.0)


def test_a_rate_is_measured_and_sinks_when_events_stop() -> None:
    rate = Rate()
    for i in range(50):
        rate.tick(i * 0.04)
    assert rate.per_second(49 * 0.04) == pytest.approx(25.0, rel=0.02)
    assert rate.per_second(49 * 0.04 + 2.0) < 5.0
    assert rate.per_second(100.0) == 0.0


def looks(plan: ScanPlan, interval: float, faces: list[float], count: int = 20) -> list[tuple[int, bool]]:
    return [(look.width, look.full) for i in range(count) for look in [plan.next(i * interval, 1280, faces)]]


def test_full_searches_come_at_least_as_often_as_set() -> None:
    settings = EngineSettings(scan_every=0.2)
    found = looks(ScanPlan(settings), 0.1, [200.0])
    full = [i for i, (_, is_full) in enumerate(found) if is_full]
    assert full[0] == 0
    assert all(later - earlier <= 2 for earlier, later in itertools.pairwise(full))
    assert len(full) < len(found)


@pytest.mark.parametrize("interval", [0.04, 0.08, 0.1, 0.12, 0.13, 0.15, 0.19, 0.22])
def test_full_searches_are_never_a_quarter_later_than_set(interval: float) -> None:
    found = looks(ScanPlan(EngineSettings(scan_every=0.2)), interval, [200.0], 60)
    full = [i * interval for i, (_, is_full) in enumerate(found) if is_full]
    assert max(later - earlier for earlier, later in itertools.pairwise(full)) <= 0.2501


def test_slow_analysis_searches_in_full_every_time() -> None:
    assert all(full for _, full in looks(ScanPlan(EngineSettings(scan_every=0.2)), 0.25, [200.0]))


def test_small_faces_are_followed_at_a_width_that_still_shows_them() -> None:
    plan = ScanPlan(EngineSettings(scan_every=0.2))
    plan.next(0.0, 1280, [])
    narrow = plan.next(0.1, 1280, [120.0])
    plan.restart()
    plan.next(0.2, 1280, [])
    wide = plan.next(0.3, 1280, [70.0])
    assert narrow.width < wide.width
    assert not narrow.full


def test_a_restart_asks_for_a_full_search() -> None:
    plan = ScanPlan(EngineSettings(scan_every=0.2))
    plan.next(0.0, 1280, [])
    plan.restart()
    assert plan.next(0.05, 1280, [200.0]).full


def test_the_delay_follows_the_analysis_and_never_passes_the_limit() -> None:
    delay = Delay()
    for i in range(400):
        delay.note(i * 0.1, 0.05)
    assert delay.seconds == pytest.approx(0.25, abs=0.02)
    for i in range(400):
        delay.note(40 + i * 0.3, 0.1)
    assert delay.seconds == LIMIT
    for i in range(1000):
        delay.note(200 + i * 0.04, 0.01)
    assert delay.seconds == pytest.approx(LEAST, abs=0.01)


def test_the_delay_shrinks_too_slowly_to_be_seen() -> None:
    delay = Delay()
    for i in range(100):
        before = delay.seconds
        delay.note(i * 0.04, 0.01)
        assert before - delay.seconds <= 0.004
