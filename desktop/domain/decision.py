"""Open-set decision: from scores of a gallery search to unknown, possible match or match.

Identification over a gallery of N people with a comparison threshold of false match rate FMR raises a false alarm
for a stranger with probability FPIR = 1 - (1 - FMR)^N (ISO/IEC 19795-1). The threshold therefore follows the
gallery's size, and where it would have to lie beyond what was calibrated, only "possible match" is honest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.ids import PersonId


class Band(StrEnum):
    UNKNOWN = "unknown"
    POSSIBLE = "possible"
    MATCH = "match"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Measured (FMR, cosine threshold) pairs of one model, FMR falling and threshold rising."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        if len(self.points) < 2:
            raise ValueError("a calibration needs two points")
        for (fmr1, t1), (fmr2, t2) in zip(self.points, self.points[1:], strict=False):
            if not (0 < fmr2 < fmr1 < 1 and t1 < t2):
                raise ValueError("calibration points must fall in FMR and rise in threshold")

    @property
    def lowest_fmr(self) -> float:
        return self.points[-1][0]

    def threshold(self, fmr: float) -> float:
        """Cosine threshold for `fmr`: linear in log10(FMR), extended upwards, held at the lowest calibrated FMR."""
        wanted = math.log10(max(fmr, self.lowest_fmr))
        logs = [math.log10(point[0]) for point in self.points]
        index = next((i for i in range(1, len(logs) - 1) if wanted >= logs[i]), len(logs) - 1)
        (l1, t1), (l2, t2) = [(logs[i], self.points[i][1]) for i in (index - 1, index)]
        return t1 + (t2 - t1) * (wanted - l1) / (l2 - l1)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cosine thresholds in force. `calibrated` False: the gallery is too large for a match, only possible matches."""

    match: float
    possible: float
    calibrated: bool
    fmr: float


def thresholds_for(calibration: Calibration, target_fpir: float, gallery_size: int) -> Thresholds:
    """Thresholds for a gallery of `gallery_size` people and a wanted FPIR (0 to 1).

    Never below the calibration's first point however small the gallery; the possible band begins where the FMR is
    ten times the match threshold's.
    """
    if not 0 < target_fpir < 1:
        raise ValueError("target FPIR must lie between 0 and 1")
    wanted = 1 - (1 - target_fpir) ** (1 / max(1, gallery_size))
    fmr = min(wanted, calibration.points[0][0])
    return Thresholds(
        match=calibration.threshold(fmr),
        possible=calibration.threshold(max(fmr, calibration.lowest_fmr) * 10),
        calibrated=fmr >= calibration.lowest_fmr * (1 - 1e-9),
        fmr=max(fmr, calibration.lowest_fmr),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A gallery person and the cosine score of the best of that person's templates."""

    person_id: PersonId
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a track is taken for. `person_id` is None for unknown; `margin` is the distance to the next other person."""

    band: Band = Band.UNKNOWN
    person_id: PersonId | None = None
    score: float = 0.0
    threshold: float = 0.0
    margin: float = 0.0
    frames: int = 0


@dataclass(frozen=True, slots=True)
class DecisionRules:
    """Hysteresis: a match needs `agree` agreeing frames, more than name anybody else, and `min_margin`; it is then held
    down to `hold` below the threshold."""

    agree: int = 2
    min_margin: float = 0.05
    hold: float = 0.05


def decide(
    previous: Verdict,
    ranked: Sequence[Candidate],
    frame_best: Sequence[PersonId | None],
    thresholds: Thresholds,
    rules: DecisionRules = DecisionRules(),
) -> Verdict:
    """Next verdict of a track.

    Args:
        previous: the verdict before this probe.
        ranked: best candidates for the fused probe, best first, one entry a person (two are enough).
        frame_best: for each frame in the fused probe, the person it alone ranks first at or above the possible
            threshold (None: nobody).
        thresholds: those in force for the gallery that was searched.
        rules: the hysteresis.

    A person who is no longer in the gallery cannot be held: they are not among `ranked`.
    """
    if not ranked:
        return Verdict(threshold=thresholds.match, frames=len(frame_best))
    best = ranked[0]
    margin = best.score - (ranked[1].score if len(ranked) > 1 else -1.0)
    agreeing = sum(1 for person in frame_best if person == best.person_id)
    contradicting = sum(1 for person in frame_best if person not in (None, best.person_id))
    held = previous.band is Band.MATCH and previous.person_id == best.person_id
    needed = thresholds.match - (rules.hold if held else 0.0)
    is_match = (
        thresholds.calibrated
        and best.score >= needed
        and margin >= (rules.min_margin / 2 if held else rules.min_margin)
        and (held or agreeing >= max(rules.agree, contradicting + 1))
    )
    if is_match:
        band = Band.MATCH
    elif best.score >= thresholds.possible:
        band = Band.POSSIBLE
    else:
        band = Band.UNKNOWN
    return Verdict(
        band=band,
        person_id=best.person_id if band is not Band.UNKNOWN else None,
        score=best.score,
        threshold=thresholds.match,
        margin=margin,
        frames=len(frame_best),
    )
