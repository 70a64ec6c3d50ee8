"""The fused probe of a track: its best recent vectors and their weighted mean.

The only place where vectors of strangers live. They are overwritten with zeros as soon as they are not needed: when a
better one takes their slot, when the track may have been mixed up with another, and when it ends.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from desktop.domain.ids import PersonId
from desktop.vision.types import Vector

SLOTS = 5  # vectors kept; more do not help, they are of the same few seconds
HALF_LIFE = 10.0  # s after which a vector counts half of its quality
LEAST_WEIGHT = 0.05  # so that a probe of bad frames only still has a direction


class Probe:
    """Up to `SLOTS` vectors of one track. Not locked.

    With each vector stands the person that this frame alone ranks first (`best`, set by who searches the gallery).
    """

    __slots__ = ("_at", "_best", "_count", "_quality", "_vectors")

    def __init__(self, dimension: int) -> None:
        self._vectors: NDArray[np.float32] = np.zeros((SLOTS, dimension), dtype=np.float32)
        self._quality = [0.0] * SLOTS
        self._at = [0.0] * SLOTS
        self._best: list[PersonId | None] = [None] * SLOTS
        self._count = 0

    def __len__(self) -> int:
        """Vectors held."""
        return self._count

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(len, D) view of the vectors held: zeros after `forget`."""
        return self._vectors[: self._count]

    @property
    def best(self) -> tuple[PersonId | None, ...]:
        """For each vector held, the person whom it alone ranks first; None: nobody is like enough."""
        return tuple(self._best[: self._count])

    @property
    def first_at(self) -> float | None:
        """Capture time of the oldest vector held; None if there is none."""
        return min(self._at[: self._count], default=None)

    def add(self, vector: Vector, quality: float, at: float, best: PersonId | None = None) -> int:
        """Take in a vector (D,) of length 1; `quality` is 0 to 1, `at` its capture time in s. Returns its position.

        With all slots full it takes the place of the one that counts least now, so that the newest vector is always
        among those held.
        """
        if self._count < SLOTS:
            slot = self._count
            self._count += 1
        else:
            slot = min(range(SLOTS), key=lambda index: self._worth(index, at))
        self._vectors[slot] = vector
        self._quality[slot], self._at[slot], self._best[slot] = quality, at, best
        return slot

    def fused(self) -> Vector:
        """Quality-weighted mean of the vectors held, length 1, (D,). Raises ValueError for an empty probe."""
        if not self._count:
            raise ValueError("an empty probe has no direction")
        now = max(self._at[: self._count])
        weights = np.array([self._worth(index, now) for index in range(self._count)], dtype=np.float32)
        mean: Vector = weights @ self.vectors
        length = float(np.sqrt(mean @ mean))
        if length < 1e-6:  # vectors that cancel each other out: nothing is known
            return mean
        mean /= length
        return mean

    def rank(self, position: int, best: PersonId | None) -> None:
        """Set whom the vector at `position` alone ranks first."""
        if not 0 <= position < self._count:
            raise IndexError(position)
        self._best[position] = best

    def keep(self, slots: Sequence[int]) -> None:
        """Keep only the vectors at these positions of `vectors`; wipe the others."""
        kept = [(self._vectors[slot].copy(), self._quality[slot], self._at[slot], self._best[slot]) for slot in slots]
        self.forget()
        for vector, quality, at, best in kept:
            self.add(vector, quality, at, best)
            vector.fill(0.0)

    def newest(self, count: int) -> list[int]:
        """Positions of the `count` newest vectors."""
        return sorted(range(self._count), key=lambda index: self._at[index])[-count:]

    def forget(self) -> None:
        """Overwrite everything with zeros; the probe is empty then."""
        self._vectors.fill(0.0)
        self._quality = [0.0] * SLOTS
        self._at = [0.0] * SLOTS
        self._best = [None] * SLOTS
        self._count = 0

    def _worth(self, slot: int, now: float) -> float:
        age = max(0.0, now - self._at[slot])
        return max(LEAST_WEIGHT, self._quality[slot]) * float(0.5 ** (age / HALF_LIFE))
