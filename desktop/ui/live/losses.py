"""The share of pictures lost in the last seconds, from counters that only grow."""

from __future__ import annotations

from collections import deque

_SECONDS = 10


class RecentLosses:
    """`note` is called once a second; a counter that fell (reset, another presenter) begins a new record."""

    def __init__(self) -> None:
        self._kept: deque[tuple[int, int]] = deque(maxlen=_SECONDS + 1)

    def note(self, offered: int, skipped: int) -> float:
        """Percent of the pictures offered during the last 10 s that were skipped; 0 while nothing was offered."""
        if self._kept and (offered < self._kept[-1][0] or skipped < self._kept[-1][1]):
            self._kept.clear()
        self._kept.append((offered, skipped))
        first_offered, first_skipped = self._kept[0]
        if offered <= first_offered:
            return 0.0
        return min(100.0, 100 * (skipped - first_skipped) / (offered - first_offered))

    def clear(self) -> None:
        self._kept.clear()
