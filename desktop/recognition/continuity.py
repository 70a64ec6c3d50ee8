"""Doubts a track that does at the picture's border what no single person does: leave and come back in one movement.

Where one person goes out while another comes in at the same place, half faces follow each other so closely that a
tracker goes on with the same track. A face that the border cuts off must therefore keep to its own movement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.tracker import Track

CUT = 0.75  # share of the face inside the picture below which it counts as cut off
DEVIATION = 0.3  # face widths off its movement from which a cut face is in doubt


@dataclass(frozen=True, slots=True)
class _Last:
    box: Box
    velocity: tuple[float, float]
    at: float


class BorderGuard:
    """One camera's; call once for each analysed frame. Not locked."""

    def __init__(self) -> None:
        self._last: dict[TrackId, _Last] = {}

    def check(self, tracks: Iterable[Track], at: float, size: tuple[int, int]) -> None:
        """`tracks` as the tracker left them after the frame of time `at` and `size` (width, height)."""
        known, self._last = self._last, {}
        for track in tracks:
            last = known.get(track.id)
            if last is not None and track.face is not None and _is_cut(last.box, size) | _is_cut(track.box, size):
                dt = at - last.at
                expected = last.box.moved(last.velocity[0] * dt, last.velocity[1] * dt)
                if _distance(expected, track.box) > DEVIATION * track.box.w:
                    track.doubt_before(at)
            self._last[track.id] = _Last(track.box, _velocity(last, track, at), at)


def _velocity(last: _Last | None, track: Track, at: float) -> tuple[float, float]:
    """From the boxes themselves: the tracker's own lags behind a sudden turn."""
    if last is None or at <= last.at:
        return track.velocity
    (x1, y1), (x2, y2) = last.box.centre, track.box.centre
    return (x2 - x1) / (at - last.at), (y2 - y1) / (at - last.at)


def _is_cut(box: Box, size: tuple[int, int]) -> bool:
    return box.clipped(*size).area < CUT * box.area


def _distance(one: Box, other: Box) -> float:
    (x1, y1), (x2, y2) = one.centre, other.centre
    return float(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5)
