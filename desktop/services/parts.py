"""One progress for an action of several steps."""

from __future__ import annotations

from desktop.domain.progress import Progress


class Part:
    """The share of a progress from `start` to `end` (0 to 1), for one step of a longer action."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole = whole
        self._start = start
        self._end = end

    def report(self, share: float) -> None:
        self._whole.report(self._start + (self._end - self._start) * share)

    def cancelled(self) -> bool:
        return self._whole.cancelled()
