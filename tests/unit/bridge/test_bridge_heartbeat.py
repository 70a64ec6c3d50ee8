"""The heartbeat sees how long the GUI thread was held."""

import time
from array import array

import pytest
from pytestqt.qtbot import QtBot

from desktop.bridge.heartbeat import Heartbeat, percentile


def test_a_held_thread_shows_as_one_long_gap(qtbot: QtBot) -> None:
    beat = Heartbeat()
    assert beat.report().ticks == 0
    beat.start()
    qtbot.waitUntil(lambda: beat.report().ticks >= 3, timeout=5000)
    time.sleep(0.08)  # holds the GUI thread
    before = beat.report().ticks
    qtbot.waitUntil(lambda: beat.report().ticks > before, timeout=5000)
    assert beat.report().longest >= 75
    beat.reset()
    assert beat.report().ticks == 0
    beat.stop()
    assert not beat.running


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 50), (0.99, 99), (1.0, 100)])
def test_percentile_is_nearest_rank(share: float, value: float) -> None:
    assert percentile(array("d", range(1, 101)), share) == value
    assert percentile(array("d"), share) == 0.0
