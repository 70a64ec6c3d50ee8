"""Error rates of ISO/IEC 19795-1 with confidence intervals.

Identification, open set (section 8.4 of the 2021 edition): FPIR is the share of searches by people who are not
enrolled that return anybody; FNIR the share of searches by enrolled people that do not return the right person.
Comparison: FMR the share of impostor comparisons at or above the threshold; FNMR the share of genuine comparisons
below it. FTE: enrolments that could not be made; FTA: probes of which no sample could be had.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """`errors` of `trials`, with a confidence interval that holds for rare errors as well.

    `low` and `high` are the exact (Clopper-Pearson) limits. Without any trial they are 0 and 1 and `value` is NaN.
    """

    errors: int
    trials: int

    def __post_init__(self) -> None:
        if not 0 <= self.errors <= self.trials:
            raise ValueError("errors must lie between 0 and the trials")

    @property
    def value(self) -> float:
        return self.errors / self.trials if self.trials else math.nan

    @property
    def low(self) -> float:
        return self.interval()[0]

    @property
    def high(self) -> float:
        return self.interval()[1]

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Clopper-Pearson limits: exact, never too narrow."""
        if not self.trials:
            return 0.0, 1.0
        limits = binomtest(self.errors, self.trials).proportion_ci(confidence, method="exact")
        return float(limits.low), float(limits.high)

    def wilson(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Wilson score limits: narrower, right on average rather than at least."""
        if not self.trials:
            return 0.0, 1.0
        limits = binomtest(self.errors, self.trials).proportion_ci(confidence, method="wilson")
        return float(limits.low), float(limits.high)

    def rule_of_three(self) -> float | None:
        """With no error in n trials the rate is below 3/n at 95% (ISO/IEC 19795-1, annex B); None with errors."""
        if self.errors or not self.trials:
            return None
        return min(1.0, 3 / self.trials)

    def text(self) -> str:
        """ "1.5% (3/200, 95% CI 0.3 to 4.3%)" """
        if not self.trials:
            return "not measured"
        low, high = self.interval()
        return f"{self.value:.2%} ({self.errors}/{self.trials}, 95% CI {low:.2%} to {high:.2%})"

    def as_json(self) -> dict[str, float | int | None]:
        low, high = self.interval()
        wilson_low, wilson_high = self.wilson()
        return {
            "value": self.value if self.trials else None,
            "errors": self.errors,
            "trials": self.trials,
            "low": low,
            "high": high,
            "wilson_low": wilson_low,
            "wilson_high": wilson_high,
            "below_95": self.rule_of_three(),
        }


def fmr(impostor_scores: Sequence[float], threshold: float) -> Rate:
    """False match rate: impostor comparisons at or above `threshold`."""
    return Rate(sum(score >= threshold for score in impostor_scores), len(impostor_scores))


def fnmr(genuine_scores: Sequence[float], threshold: float) -> Rate:
    """False non-match rate: genuine comparisons below `threshold`."""
    return Rate(sum(score < threshold for score in genuine_scores), len(genuine_scores))


@dataclass(frozen=True, slots=True)
class Search:
    """One identification: who it was (None: nobody enrolled) and whom the system named (None: nobody)."""

    truth: str | None
    named: str | None


def fpir(searches: Sequence[Search]) -> Rate:
    """Searches by people who are not enrolled that named anybody."""
    strangers = [search for search in searches if search.truth is None]
    return Rate(sum(search.named is not None for search in strangers), len(strangers))


def fnir(searches: Sequence[Search]) -> Rate:
    """Searches by enrolled people that did not name the right person (nobody, or somebody else)."""
    mated = [search for search in searches if search.truth is not None]
    return Rate(sum(search.named != search.truth for search in mated), len(mated))


def misidentified(searches: Sequence[Search]) -> Rate:
    """Searches by enrolled people that named somebody else: the worst of the FNIR's errors."""
    mated = [search for search in searches if search.truth is not None]
    return Rate(sum(search.named is not None and search.named != search.truth for search in mated), len(mated))


def percentiles(values: Sequence[float], shares: Sequence[float] = (50, 95)) -> tuple[float | None, ...]:
    """Linear-interpolated percentiles; None for each where there is no value."""
    if not values:
        return tuple(None for _ in shares)
    return tuple(float(value) for value in np.percentile(np.asarray(values, np.float64), list(shares)))
