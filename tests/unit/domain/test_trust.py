"""Figures for the public leave out what tells of fewer than five."""

from __future__ import annotations

from datetime import UTC, datetime

from desktop.domain.trust import TrustFigure, TrustPart, TrustReport, TrustUnit, response_times

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_small_counts_and_times_of_few_cases_are_left_out_and_rules_are_not() -> None:
    figures = (
        TrustFigure(TrustPart.CONSENTS, "ConsentGiven", 5),
        TrustFigure(TrustPart.CONSENTS, "ConsentExpired", 4),
        TrustFigure(TrustPart.ERASURES, "request", 0),
        *response_times([3, 9, 4, 4]),
        TrustFigure(TrustPart.PERIODS, "strangers", 1, TrustUnit.HOURS),
    )
    public = TrustReport("Site", AT, AT, figures).for_the_public()
    assert [each.value for each in public.figures] == [5, None, None, None, None, 1]
    assert public.to_values()["fewer_than_left_out"] == 5
    assert all(each.cases is None for each in public.figures)


def test_response_times() -> None:
    middle, longest = response_times([30, 1, 4, 2, 3])
    assert (middle.value, longest.value, middle.cases) == (3, 30, 5)
    assert [each.value for each in response_times([])] == [None, None]
    assert not middle.few
