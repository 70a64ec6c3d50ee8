"""People who walk past a camera, as a detector would see them: for tests of the tracker and of what builds on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box
from desktop.vision.types import DetectedFace

# A frontal face in a box of side 1: eyes, nose, corners of the mouth.
FRONTAL = np.array([[0.30, 0.38], [0.70, 0.38], [0.50, 0.58], [0.34, 0.78], [0.66, 0.78]], dtype=np.float32)
SIZE = (1280, 720)

Path = Callable[[float], Box | None]


def face_at(box: Box, score: float = 0.9, *, nose: float = 0.0) -> DetectedFace:
    """A face in `box`; `nose` moves the nose sideways by that share of the width (a turned head)."""
    landmarks = FRONTAL * np.float32([box.w, box.h]) + np.float32([box.x, box.y])
    landmarks[2, 0] += nose * box.w
    return DetectedFace(box=box, score=score, landmarks=landmarks)


def straight(
    start: tuple[float, float], speed: tuple[float, float], side: float, *, growth: float = 0.0
) -> Callable[[float], Box]:
    """A face whose centre moves at `speed` px/s; `growth` is the share of its side gained in a second."""

    def path(at: float) -> Box:
        now = side * (1 + growth * at)
        x, y = start[0] + speed[0] * at, start[1] + speed[1] * at
        return Box(x - now / 2, y - 0.6 * now, now, 1.2 * now)

    return path


@dataclass(frozen=True)
class Walker:
    """Someone on a path (None: not in view). `turned` tells when no detector sees the face."""

    name: str
    path: Path
    turned: Callable[[float], bool] = lambda _: False


@dataclass(frozen=True)
class Sight:
    """A detection with the name of whom it really shows."""

    name: str
    face: DetectedFace


class Scene:
    """Walkers, nearest first: whoever stands earlier in the list hides those behind."""

    def __init__(self, walkers: Sequence[Walker], *, noise: float = 0.02, misses: float = 0.0, seed: int = 1) -> None:
        self._walkers = walkers
        self._noise = noise
        self._misses = misses
        self._random = np.random.default_rng(seed)

    def sights(self, at: float) -> list[Sight]:
        """What a detector finds at `at`: noisy boxes, low scores of half hidden faces, nothing of hidden ones."""
        found: list[Sight] = []
        before: list[Box] = []
        for walker in self._walkers:
            box = walker.path(at)
            if box is None:
                continue
            hidden = max((box.intersection(near.grown(0.2, 0.3, 0.2, 0.3)) / box.area for near in before), default=0.0)
            before.append(box)
            if walker.turned(at) or hidden > 0.5 or self._random.random() < self._misses:
                continue
            dx, dy, dw, dh = self._random.normal(0.0, self._noise, 4).tolist()
            seen = Box(box.x + dx * box.w, box.y + dy * box.h, box.w * (1 + dw), box.h * (1 + dh))
            found.append(Sight(walker.name, face_at(seen, 0.9 if hidden < 0.2 else 0.45)))
        # A detector does not list faces in the order of the tracks.
        return [found[index] for index in self._random.permutation(len(found))]


def frame_times(fps: float, seconds: float, *, jitter: float = 0.0, seed: int = 1) -> list[float]:
    """Capture times of analysed frames, unevenly spaced by up to `jitter` of the interval either way."""
    random = np.random.default_rng(seed)
    times, at = [], 0.0
    while at < seconds:
        times.append(at)
        at += (1 + random.uniform(-jitter, jitter)) / fps
    return times


def whose(box: Box, sights: Iterable[Sight]) -> str | None:
    """Whose detection has exactly this box."""
    return next((sight.name for sight in sights if sight.face.box == box), None)


def textured_head(seed: int, side: int) -> NDArray[np.uint8]:
    """A grey patch (side, side) with structure of its own, as a stand-in for the look of a head."""
    random = np.random.default_rng(seed)
    cells = random.integers(20, 236, (8, 8)).astype(np.float32)
    grid = np.linspace(0, 7, side)
    low = np.clip(grid.astype(int), 0, 6)
    part = (grid - low)[:, None]
    rows = cells[low] * (1 - part) + cells[low + 1] * part
    columns = rows.T[low] * (1 - part) + rows.T[low + 1] * part
    return columns.T.astype(np.uint8)
