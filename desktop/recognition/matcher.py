"""The gallery together with the thresholds that its size asks for."""

from __future__ import annotations

from desktop.domain.decision import Calibration, Thresholds, thresholds_for
from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery


class Matcher:
    """Thread-safe. The thresholds follow the number of people that the gallery holds at the moment."""

    def __init__(self, gallery: Gallery, calibration: Calibration, target_fpir: float) -> None:
        self.gallery = gallery
        self._calibration = calibration
        self._target_fpir = target_fpir
        self._cached: tuple[int, Thresholds] | None = None

    @property
    def thresholds(self) -> Thresholds:
        people = self.gallery.snapshot.people
        cached = self._cached
        if cached is None or cached[0] != people:
            cached = self._cached = (people, thresholds_for(self._calibration, self._target_fpir, people))
        return cached[1]

    def matchable(self, person_id: PersonId) -> bool:
        """Whether the person is in the gallery now."""
        return person_id in self.gallery.snapshot
