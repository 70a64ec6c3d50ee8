"""Reads who may be matched and shown: the domain's rules on the stored states, for everybody at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest

from sqlalchemy import Connection

from desktop.domain.consent import (
    ConsentEvent,
    ConsentState,
    Restriction,
    WatchlistAuthority,
    matching_allowed,
    showing_allowed,
)
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.standing import Change, Standing
from desktop.vault.authorities import authorities_by_person
from desktop.vault.bulk import bulk_rows
from desktop.vault.columns import from_microseconds, to_microseconds
from desktop.vault.consents import all_states
from desktop.vault.restrictions import restrictions_by_person

_LOOK_AHEAD = 500  # changes

_Ends = dict[PersonId, int | None]  # microseconds since 1970 UTC; None: no end was agreed
_Authorities = dict[PersonId, list[WatchlistAuthority]]
_Restrictions = dict[PersonId, list[Restriction]]


def read_standing(connection: Connection, now: datetime, gone: Collection[str]) -> Standing:
    """Everybody's, `gone` left out."""
    consenting = {person_id: end for person_id, end in _consents(connection, now) if person_id not in gone}
    covered = {one: each for one, each in authorities_by_person(connection).items() if one not in gone}
    by_authority = {person_id for person_id, authorities in covered.items() if _matching(authorities, now)}
    restrictions = restrictions_by_person(connection)
    restricted = frozenset(person_id for person_id, each in restrictions.items() if _restricted(each, now))
    showable = frozenset(consenting)
    matchable = showable | by_authority if by_authority else showable
    if restricted:
        showable, matchable = showable - restricted, matchable - restricted
    return Standing(matchable, showable, tuple(_upcoming(consenting, covered, restrictions, now)))


def _consents(connection: Connection, now: datetime) -> Iterator[tuple[PersonId, int | None]]:
    """Who consents to recognition at `now`, and until when."""
    newest: dict[PersonId, tuple[str, int | None]] = {}
    for part in bulk_rows(connection, all_states()):  # a later row takes the place of an earlier one
        newest |= {person_id: (state, end) for person_id, state, end in part}
    stands = consent_stands(now)
    for person_id, (state, end) in newest.items():
        if stands(state, end):
            yield person_id, end


def consent_stands(now: datetime) -> Callable[[str, int | None], bool]:
    """Whether a newest event, by its stored state and end (microseconds), allows at `now` what it was given for: the
    domain's rule, asked once for each state without an end, with one to come and with one that has come."""

    def allowed(end: datetime | None) -> dict[str, bool]:
        # Whose it is and which record it belongs to makes no difference to the rule.
        events = (ConsentEvent(ConsentId(""), PersonId(""), state, now, end) for state in ConsentState)
        return {event.state.value: showing_allowed(event, now) for event in events}

    endless, unended, ended = allowed(None), allowed(now + timedelta(microseconds=1)), allowed(now)
    instant = to_microseconds(now)
    return lambda state, end: (endless if end is None else unended if end > instant else ended)[state]


def _matching(authorities: Sequence[WatchlistAuthority], now: datetime) -> bool:
    return any(matching_allowed(None, authority, now) for authority in authorities)


def _restricted(restrictions: Sequence[Restriction], now: datetime) -> bool:
    return any(restriction.in_force(now) for restriction in restrictions)


def _upcoming(consenting: _Ends, covered: _Authorities, restrictions: _Restrictions, now: datetime) -> Iterator[Change]:
    edges = [(end, person_id) for person_id, end in consenting.items() if end is not None]
    for person_id, authorities in covered.items():
        instants = [instant for each in authorities for instant in (each.valid_from, each.valid_until)]
        edges += [(to_microseconds(instant), person_id) for instant in instants if instant > now]
    for person_id in restrictions.keys() & (consenting.keys() | covered.keys()):
        bounds = [bound for each in restrictions[person_id] for bound in (each.valid_from, each.end) if bound]
        edges += [(to_microseconds(bound), person_id) for bound in bounds if bound > now]
    for at, person_id in nsmallest(_LOOK_AHEAD, edges):
        instant = from_microseconds(at)
        end = consenting.get(person_id, at)
        free = not _restricted(restrictions.get(person_id, []), instant)
        consents = end is None or at < end
        matched = consents or _matching(covered.get(person_id, []), instant)
        yield Change(instant, person_id, free and matched, free and consents)
