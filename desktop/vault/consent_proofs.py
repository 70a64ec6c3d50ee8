"""What was shown and how it was answered: sealed under the person's own key, one for each consent record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from desktop.domain.consent import PlainConsent
from desktop.domain.consent_proof import Proof
from desktop.domain.ids import ConsentId, PersonId
from desktop.vault.enrolment_rows import PROOFS
from desktop.vault.models import ConsentProofRow
from desktop.vault.room import Room


@dataclass(frozen=True, slots=True)
class StoredProof:
    """A proof, plain where it was recorded without a guided conversation. `at` is UTC."""

    consent_id: ConsentId
    at: datetime
    proof: Proof | PlainConsent


class ConsentProofRepository:
    """For any thread but the GUI's."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def list(self, person_id: PersonId) -> list[StoredProof]:
        """Of every record of a person, oldest first."""
        return self._room.store.read(lambda live: proofs_of(live, self._room, person_id))


def proofs_of(live: Connection, room: Room, person_id: PersonId) -> list[StoredProof]:
    """Of every record of a person, oldest first."""
    row = ConsentProofRow
    query = select(row.id, row.consent_id, row.at, row.sealed).where(row.person_id == person_id).order_by(row.at)
    found = []
    for each in live.execute(query):
        plain = room.open_sealed(PROOFS, each.id, person_id, each.sealed)
        if plain is not None:
            found.append(StoredProof(ConsentId(each.consent_id), each.at, _proof(plain)))
    return found


def _proof(plain: bytes) -> Proof | PlainConsent:
    values = json.loads(plain)
    guided = "notice_id" in values
    return Proof.from_values(values) if guided else PlainConsent(values["how"], values["language"])
