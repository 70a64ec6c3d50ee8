"""Consent events: appended, never changed. The newest one of a person and a purpose counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent
from desktop.domain.consent_proof import Proof
from desktop.domain.erasure import SubjectKind
from desktop.domain.ids import ConsentId, NoticeId, OperatorId, PersonId
from desktop.domain.purposes import RECOGNITION, PurposeKey
from desktop.vault import enrolment_rows as rows
from desktop.vault.engine import Drafts
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import ConsentEventRow, ConsentProofRow, Person
from desktop.vault.room import Room
from desktop.vault.subjects import SUBJECTS


def _events() -> Select[str, str, str, datetime, datetime | None, str, str | None, str | None]:
    event = ConsentEventRow
    return select(
        event.consent_id,
        event.person_id,
        event.state,
        event.at,
        event.valid_until,
        event.purpose,
        event.operator_id,
        event.notice_id,
    )


def all_states(purpose: PurposeKey = RECOGNITION) -> Select[str, str, datetime | None]:
    """Person, state and end of every event of a purpose, oldest first: for reading everybody's newest one it is twice
    as quick to pass over the older ones than to ask for the newest."""
    event = ConsentEventRow
    query = select(event.person_id, event.state, event.valid_until)
    return query.where(event.purpose == purpose).order_by(event.seq)


def _event(
    row: Row[str, str, str, datetime, datetime | None, str, str | None, str | None] | tuple[Any, ...],
) -> ConsentEvent:
    consent_id, person_id, state, at, valid_until, purpose, operator_id, notice_id = row
    return ConsentEvent(
        ConsentId(consent_id),
        PersonId(person_id),
        ConsentState(state),
        at,
        valid_until,
        PurposeKey(purpose),
        None if operator_id is None else OperatorId(operator_id),
        None if notice_id is None else NoticeId(notice_id),
    )


def newest_events(
    connection: Connection, people: Sequence[PersonId], purpose: PurposeKey = RECOGNITION
) -> dict[PersonId, ConsentEvent]:
    """Newest event of each of these people for one purpose."""
    newest = (
        select(func.max(ConsentEventRow.seq))
        .where(ConsentEventRow.person_id.in_(people), ConsentEventRow.purpose == purpose)
        .group_by(ConsentEventRow.person_id)
    )
    events = (_event(row) for row in connection.execute(_events().where(ConsentEventRow.seq.in_(newest))))
    return {event.person_id: event for event in events}


def events_at(connection: Connection, seqs: Sequence[int]) -> list[ConsentEvent]:
    """The events of these sequence numbers, in the given order; those that are gone are left out."""
    query = _events().add_columns(ConsentEventRow.seq).where(ConsentEventRow.seq.in_(seqs))
    found = {row[-1]: _event(row[:-1]) for row in connection.execute(query)}
    return [found[seq] for seq in seqs if seq in found]


def events_of(connection: Connection, person_id: PersonId) -> list[ConsentEvent]:
    """All events of a person and of every purpose, oldest first."""
    query = _events().where(ConsentEventRow.person_id == person_id).order_by(ConsentEventRow.seq)
    return [_event(row) for row in connection.execute(query)]


class ConsentRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def append(self, event: ConsentEvent, proof: PlainConsent | None = None, *, audit: Drafts = ()) -> None:
        """Record an event; it is the newest from then on, whatever its time. Raises PersonUnknown."""

        def work(connection: Connection) -> None:
            if connection.scalar(select(Person.id).where(Person.id == event.person_id)) is None:
                raise PersonUnknown
            connection.execute(insert(ConsentEventRow).values(rows.event_row(event)))
            if proof is not None:
                connection.execute(insert(ConsentProofRow).values(rows.proof_row(self._room.sealer, event, proof)))

        self._room.store.write(work, matching=True, audit=audit).result()

    def record_again(self, events: Sequence[ConsentEvent], proof: Proof, *, audit: Drafts = ()) -> None:
        """Another record of somebody enrolled, who was asked again; all `events` are theirs, `proof` is of the first
        one's record. Raises PersonUnknown: they are gone, being erased, or have taken their consent back meanwhile."""
        first = events[0]

        def work(connection: Connection) -> None:
            SUBJECTS[SubjectKind.PERSON].demand(connection, [first.person_id])
            newest = newest_events(connection, [first.person_id]).get(first.person_id)
            if newest is not None and newest.state is ConsentState.WITHDRAWN:
                raise PersonUnknown
            row = rows.guided_proof_row(self._room.sealer, first.consent_id, first.person_id, events[-1].at, proof)
            connection.execute(insert(ConsentEventRow), [rows.event_row(event) for event in events])
            connection.execute(insert(ConsentProofRow).values(row))

        self._room.store.write(work, matching=True, audit=audit).result()

    def newest(self, person_id: PersonId, purpose: PurposeKey = RECOGNITION) -> ConsentEvent | None:
        return self._room.store.read(lambda connection: newest_events(connection, [person_id], purpose)).get(person_id)

    def history(self, person_id: PersonId) -> list[ConsentEvent]:
        """All events of every purpose, oldest first."""
        return self._room.store.read(lambda connection: events_of(connection, person_id))
