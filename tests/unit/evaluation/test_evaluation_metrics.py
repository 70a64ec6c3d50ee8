"""Rates and intervals against values worked out by hand or taken from tables."""

from __future__ import annotations

import math

import pytest

from desktop.evaluation.metrics import Rate, Search, fmr, fnir, fnmr, fpir, misidentified, percentiles


def test_no_error_in_ten_has_the_exact_upper_limit() -> None:
    rate = Rate(0, 10)

    assert rate.value == 0
    assert rate.low == 0
    assert rate.high == pytest.approx(1 - 0.025 ** (1 / 10))  # 0.3085: the closed form for no errors
    assert rate.rule_of_three() == pytest.approx(0.3)


def test_all_errors_mirror_none() -> None:
    assert Rate(10, 10).interval() == pytest.approx((1 - Rate(0, 10).high, 1.0))


def test_one_in_ten_has_the_tabulated_limits() -> None:
    rate = Rate(1, 10)

    assert rate.interval() == pytest.approx((0.00253, 0.44502), abs=1e-5)  # Clopper and Pearson, 1934
    assert rate.wilson() == pytest.approx((0.01787, 0.40415), abs=1e-5)
    assert rate.rule_of_three() is None


def test_wilson_agrees_with_its_formula() -> None:
    errors, trials, z = 7, 120, 1.959963984540054
    p = errors / trials
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials**2)) / (1 + z * z / trials)

    assert Rate(errors, trials).wilson() == pytest.approx((middle - half, middle + half))


def test_without_trials_nothing_is_known() -> None:
    rate = Rate(0, 0)

    assert math.isnan(rate.value)
    assert rate.interval() == (0.0, 1.0)
    assert rate.rule_of_three() is None
    assert rate.text() == "not measured"
    assert rate.as_json()["value"] is None


def test_more_errors_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="errors"):
        Rate(2, 1)


def test_the_threshold_itself_is_a_match() -> None:
    assert fmr([0.1, 0.4, 0.5], 0.4) == Rate(2, 3)
    assert fnmr([0.1, 0.4, 0.5], 0.4) == Rate(1, 3)


SEARCHES = [
    Search("ada", "ada"),
    Search("ada", None),
    Search("ada", "bo"),
    Search(None, None),
    Search(None, "bo"),
]


def test_identification_errors_are_told_apart() -> None:
    assert fpir(SEARCHES) == Rate(1, 2)
    assert fnir(SEARCHES) == Rate(2, 3)
    assert misidentified(SEARCHES) == Rate(1, 3)


def test_percentiles_interpolate() -> None:
    assert percentiles([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx((3.0, 4.8))
    assert percentiles([]) == (None, None)
