"""Everything that is held about one person, read in one transaction: what a package is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, select

from desktop.domain.audit import AuditEntry
from desktop.domain.consent import ConsentEvent, Restriction, WatchlistAuthority
from desktop.domain.consent_proof import Proof
from desktop.domain.decision import Band
from desktop.domain.erasure import SubjectKind
from desktop.domain.export import ExportCopy
from desktop.domain.holds import Hold
from desktop.domain.ids import NoticeId, PersonId
from desktop.domain.notices import Notice
from desktop.domain.people import PersonDetails
from desktop.domain.requests import RightsRequest
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault import enrolment_rows as rows
from desktop.vault.audit_entries import entries_about
from desktop.vault.authorities import authorities_by_person
from desktop.vault.consent_proofs import StoredProof, proofs_of
from desktop.vault.consents import events_of
from desktop.vault.errors import PersonUnknown
from desktop.vault.exports import exports_of
from desktop.vault.failures import translated
from desktop.vault.holds import holds_of
from desktop.vault.models import CameraRow, Person, Photo, Template
from desktop.vault.notices import read_notice
from desktop.vault.receipts import Receipt, receipts_of
from desktop.vault.requests import requests_about
from desktop.vault.restrictions import restrictions_by_person
from desktop.vault.room import Room
from desktop.vault.sightings import sightings_that
from desktop.vault.subjects import SUBJECTS


@dataclass(frozen=True, slots=True, repr=False)
class SealedPhoto:
    """A kept picture, still sealed: `PersonCopies.open` opens one at a time."""

    id: str
    added_at: datetime
    subject: str
    sealed: bytes


@dataclass(frozen=True, slots=True, repr=False)
class HeldTemplate:
    """`vector`: (D,) float32 as plain numbers."""

    id: str
    model_id: str
    quality: float
    added_at: datetime
    vector: tuple[float, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PersonCopy:
    """One person, as of one instant. Lists are oldest first.

    `notices`: those that the person was shown. `cameras`: names of all configured ones, by id.
    """

    person_id: PersonId
    details: PersonDetails
    enrolled_at: datetime
    consents: Sequence[ConsentEvent]
    proofs: Sequence[StoredProof]
    notices: Mapping[NoticeId, Notice]
    photos: Sequence[SealedPhoto]
    templates: Sequence[HeldTemplate]
    sightings: Sequence[Sighting]
    restrictions: Sequence[Restriction]
    authorities: Sequence[WatchlistAuthority]
    holds: Sequence[Hold]
    receipts: Sequence[Receipt]
    requests: Sequence[RightsRequest]
    copies: Sequence[ExportCopy]
    entries: Sequence[AuditEntry]
    cameras: Mapping[str, str]


class PersonCopies:
    """For any thread but the GUI's."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def read(self, person_id: PersonId) -> PersonCopy:
        """Everything, in one transaction that may not write. Raises PersonUnknown, also while they are being erased."""
        return self._room.store.read(lambda live: self._read(live, person_id))

    def open(self, person_id: PersonId, photo: SealedPhoto) -> bytes:
        """The picture as it was stored. Raises PersonUnknown: it or the person was erased meanwhile; KeysDamaged."""
        room = self._room
        with translated(room.folder):
            held = self.held(person_id)
            plain = room.open_sealed(rows.PHOTOS, photo.id, photo.subject, photo.sealed) if held else None
        if plain is None:
            raise PersonUnknown
        return plain

    def held(self, person_id: PersonId) -> bool:
        """Whether nobody has begun to erase the person since the vault was opened."""
        return person_id not in self._room.gone

    def _read(self, live: Connection, person_id: PersonId) -> PersonCopy:
        room = self._room
        SUBJECTS[SubjectKind.PERSON].demand(live, [person_id])
        person = live.execute(
            select(Person.kind, Person.enrolled_at, Person.sealed).where(Person.id == person_id)
        ).one()
        plain = room.open_sealed(rows.PEOPLE, person_id, person_id, person.sealed)
        if plain is None:
            raise PersonUnknown
        proofs = proofs_of(live, room, person_id)
        seen = SightingFilter(person_id=person_id, band=Band.MATCH)
        return PersonCopy(
            person_id=person_id,
            details=rows.details_from(plain, person.kind),
            enrolled_at=person.enrolled_at,
            consents=events_of(live, person_id),
            proofs=proofs,
            notices=_notices(live, proofs),
            photos=_photos(live, person_id),
            templates=self._templates(live, person_id),
            sightings=sightings_that(live, seen, None)[::-1],
            restrictions=restrictions_by_person(live, person_id).get(person_id, []),
            authorities=authorities_by_person(live, person_id).get(person_id, []),
            holds=holds_of(live, room, person_id),
            receipts=receipts_of(live, person_id),
            requests=requests_about(live, room, person_id),
            copies=exports_of(live, room, person_id),
            entries=entries_about(live, person_id),
            cameras={row.id: row.name for row in live.execute(select(CameraRow.id, CameraRow.name))},
        )

    def _templates(self, live: Connection, person_id: PersonId) -> list[HeldTemplate]:
        row = Template
        query = select(row.id, row.model_id, row.quality, row.added_at, row.sealed).where(row.person_id == person_id)
        found = []
        for each in live.execute(query.order_by(row.added_at, row.id)):
            plain = self._room.open_sealed(rows.TEMPLATES, each.id, person_id, each.sealed)
            if plain is not None:
                vector = tuple(np.frombuffer(plain, dtype="<f4").tolist())
                found.append(HeldTemplate(each.id, each.model_id, each.quality, each.added_at, vector))
        return found


def _notices(live: Connection, proofs: Sequence[StoredProof]) -> dict[NoticeId, Notice]:
    shown = (each.proof.notice_id for each in proofs if isinstance(each.proof, Proof))
    return {notice_id: read_notice(live, notice_id) for notice_id in dict.fromkeys(shown)}


def _photos(live: Connection, person_id: PersonId) -> list[SealedPhoto]:
    row = Photo
    query = select(row.id, row.added_at, row.own_key, row.sealed).where(row.person_id == person_id)
    return [
        SealedPhoto(each.id, each.added_at, rows.photo_subject(each.id, person_id, each.own_key), each.sealed)
        for each in live.execute(query.order_by(row.added_at, row.id))
    ]
