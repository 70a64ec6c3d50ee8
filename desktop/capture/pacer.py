"""Gives the frames of a recording the rhythm of a camera."""

from __future__ import annotations

# Later than this (the machine slept, the process was stopped) the clock starts again: a long recording is not rushed
# through to catch up.
RESTART_AFTER = 1.0


class Pacer:
    """Frame n is due at start + n / fps, whatever earlier frames took, so that errors do not add up.

    Args:
        fps: frames a second, > 0.
    """

    def __init__(self, fps: float) -> None:
        if not fps > 0:
            raise ValueError("fps must be above 0")
        self.period = 1.0 / fps
        self._start: float | None = None
        self._count = 0

    def behind(self, now: float) -> int:
        """How many frames to leave out before the next one to be in time again.

        The caller leaves them out and then asks `due`.
        """
        if self._start is None:
            return 0
        late = now - (self._start + self._count * self.period)
        if late > max(RESTART_AFTER, 2 * self.period):
            self._start = now - self._count * self.period
            return 0
        return max(0, int(late / self.period))

    def left_out(self) -> None:
        """Counts one frame that was left out."""
        self._count += 1

    def due(self, now: float) -> float:
        """When the frame in hand is to be shown; the next call is for the next frame. The first is due `now`."""
        if self._start is None:
            self._start = now
        moment = self._start + self._count * self.period
        self._count += 1
        return moment
