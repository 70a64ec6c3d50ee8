"""Whose turn it is: analysis is shared evenly between cameras, and slows down evenly when the processor is short."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.ids import CameraId

WINDOW = 3.0  # seconds over which a rate is measured
TOLERANCE = 0.005  # seconds by which a frame may come before its camera's interval has passed
SLOWED_AT = 0.85  # share of the wanted rate below which analysis counts as slowed down


class Rate:
    """Events per second over the last WINDOW seconds. Not locked."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def tick(self, at: float) -> None:
        self._times.append(at)
        self._forget(at)

    def per_second(self, now: float) -> float:
        """0 with fewer than two events; sinks towards 0 when they stop."""
        self._forget(now)
        if len(self._times) < 2:
            return 0.0
        mean = (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        silent = now - self._times[-1]
        return 1.0 / max(mean, silent / 2) if mean > 0 else 0.0

    def _forget(self, now: float) -> None:
        while self._times and self._times[0] < now - WINDOW:
            self._times.popleft()


@dataclass(slots=True)
class _Turn:
    due: float = float("-inf")  # capture time from which a frame is wanted
    analysed_at: float = float("-inf")  # capture time of the newest analysed frame
    busy: bool = False


class Schedule:
    """Chooses the camera to analyse next. Not locked: the workers guard it.

    Of the cameras with a new frame that nobody works on and whose time has come, the one that waited longest. When the
    processor is short every camera waits longer, all by the same amount. Times advance by the wanted interval and not
    from frame to frame, so that ten of 25 pictures a second are taken and not every third.
    """

    def __init__(self, target_fps: float) -> None:
        self._interval = 1.0 / target_fps
        self._turns: dict[CameraId, _Turn] = {}

    def add(self, camera_id: CameraId) -> None:
        self._turns.setdefault(camera_id, _Turn())

    def remove(self, camera_id: CameraId) -> None:
        self._turns.pop(camera_id, None)

    def choose(self, fresh: Iterable[tuple[CameraId, float]], now: float) -> CameraId | None:
        """`fresh`: cameras with an untaken frame and its capture time. Marks the chosen camera busy until `done`."""
        best: CameraId | None = None
        for camera_id, frame_at in fresh:
            turn = self._turns.get(camera_id)
            if turn is None or turn.busy:
                continue
            # a frame that came too early is still taken when no later one follows: it may be the last before a pause
            if frame_at < turn.due - TOLERANCE and now < turn.due + self._interval:
                continue
            if best is None or turn.analysed_at < self._turns[best].analysed_at:
                best = camera_id
        if best is not None:
            self._turns[best].busy = True
        return best

    def done(self, camera_id: CameraId, frame_at: float | None) -> None:
        """The camera's turn is over; `frame_at` the analysed frame's capture time (None: there was none)."""
        turn = self._turns.get(camera_id)
        if turn is None:
            return
        turn.busy = False
        if frame_at is not None:
            turn.analysed_at = frame_at
            turn.due = max(turn.due + self._interval, frame_at + self._interval / 2)
