import pytest

from desktop.capture.pacer import MOST_LEFT_OUT, RESTART_AFTER, Pacer


def test_frames_are_due_at_even_steps_whatever_reading_them_took() -> None:
    pacer = Pacer(25.0)
    moments = [pacer.due(now) for now in (100.0, 100.039, 100.0801, 100.11)]
    assert moments == pytest.approx([100.0, 100.04, 100.08, 100.12])


def test_in_time_nothing_is_left_out() -> None:
    pacer = Pacer(25.0)
    assert pacer.behind(99.0) == 0  # before the first frame there is no clock
    pacer.due(100.0)
    assert pacer.behind(100.01) == 0
    assert pacer.behind(100.079) == 0  # late, but by less than a frame


def test_a_late_reader_leaves_out_frames_until_it_is_in_time_again() -> None:
    pacer = Pacer(25.0)
    pacer.due(100.0)
    left_out, shown, now = 0, [], 100.25
    while missing := pacer.behind(now):  # frames 1 to 6 were due at 100.04 ... 100.24
        assert missing <= MOST_LEFT_OUT
        for _ in range(missing):
            pacer.left_out()
        left_out += missing
        shown.append(pacer.due(now))
        now += 0.001
    assert left_out == 4
    assert shown == pytest.approx([100.21, 100.24])  # frame 3, later than a period: as if just captured; and frame 6
    assert pacer.due(now) == pytest.approx(100.28)


def test_after_a_long_pause_the_clock_starts_again_instead_of_rushing() -> None:
    pacer = Pacer(25.0)
    pacer.due(100.0)
    assert pacer.behind(103600.0) == 0
    assert pacer.due(103600.0) == pytest.approx(103600.0)
    assert pacer.due(103600.0) == pytest.approx(103600.04)


def test_a_machine_too_slow_for_the_recording_still_shows_every_third_frame() -> None:
    pacer, now = Pacer(25.0), 100.0
    for _ in range(100):  # a frame takes two periods, left out or not
        for _ in range(pacer.behind(now)):
            pacer.left_out()
            now += 0.08
        now += 0.08
        pacer.due(now)
    assert now - 100.0 <= 100 * 3 * 0.08  # 100 shown, so at most 200 left out


def test_a_slow_recording_may_be_later_than_the_limit() -> None:
    pacer = Pacer(0.5)
    pacer.due(100.0)
    assert pacer.behind(102.0 + 2.5 + RESTART_AFTER / 10) == 1


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan")])
def test_a_rate_that_is_none_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="fps"):
        Pacer(fps)
