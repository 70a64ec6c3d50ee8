"""Writing people: the rows of an enrolment, sealed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from desktop.domain.consent import ConsentEvent, PlainConsent
from desktop.domain.consent_proof import Proof
from desktop.domain.ids import ConsentId, PersonId, random_id
from desktop.domain.people import PersonDetails, PersonKind
from desktop.vault.models import Base, ConsentEventRow, ConsentProofRow, Person, Photo, Template
from desktop.vault.records import NewPerson, NewTemplate, Vector
from desktop.vault.sealing import Sealer

Row = dict[str, Any]

_DECODER = json.JSONDecoder()

PEOPLE, PHOTOS, TEMPLATES, PROOFS = "people", "photos", "templates", "consent_proofs"


def seal_details(sealer: Sealer, person_id: PersonId, details: PersonDetails) -> bytes:
    fields = {"name": details.name, "contact": details.contact, "note": details.note}
    return sealer.seal(PEOPLE, person_id, person_id, json.dumps(fields, ensure_ascii=False).encode())


def details_from(plain: bytes, kind: str) -> PersonDetails:
    fields = json.loads(plain)
    return PersonDetails(fields["name"], PersonKind(kind), fields["contact"], fields["note"])


def name_from(plain: bytes) -> str:
    fields, _ = _DECODER.raw_decode(plain.decode())  # a third quicker than json.loads, for a hundred thousand names
    return str(fields["name"])


def vector_bytes(vector: Vector) -> bytes:
    """Little-endian float32. Raises ValueError for anything but a finite (D,) vector."""
    array = np.asarray(vector, dtype="<f4")
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError("a template is a finite vector")
    return array.tobytes()


def write_people(
    connection: Connection, sealer: Sealer, people: Sequence[tuple[PersonId, NewPerson]], now: datetime
) -> None:
    """All rows of new people, whose keys and photos' keys exist already; one statement a table, because thousands may
    come at once."""
    rows: dict[type[Base], list[Row]] = {
        kind: [] for kind in (Person, ConsentEventRow, ConsentProofRow, Template, Photo)
    }
    for person_id, person in people:
        at = person.at or now
        event = ConsentEvent(ConsentId(random_id()), person_id, person.state, at, person.consent.valid_until)
        rows[Person].append(
            {
                "id": person_id,
                "kind": person.details.kind.value,
                "enrolled_at": at,
                "sealed": seal_details(sealer, person_id, person.details),
            }
        )
        rows[ConsentEventRow].append(event_row(event))
        rows[ConsentProofRow].append(proof_row(sealer, event, person.consent))
        rows[Template] += template_rows(sealer, person_id, person.templates, at)
        if person.photo is not None:
            rows[Photo].append(photo_row(sealer, person.photo_id, person_id, person.photo, at))
    for kind, values in rows.items():
        if values:
            connection.execute(insert(kind), values)


def event_row(event: ConsentEvent) -> Row:
    return {
        "consent_id": event.consent_id,
        "person_id": event.person_id,
        "state": event.state.value,
        "at": event.at,
        "valid_until": event.valid_until,
        "purpose": event.purpose,
        "operator_id": event.operator_id,
        "notice_id": event.notice_id,
    }


def proof_row(sealer: Sealer, event: ConsentEvent, proof: PlainConsent) -> Row:
    row_id = random_id()
    plain = json.dumps({"how": proof.how, "language": proof.language}, ensure_ascii=False).encode()
    return {
        "id": row_id,
        "consent_id": event.consent_id,
        "person_id": event.person_id,
        "at": event.at,
        "sealed": sealer.seal(PROOFS, row_id, event.person_id, plain),
    }


def guided_proof_row(sealer: Sealer, consent_id: ConsentId, person_id: PersonId, at: datetime, proof: Proof) -> Row:
    """Of a guided conversation."""
    row_id = random_id()
    plain = json.dumps(proof.to_values(), ensure_ascii=False).encode()
    return {
        "id": row_id,
        "consent_id": consent_id,
        "person_id": person_id,
        "at": at,
        "sealed": sealer.seal(PROOFS, row_id, person_id, plain),
    }


def template_rows(sealer: Sealer, person_id: PersonId, templates: Sequence[NewTemplate], at: datetime) -> list[Row]:
    rows: list[Row] = []
    for template in templates:
        row_id = random_id()
        rows.append(
            {
                "id": row_id,
                "person_id": person_id,
                "model_id": template.model_id,
                "quality": float(template.quality),
                "added_at": at,
                "sealed": sealer.seal(TEMPLATES, row_id, person_id, vector_bytes(template.vector)),
            }
        )
    return rows


def photo_row(sealer: Sealer, photo_id: str, person_id: PersonId, photo: bytes, at: datetime) -> Row:
    """Under the photo's own key, which exists already."""
    sealed = sealer.seal(PHOTOS, photo_id, photo_id, photo)
    return {"id": photo_id, "person_id": person_id, "added_at": at, "sealed": sealed, "own_key": True}


def photo_subject(photo_id: str, person_id: str, own_key: bool) -> str:
    """Whose key opens a photo: those of before lie under their person's."""
    return photo_id if own_key else person_id
