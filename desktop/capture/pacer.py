"""Gives the frames of a recording the rhythm of a camera."""

from __future__ import annotations

# Later than this (the machine slept, or is too slow for the recording) the clock starts again: the recording is then
# behind, but neither rushed through nor thinned out to nothing.
RESTART_AFTER = 0.5
# Leaving a frame out saves a third of its work at most, as it must be decoded for the next one. A machine that is too
# slow for all would, without this, decode nearly everything and show nearly nothing.
MOST_LEFT_OUT = 2


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
        """How many frames (at most MOST_LEFT_OUT) to leave out so that the next one is less late.

        The caller leaves them out and then asks `due`.
        """
        if self._start is None:
            return 0
        late = now - (self._start + self._count * self.period)
        if late > max(RESTART_AFTER, 2 * self.period):
            self._start = now - self._count * self.period
            return 0
        return min(max(0, int(late / self.period)), MOST_LEFT_OUT)

    def left_out(self) -> None:
        """Counts one frame that was left out."""
        self._count += 1

    def due(self, now: float) -> float:
        """When the frame in hand is to be shown, at most one period ago; the next call is for the next frame.

        The first frame is due `now`.
        """
        if self._start is None:
            self._start = now
        moment = self._start + self._count * self.period
        self._count += 1
        return max(moment, now - self.period)
