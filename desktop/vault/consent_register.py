"""Reads the register of consents: a listing of sequence numbers first, then the rows that are looked at."""

from __future__ import annotations

from array import array
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, true

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState
from desktop.domain.consent_register import RegisterFilter, RegisterView
from desktop.domain.ids import NoticeId, PersonId
from desktop.vault.bulk import bulk_rows
from desktop.vault.columns import to_microseconds
from desktop.vault.consent_models import NoticeRow, RestrictionRow
from desktop.vault.consents import all_states, events_at
from desktop.vault.models import ConsentEventRow
from desktop.vault.room import Room
from desktop.vault.withdrawals import newest_events_that

_AT_ONCE = 2000  # rows


class ConsentRegister:
    """For any thread but the GUI's."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def find(self, wanted: RegisterFilter, now: datetime, within: timedelta, asked_again: int | None) -> array[int]:
        """Sequence numbers of the events that fit, all of them: the newest change first, and what ends soon by its end.

        `within`: what "soon" means. `asked_again`: the newest version with which everybody is asked again. Not for
        ARCHIVED.
        """
        query = _listed(wanted, now, within, asked_again)
        people = set(self._room.names.find(wanted.name)) if wanted.name.strip() else None

        def work(live: Connection) -> array[int]:
            found = array("q")
            for part in live.execute(query).partitions(_AT_ONCE):
                found.extend(seq for seq, person_id in part if self._fits(person_id, people))
            return found

        return self._room.store.read(work)

    def _fits(self, person_id: str, people: Collection[PersonId] | None) -> bool:
        return person_id not in self._room.gone and (people is None or PersonId(person_id) in people)

    def list(self, seqs: Sequence[int]) -> List[ConsentEvent]:
        """These events in the given order; those of whoever was erased meanwhile are left out. At most 500."""
        events = self._room.store.read(lambda live: events_at(live, seqs))
        return [each for each in events if each.person_id not in self._room.gone]

    def restricted(self, people: Collection[PersonId], now: datetime) -> set[PersonId]:
        """Who of these is restricted at `now`. At most 500."""
        query = _restricted(now).where(RestrictionRow.person_id.in_(people))
        return self._room.store.read(lambda live: {PersonId(each) for each in live.scalars(query)})

    def states(self, now: datetime) -> dict[ConsentState, int]:
        """How many people are in which state of consent to recognition; one past its end counts as expired."""

        def work(live: Connection) -> dict[ConsentState, int]:
            newest: dict[str, tuple[str, int | None]] = {}
            for part in bulk_rows(live, all_states()):  # a later row takes the place of an earlier one
                newest |= {person_id: (state, end) for person_id, state, end in part}
            instant = to_microseconds(now)
            found: Counter[ConsentState] = Counter()
            for person_id, (name, end) in newest.items():
                state = ConsentState(name)
                over = state in MATCHABLE_STATES and end is not None and end <= instant
                if person_id not in self._room.gone:
                    found[ConsentState.EXPIRED if over else state] += 1
            return found

        return self._room.store.read(work)

    def versions(self) -> dict[NoticeId, int]:
        """Of all notices, by id."""
        query = select(NoticeRow.id, NoticeRow.version)
        return self._room.store.read(lambda live: {NoticeId(row.id): row.version for row in live.execute(query)})


def _listed(wanted: RegisterFilter, now: datetime, within: timedelta, asked_again: int | None) -> Select[int, str]:
    event = ConsentEventRow
    agreed = or_(*(event.state == state.value for state in MATCHABLE_STATES))
    ended = and_(event.valid_until.is_not(None), event.valid_until <= now)
    conditions: list[ColumnElement[bool]] = []
    if wanted.state is ConsentState.EXPIRED:
        conditions.append(or_(event.state == ConsentState.EXPIRED.value, and_(agreed, ended)))
    elif wanted.state is not None:
        conditions.append(event.state == wanted.state.value)
        if wanted.state in MATCHABLE_STATES:
            conditions.append(~ended)
    if wanted.purpose is not None:
        conditions.append(event.purpose == wanted.purpose)
    if wanted.view is RegisterView.ENDING:
        conditions += [agreed, event.valid_until > now, event.valid_until <= now + within]
    elif wanted.view is RegisterView.RENEWAL:
        expired = or_(event.state == ConsentState.EXPIRED.value, and_(agreed, ended))
        conditions.append(expired if asked_again is None else or_(expired, and_(agreed, _under_older(asked_again))))
    elif wanted.view is RegisterView.RESTRICTED:
        conditions.append(event.person_id.in_(_restricted(now)))
    query = newest_events_that(and_(true(), *conditions)).with_only_columns(event.seq, event.person_id).order_by(None)
    if wanted.view is RegisterView.ENDING:
        return query.order_by(event.valid_until, event.seq)
    return query.order_by(event.seq.desc())


def _under_older(version: int) -> ColumnElement[bool]:
    """Given under an earlier version of the notice than this one, or under none."""
    later = select(NoticeRow.id).where(NoticeRow.version >= version)
    return or_(ConsentEventRow.notice_id.is_(None), ConsentEventRow.notice_id.not_in(later))


def _restricted(now: datetime) -> Select[str]:
    row = RestrictionRow
    open_end = or_(row.valid_until.is_(None), row.valid_until > now)
    not_lifted = or_(row.lifted_at.is_(None), row.lifted_at > now)
    return select(row.person_id).where(row.valid_from <= now, open_end, not_lifted)
