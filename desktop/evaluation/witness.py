"""Watches what is painted of a clip whose truth is known: whose heads are hidden, who bears whose name, and when.

`see` runs in the GUI thread of a demo: it looks at a few hundred pixels of the picture and remembers small values;
everything else waits until `scoring` is called after the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from desktop.evaluation.truth import GRID, ClipTruth, HeadTruth, Standing, unpack_cells
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.presenter import OverlayMark, Picture

CHECKED_SIZE = 40.0
"""Faces from this width (as from the front, px of the frame) must be hidden, in any pose, the back of the head too."""
CHECKED_VISIBLE = 0.5
COVERED_LEAST = 0.9
"""Share of a face's visible part that must be hidden for the face to count as masked."""

_POINTS = 2 * GRID  # sampled in each direction of a face box
_MASK = np.frombuffer(bytes(MASK_COLOUR), np.uint32)[0]


@dataclass(frozen=True, slots=True)
class MaskCheck:
    """One face that had to be hidden in one painted picture; `covered` is the hidden share of what is seen of it."""

    position: int
    appearance: int
    covered: float

    @property
    def masked(self) -> bool:
        return self.covered >= COVERED_LEAST


@dataclass(frozen=True, slots=True)
class PaintedPicture:
    """What is remembered of a picture: times are monotonic seconds, `scale` is picture pixels per frame pixel."""

    position: int
    pass_: int
    frame_at: float
    painted_at: float
    coarse: bool
    scale: tuple[float, float]
    marks: tuple[OverlayMark, ...]
    checks: tuple[MaskCheck, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Where to look for one face: rows and columns in the picture, and which of the points show the face itself."""

    appearance: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    free: NDArray[np.bool_]


@dataclass
class Witness:
    """One clip's. `seen` holds every painted picture in order; pictures from elsewhere (no position) are ignored."""

    truth: ClipTruth
    seen: list[PaintedPicture] = field(default_factory=list)
    _samples: dict[tuple[int, int, int], tuple[_Sample, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        standing = {person.id: person.standing for person in self.truth.people}
        self._to_hide = frozenset(
            stay.id for stay in self.truth.appearances if standing[stay.person] is not Standing.ENROLLED
        )

    def see(self, picture: Picture, painted_at: float) -> None:
        """Take a picture in, `painted_at` monotonic seconds. Keeps no pixels."""
        if picture.position is None or picture.position >= len(self.truth.faces):
            return
        height, width = picture.pixels.shape[:2]
        scale = (width / self.truth.width, height / self.truth.height)
        checks = () if picture.coarse else self._checks(picture, picture.position, scale)
        if picture.coarse:
            checks = tuple(
                MaskCheck(picture.position, head.appearance, 1.0)
                for head in self.truth.heads(picture.position)
                if self._checked(head)
            )
        self.seen.append(
            PaintedPicture(
                picture.position,
                picture.pass_,
                picture.frame_at,
                painted_at,
                picture.coarse,
                scale,
                picture.marks,
                checks,
            )
        )

    def _checked(self, head: HeadTruth) -> bool:
        large = head.size >= CHECKED_SIZE and head.visible >= CHECKED_VISIBLE
        return large and head.appearance in self._to_hide

    def _checks(self, picture: Picture, position: int, scale: tuple[float, float]) -> tuple[MaskCheck, ...]:
        pixels = picture.pixels.view(np.uint32)[:, :, 0]
        height, width = pixels.shape
        key = (position, width, height)
        samples = self._samples.get(key)
        if samples is None:
            heads = [head for head in self.truth.heads(position) if self._checked(head)]
            samples = self._samples[key] = tuple(_sample(head, scale, (width, height)) for head in heads)
        return tuple(
            MaskCheck(position, sample.appearance, _covered(pixels[sample.rows, sample.columns], sample.free))
            for sample in samples
        )


def _covered(colours: NDArray[np.uint32], free: NDArray[np.bool_]) -> float:
    return float((colours[free] == _MASK).mean())


def _sample(head: HeadTruth, scale: tuple[float, float], size: tuple[int, int]) -> _Sample:
    steps = (np.arange(_POINTS) + 0.5) / _POINTS
    box = head.area.scaled(*scale)
    columns = np.clip((box.x + steps * box.w).astype(np.intp), 0, size[0] - 1)
    rows = np.clip((box.y + steps * box.h).astype(np.intp), 0, size[1] - 1)
    free = np.repeat(np.repeat(unpack_cells(head.cells), 2, axis=0), 2, axis=1)
    if not free.any():  # a share of it is seen, but of no cell as much as half
        free = np.ones_like(free)
    return _Sample(head.appearance, rows[:, None], columns[None, :], free)
