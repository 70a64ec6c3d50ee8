"""How long the GUI thread is away: the gaps between the ticks of a 10 ms timer."""

from __future__ import annotations

import math
import time
from array import array
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 10
_KEPT = 120_000  # 20 minutes; older gaps are overwritten


@dataclass(frozen=True, slots=True)
class HeartbeatReport:
    """Gaps in milliseconds; all 0 while `ticks` is 0."""

    p50: float
    p99: float
    longest: float
    ticks: int


def percentile(values: array[float], share: float) -> float:
    """Nearest-rank percentile; `share` 0 to 1, 0.0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Heartbeat(QObject):
    """Records the time between two ticks of a precise 10 ms timer in the GUI thread.

    An idle thread shows gaps of 10 ms; whatever holds the thread shows as a longer one.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gaps = array("d")
        self._next = 0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """Begin, or begin again without counting the pause."""
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def reset(self) -> None:
        """Forget every gap, e.g. those of the program's start."""
        self._gaps = array("d")
        self._next = 0
        self._last = time.perf_counter()

    def gaps(self) -> array[float]:
        """A copy of the recorded gaps in milliseconds, in no particular order."""
        return self._gaps[:]

    def report(self) -> HeartbeatReport:
        gaps = self._gaps
        return HeartbeatReport(percentile(gaps, 0.5), percentile(gaps, 0.99), max(gaps, default=0.0), len(gaps))

    def _tick(self) -> None:
        now = time.perf_counter()
        gap = (now - self._last) * 1000
        self._last = now
        if len(self._gaps) < _KEPT:
            self._gaps.append(gap)
        else:
            self._gaps[self._next] = gap
            self._next = (self._next + 1) % _KEPT
