"""The one rule that lets a template be matched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.consent import (
    ConsentEvent,
    ConsentState,
    Restriction,
    WatchlistAuthority,
    effective_state,
    matching_allowed,
    showing_allowed,
)
from desktop.domain.ids import ConsentId, PersonId, RestrictionId

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PERSON = PersonId("p")

# Written out on purpose: the test must not take its answer from the code.
ALLOWED = {"ConsentGiven": True, "RenewedConsentGiven": True}


def event(state: ConsentState, until: datetime | None = None) -> ConsentEvent:
    return ConsentEvent(ConsentId("c"), PERSON, state, NOW - timedelta(days=1), until)


def test_there_are_the_ten_states_of_the_standard() -> None:
    assert len(ConsentState) == 10


@pytest.mark.parametrize("state", list(ConsentState))
def test_only_given_and_renewed_consent_allow_matching(state: ConsentState) -> None:
    assert matching_allowed(event(state), None, NOW) is ALLOWED.get(state.value, False)


@pytest.mark.parametrize("state", list(ConsentState))
@pytest.mark.parametrize(("until", "ended"), [(NOW + SECOND, False), (NOW, True), (NOW - SECOND, True)])
def test_consent_ends_by_the_clock(state: ConsentState, until: datetime, ended: bool) -> None:
    allowed = matching_allowed(event(state, until), None, NOW)
    assert allowed is (ALLOWED.get(state.value, False) and not ended)


def test_consent_past_its_end_counts_as_expired_and_other_states_stay() -> None:
    assert effective_state(event(ConsentState.GIVEN, NOW), NOW) is ConsentState.EXPIRED
    assert effective_state(event(ConsentState.WITHDRAWN, NOW), NOW) is ConsentState.WITHDRAWN


def test_without_any_record_nobody_is_matched() -> None:
    assert effective_state(None, NOW) is ConsentState.UNKNOWN
    assert not matching_allowed(None, None, NOW)


@pytest.mark.parametrize("state", list(ConsentState))
@pytest.mark.parametrize(
    ("start", "end", "in_force"),
    [
        (NOW - SECOND, NOW + SECOND, True),
        (NOW, NOW + SECOND, True),
        (NOW - SECOND, NOW, False),
        (NOW + SECOND, NOW + 2 * SECOND, False),
    ],
)
def test_an_authority_allows_matching_only_while_in_force(
    state: ConsentState, start: datetime, end: datetime, in_force: bool
) -> None:
    authority = WatchlistAuthority(PERSON, start, end)
    assert matching_allowed(event(state), authority, NOW) is (in_force or ALLOWED.get(state.value, False))


@pytest.mark.parametrize("state", list(ConsentState))
def test_only_consent_that_stands_allows_showing(state: ConsentState) -> None:
    allowed = ALLOWED.get(state.value, False)
    assert showing_allowed(event(state), NOW) is allowed
    assert showing_allowed(event(state, NOW + SECOND), NOW) is allowed
    assert not showing_allowed(event(state, NOW), NOW)
    assert not showing_allowed(None, NOW)


@pytest.mark.parametrize("state", list(ConsentState))
def test_a_restricted_person_is_neither_matched_nor_shown_whatever_else_holds(state: ConsentState) -> None:
    authority = WatchlistAuthority(PERSON, NOW - SECOND, NOW + SECOND)
    assert not matching_allowed(event(state), authority, NOW, restricted=True)
    assert not showing_allowed(event(state), NOW, restricted=True)


@pytest.mark.parametrize(
    ("until", "lifted", "in_force"),
    [
        (None, None, True),
        (NOW + SECOND, None, True),
        (NOW, None, False),
        (None, NOW, False),
        (NOW + SECOND, NOW, False),
        (NOW, NOW + SECOND, False),
        (None, NOW + SECOND, True),
    ],
)
def test_a_restriction_ends_at_the_earlier_of_its_end_and_its_lifting(
    until: datetime | None, lifted: datetime | None, in_force: bool
) -> None:
    restriction = Restriction(RestrictionId("r"), PERSON, NOW - SECOND, until, lifted)
    assert restriction.in_force(NOW) is in_force
    assert not restriction.in_force(NOW - 2 * SECOND)
