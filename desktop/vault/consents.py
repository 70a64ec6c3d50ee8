"""Consent events: appended, never changed. The newest one of a person counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, insert, select

from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent
from desktop.domain.ids import ConsentId, PersonId
from desktop.vault import enrolment_rows as rows
from desktop.vault.engine import Drafts
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import ConsentEventRow, ConsentProofRow, Person
from desktop.vault.records import ConsentProof
from desktop.vault.room import Room

_Fields = Select[int, str, str, str, datetime, datetime | None]


def _events() -> _Fields:
    event = ConsentEventRow
    return select(event.seq, event.consent_id, event.person_id, event.state, event.at, event.valid_until)


def all_states() -> Select[str, str, datetime | None]:
    """Person, state and end of every event, oldest first: for reading everybody's newest one it is twice as quick to
    pass over the older ones than to ask for the newest."""
    event = ConsentEventRow
    return select(event.person_id, event.state, event.valid_until).order_by(event.seq)


def _event(row: Row[int, str, str, str, datetime, datetime | None]) -> ConsentEvent:
    _, consent_id, person_id, state, at, valid_until = row
    return ConsentEvent(ConsentId(consent_id), PersonId(person_id), ConsentState(state), at, valid_until)


def newest_events(connection: Connection, people: Sequence[PersonId]) -> dict[PersonId, ConsentEvent]:
    """Newest event of each of these people."""
    newest = (
        select(func.max(ConsentEventRow.seq))
        .where(ConsentEventRow.person_id.in_(people))
        .group_by(ConsentEventRow.person_id)
    )
    events = (_event(row) for row in connection.execute(_events().where(ConsentEventRow.seq.in_(newest))))
    return {event.person_id: event for event in events}


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

    def newest(self, person_id: PersonId) -> ConsentEvent | None:
        return self._room.store.read(lambda connection: newest_events(connection, [person_id])).get(person_id)

    def history(self, person_id: PersonId) -> list[ConsentEvent]:
        """All events, oldest first."""
        query = _events().where(ConsentEventRow.person_id == person_id).order_by(ConsentEventRow.seq)
        return self._room.store.read(lambda connection: [_event(row) for row in connection.execute(query)])

    def proofs(self, person_id: PersonId) -> list[ConsentProof]:
        """How and in which language consent was given, oldest first."""
        proof = ConsentProofRow
        query = select(proof.id, proof.consent_id, proof.at, proof.sealed).where(proof.person_id == person_id)

        def work(connection: Connection) -> list[ConsentProof]:
            found = []
            for row in connection.execute(query.order_by(proof.at)):
                plain = self._room.open_sealed(rows.PROOFS, row.id, person_id, row.sealed)
                if plain is not None:
                    fields = json.loads(plain)
                    found.append(ConsentProof(row.consent_id, fields["how"], fields["language"], row.at))
            return found

        return self._room.store.read(work)
