"""The end of a conversation: person, consent, proof, templates and picture in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, insert

from desktop.domain.consent import ConsentEvent
from desktop.domain.consent_proof import Proof
from desktop.domain.ids import ConsentId, PersonId, random_id
from desktop.domain.people import PersonDetails
from desktop.vault import enrolment_rows as rows
from desktop.vault.capture_drafts import delete_draft
from desktop.vault.engine import Drafts
from desktop.vault.models import ConsentEventRow, ConsentProofRow, Person, Photo, Template
from desktop.vault.records import NewTemplate
from desktop.vault.room import Room


@dataclass(frozen=True, slots=True, eq=False)
class Enrolment:
    """Everything that is written. `photo` is an encoded picture (JPEG or PNG); `events` are of one consent record."""

    person_id: PersonId
    consent_id: ConsentId
    at: datetime
    details: PersonDetails
    events: Sequence[ConsentEvent]
    proof: Proof = field(repr=False)
    templates: Sequence[NewTemplate] = field(repr=False)
    photo: bytes | None = field(default=None, repr=False)


class EnrolmentRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, enrolment: Enrolment, *, audit: Drafts = ()) -> None:
        """Enrol somebody; the draft of the conversation goes, its key becomes the person's. Returns when it is durable.

        Raises DiskFull with the draft untouched; IntegrityError if the person is there already.
        """
        room, person_id = self._room, enrolment.person_id

        def task() -> None:
            photo_id = random_id()
            new = [person_id] if enrolment.photo is None else [person_id, photo_id]
            room.sealer.create([each for each in new if not room.sealer.has(each)])
            write = partial(self._write, enrolment=enrolment, photo_id=photo_id)
            room.store.transact(write, matching=True, audit=audit)
            room.names.put(person_id, enrolment.details.name)

        room.store.call(task)

    def _write(self, connection: Connection, enrolment: Enrolment, photo_id: str) -> None:
        sealer, person_id, at = self._room.sealer, enrolment.person_id, enrolment.at
        person = {
            "id": person_id,
            "kind": enrolment.details.kind.value,
            "enrolled_at": at,
            "sealed": rows.seal_details(sealer, person_id, enrolment.details),
        }
        proof = rows.guided_proof_row(sealer, enrolment.consent_id, person_id, at, enrolment.proof)
        connection.execute(insert(Person).values(person))
        connection.execute(insert(ConsentEventRow), [rows.event_row(event) for event in enrolment.events])
        connection.execute(insert(ConsentProofRow).values(proof))
        connection.execute(insert(Template), rows.template_rows(sealer, person_id, enrolment.templates, at))
        if enrolment.photo is not None:
            connection.execute(insert(Photo).values(rows.photo_row(sealer, photo_id, person_id, enrolment.photo, at)))
        delete_draft(connection, person_id)
