"""How wide to analyse a frame: every so often wide enough for small and new faces, in between just wide enough for the
faces that are being followed. A search 640 px wide costs almost four times as much as one of 320 px."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.recognition.settings import EngineSettings

WIDTHS = (320, 480, 640)
LEAST_FACE = 26.0  # pixels at analysis width of a face that is followed without loss
LATEST = 1.25  # times `scan_every` that may pass between two full searches
EDGE_PIXELS = 16  # mirrored outwards at every border, in pixels at analysis width


@dataclass(frozen=True, slots=True)
class Look:
    """How one frame is searched. `full`: also for faces as small as must be masked; only such frames let pictures
    be shown."""

    width: int
    edge: float  # share of the width mirrored outwards at each border
    full: bool


class ScanPlan:
    """One camera's. Not locked."""

    def __init__(self, settings: EngineSettings) -> None:
        self._full_width = settings.detection_width
        self._every = settings.scan_every
        self._full_at = float("-inf")
        self._last_at = float("-inf")

    def next(self, at: float, picture_width: int, faces: Iterable[float]) -> Look:
        """How to search the frame captured at `at`; `faces` are the widths in px of the faces being followed."""
        full = min(self._full_width, picture_width)
        interval, self._last_at = at - self._last_at, at
        # due now, or it would come too late if it waited for another frame as slow as this one
        if at - self._full_at + interval > self._every * LATEST or at < self._full_at:
            self._full_at = at
            return _look(full, full=True)
        smallest = min(faces, default=float(picture_width))
        wanted = LEAST_FACE * picture_width / max(1.0, smallest)
        width = next((width for width in WIDTHS if width >= wanted), full)
        return _look(width, full=False) if width < full else _look(full, full=True)

    def restart(self) -> None:
        """The next frame is searched in full."""
        self._full_at = float("-inf")


def _look(width: int, *, full: bool) -> Look:
    # the network's sides are multiples of 32: the mirrored rim takes its pixels from the picture, not from the clock
    inner = width - 2 * EDGE_PIXELS
    return Look(inner, EDGE_PIXELS / inner, full)
