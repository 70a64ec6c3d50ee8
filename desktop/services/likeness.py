"""Pictures compared with each other, and with the people already enrolled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from desktop.domain.decision import Calibration, thresholds_for
from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery
from desktop.vision.types import Vector

# Pictures of one person that score below the threshold of this FMR most likely show two. Some one in a hundred pairs
# of real pictures of one person does too: then the worse one is left out.
SAME_PERSON_FMR = 0.01


@dataclass(frozen=True, slots=True)
class Closest:
    """The person already enrolled who looks most like this one, where the score reaches a possible match.

    `margin`: what is missing to a match; 0 or less: would be matched, so most likely enrolled before (or a twin).
    """

    person_id: PersonId
    score: float
    margin: float

    @property
    def duplicate(self) -> bool:
        return self.margin <= 0


class Likeness:
    """Thread-safe; a few milliseconds with a large gallery."""

    def __init__(self, calibration: Calibration, gallery: Gallery, target_fpir: Callable[[], float]) -> None:
        self._calibration = calibration
        self._gallery = gallery
        self._target_fpir = target_fpir

    def closest(self, *vectors: Vector) -> Closest | None:
        """Who of the gallery is most like one person's pictures, by their best score; None below a possible match."""
        best = [found[0] for vector in vectors if (found := self._gallery.search(vector, top=1))]
        if not best:
            return None
        nearest = max(best, key=lambda candidate: candidate.score)
        limits = thresholds_for(self._calibration, self._target_fpir(), self._gallery.snapshot.people)
        if nearest.score < limits.possible:
            return None
        return Closest(nearest.person_id, nearest.score, limits.match - nearest.score)

    def odd_ones(self, vectors: Sequence[Vector]) -> tuple[int, ...]:
        """Positions of pictures to leave out so that the others agree, rising.

        Of two that differ neither is the odd one: then, and whenever no two would be left, nobody can tell which
        pictures are right, and all are odd.
        """
        kept = list(range(len(vectors)))
        scores = np.stack(vectors) @ np.stack(vectors).T if vectors else np.empty((0, 0), np.float32)
        while len(kept) > 1:
            among = scores[np.ix_(kept, kept)]
            if float(among.min()) >= self._same:
                return tuple(place for place in range(len(vectors)) if place not in kept)
            if len(kept) == 2:
                return tuple(range(len(vectors)))
            del kept[int(among.sum(axis=1).argmin())]
        return ()

    @property
    def _same(self) -> float:
        return self._calibration.threshold(SAME_PERSON_FMR)
