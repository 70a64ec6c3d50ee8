"""How long actions report and stop."""

from __future__ import annotations

from typing import Protocol

from desktop.domain.errors import Cancelled


class Progress(Protocol):
    """Given to every long action; safe to call from a worker thread."""

    def report(self, share: float) -> None:
        """`share` of the work done, 0 to 1."""

    def cancelled(self) -> bool:
        """Whether the person asked to stop."""


class NoProgress:
    """For callers that neither watch nor cancel."""

    def report(self, share: float) -> None:
        del share

    def cancelled(self) -> bool:
        return False


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


class Unstoppable:
    """A progress from the point on where an action can only go on."""

    def __init__(self, whole: Progress) -> None:
        self._whole = whole

    def report(self, share: float) -> None:
        self._whole.report(share)

    def cancelled(self) -> bool:
        return False


UNWATCHED: Progress = NoProgress()


def checkpoint(progress: Progress, share: float) -> None:
    """Report `share` and raise Cancelled if the person asked to stop."""
    progress.report(share)
    if progress.cancelled():
        raise Cancelled
