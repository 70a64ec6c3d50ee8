"""Writing people: the rows of an enrolment, sealed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, insert

from desktop.domain.consent import ConsentEvent, PlainConsent
from desktop.domain.ids import ConsentId, PersonId, TemplateId, random_id
from desktop.domain.people import PersonDetails, PersonKind
from desktop.vault.models import ConsentEventRow, ConsentProofRow, Person, Photo, Template
from desktop.vault.records import NewPerson, NewTemplate, Vector
from desktop.vault.sealing import Sealer

PEOPLE, PHOTOS, TEMPLATES, PROOFS = "people", "photos", "templates", "consent_proofs"


def seal_details(sealer: Sealer, person_id: PersonId, details: PersonDetails) -> bytes:
    fields = {"name": details.name, "contact": details.contact, "note": details.note}
    return sealer.seal(PEOPLE, person_id, person_id, json.dumps(fields, ensure_ascii=False).encode())


def details_from(plain: bytes, kind: str) -> PersonDetails:
    fields = json.loads(plain)
    return PersonDetails(fields["name"], PersonKind(kind), fields["contact"], fields["note"])


def vector_bytes(vector: Vector) -> bytes:
    """Little-endian float32. Raises ValueError for anything but a finite (D,) vector."""
    array = np.asarray(vector, dtype="<f4")
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError("a template is a finite vector")
    return array.tobytes()


def write_people(
    connection: Connection, sealer: Sealer, people: Sequence[tuple[PersonId, NewPerson]], now: datetime
) -> None:
    """All rows of new people, whose keys exist already."""
    connection.execute(
        insert(Person),
        [
            {
                "id": person_id,
                "kind": person.details.kind.value,
                "enrolled_at": person.at or now,
                "sealed": seal_details(sealer, person_id, person.details),
            }
            for person_id, person in people
        ],
    )
    for person_id, person in people:
        at = person.at or now
        consent_id = ConsentId(random_id())
        event = ConsentEvent(consent_id, person_id, person.state, at, person.consent.valid_until)
        write_event(connection, sealer, event, person.consent)
        write_templates(connection, sealer, person_id, person.templates, at)
        if person.photo is not None:
            write_photo(connection, sealer, person_id, person.photo, at)


def write_event(connection: Connection, sealer: Sealer, event: ConsentEvent, proof: PlainConsent | None) -> None:
    connection.execute(
        insert(ConsentEventRow).values(
            consent_id=event.consent_id,
            person_id=event.person_id,
            state=event.state.value,
            at=event.at,
            valid_until=event.valid_until,
        )
    )
    if proof is None:
        return
    row_id = random_id()
    plain = json.dumps({"how": proof.how, "language": proof.language}, ensure_ascii=False).encode()
    connection.execute(
        insert(ConsentProofRow).values(
            id=row_id,
            consent_id=event.consent_id,
            person_id=event.person_id,
            at=event.at,
            sealed=sealer.seal(PROOFS, row_id, event.person_id, plain),
        )
    )


def write_templates(
    connection: Connection, sealer: Sealer, person_id: PersonId, templates: Sequence[NewTemplate], at: datetime
) -> list[TemplateId]:
    ids = [TemplateId(random_id()) for _ in templates]
    rows = [
        {
            "id": row_id,
            "person_id": person_id,
            "model_id": template.model_id,
            "quality": float(template.quality),
            "added_at": at,
            "sealed": sealer.seal(TEMPLATES, row_id, person_id, vector_bytes(template.vector)),
        }
        for row_id, template in zip(ids, templates, strict=True)
    ]
    if rows:
        connection.execute(insert(Template), rows)
    return ids


def write_photo(connection: Connection, sealer: Sealer, person_id: PersonId, photo: bytes, at: datetime) -> None:
    row_id = random_id()
    sealed = sealer.seal(PHOTOS, row_id, person_id, photo)
    connection.execute(insert(Photo).values(id=row_id, person_id=person_id, added_at=at, sealed=sealed))
