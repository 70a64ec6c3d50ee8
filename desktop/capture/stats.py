"""Counts what one reader did, safe from any thread."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

_RATE_WINDOW = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class CaptureStats:
    """Counts since the reader was made.

    Attributes:
        captured: frames handed on.
        overwritten: frames replaced in the mailbox before analysis took them.
        captured_fps: frames a second over the last five seconds.
        file_skipped: frames of a recording left out because capture was late.
        damaged: pictures of a folder that could not be decoded.
        tap_errors: frames on which the display path raised.
        abandoned: threads left behind in a native call that did not return in time.
        connects: tries at opening the source.
    """

    captured: int
    overwritten: int
    captured_fps: float
    file_skipped: int
    damaged: int = 0
    tap_errors: int = 0
    abandoned: int = 0
    connects: int = 0


class CaptureCounter:
    """The running counts behind `CaptureStats`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: deque[float] = deque()
        self._captured = 0
        self._tap_errors = 0
        self._abandoned = 0
        self._connects = 0
        self._skipped = 0
        self._damaged = 0

    def captured(self, at: float) -> int:
        """Count a frame of time `at`; returns its sequence number, from 0."""
        with self._lock:
            self._times.append(at)
            while self._times[0] < at - _RATE_WINDOW:
                self._times.popleft()
            self._captured += 1
            return self._captured - 1

    def tap_error(self) -> int:
        """Count an error of the display path; returns how many there were."""
        with self._lock:
            self._tap_errors += 1
            return self._tap_errors

    def connect(self) -> None:
        with self._lock:
            self._connects += 1

    def retired(self, *, skipped: int, damaged: int, abandoned: bool) -> None:
        """Add up what a finished try counted."""
        with self._lock:
            self._skipped += skipped
            self._damaged += damaged
            self._abandoned += abandoned

    def stats(self, *, overwritten: int, skipped: int, damaged: int) -> CaptureStats:
        """The counts, with `skipped` and `damaged` of the try under way on top."""
        with self._lock:
            return CaptureStats(
                captured=self._captured,
                overwritten=overwritten,
                captured_fps=_rate([at for at in self._times if at >= time.monotonic() - _RATE_WINDOW]),
                file_skipped=self._skipped + skipped,
                damaged=self._damaged + damaged,
                tap_errors=self._tap_errors,
                abandoned=self._abandoned,
                connects=self._connects,
            )


def _rate(times: list[float]) -> float:
    """Frames a second; sinks towards 0 once the camera has fallen silent."""
    if len(times) < 2:
        return 0.0
    steps, covered = len(times) - 1, times[-1] - times[0]
    silent = time.monotonic() - times[-1]
    usual = covered / steps
    span = covered if silent < 2 * usual else covered + silent
    return steps / span if span > 0 else 0.0
