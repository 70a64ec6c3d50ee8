"""How late pictures are shown, so that their faces have been found by then."""

from __future__ import annotations

from collections import deque

from desktop.recognition.timeline import LIMIT

FIRST = 0.3  # seconds, until measured
LEAST = 0.16
SAMPLES = 48  # analyses that are looked back on
# Seconds by which the delay moves at most with one analysis: slowly, so that motion stays even.
RISE, FALL = 0.02, 0.003
SHARE = 0.95


class Delay:
    """Follows two intervals of full searches plus one latency (95th percentiles): two of them after each picture are
    then known when it is shown, so a face that one missed is still traced back. Never more than LIMIT."""

    def __init__(self) -> None:
        self._last_at: float | None = None
        self._intervals: deque[float] = deque(maxlen=SAMPLES)
        self._latencies: deque[float] = deque(maxlen=SAMPLES)
        self.seconds = FIRST

    def note(self, at: float, latency: float) -> None:
        """A full search of the frame captured at `at` was ready `latency` seconds later."""
        if self._last_at is not None and 0 < at - self._last_at < 2.0:
            self._intervals.append(at - self._last_at)
        self._last_at = at
        self._latencies.append(max(0.0, latency))
        if len(self._intervals) < 4:
            return
        wanted = 2 * _high(self._intervals) + _high(self._latencies)
        wanted = min(LIMIT, max(LEAST, wanted))
        self.seconds += min(RISE, max(-FALL, wanted - self.seconds))


def _high(values: deque[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(SHARE * len(ordered)))]
