"""Consent records that were taken back, each sealed under a random key of its own.

They outlive the person's key and rows, hold nothing of a face, and end on a day that was fixed when they were made.
"""

from __future__ import annotations

import json
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Result, Select, func, insert, select, update

from desktop.domain.consent import ConsentEvent
from desktop.domain.consent_archive import ArchivedConsent, archive_values, archived_from
from desktop.domain.erasure import SubjectKind
from desktop.domain.ids import ArchiveId, PersonId, ReceiptId, random_id
from desktop.domain.people import PersonKind, search_key
from desktop.vault import enrolment_rows as rows
from desktop.vault.consent_models import ConsentArchiveRow, ReceiptRow
from desktop.vault.consents import events_of
from desktop.vault.engine import Drafts
from desktop.vault.errors import ArchiveUnknown
from desktop.vault.models import ConsentEventRow, ConsentProofRow, Person
from desktop.vault.reserve import Reserve
from desktop.vault.room import Room
from desktop.vault.sealing import SealBroken
from desktop.vault.subjects import SUBJECTS

ARCHIVE = "consent_archive"

_Found = Result[str, str, datetime, datetime, bytes]


class ArchiveRepository:
    """All methods may be called from any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def put(self, person_id: PersonId, at: datetime, keep_until: datetime, *, audit: Drafts = ()) -> List[ArchiveId]:
        """Seal what proves this person's consents anew. A record that is there already takes the new content.

        Works on a full disk as long as there is ballast. Raises PersonUnknown, DiskFull.
        """
        room = self._room

        def task(reserve: Reserve) -> List[ArchiveId]:
            content = room.store.read(lambda live: _content(live, room, person_id))
            known = room.store.read(lambda live: _known(live, list(content)))
            ids = {consent_id: known.get(consent_id) or random_id() for consent_id in content}
            fresh = [ids[consent_id] for consent_id in content if consent_id not in known]
            reserve.run(lambda: room.sealer.create(fresh))
            sealed = {
                consent_id: room.sealer.seal(ARCHIVE, ids[consent_id], ids[consent_id], json.dumps(values).encode())
                for consent_id, values in content.items()
            }

            def write(live: Connection) -> None:
                # No upsert: it would be counted as a row more (see ChangeCounter), and the vault refused at the next
                # opening.
                for consent_id, field in sealed.items():
                    row = ConsentArchiveRow
                    values = {"archived_at": at, "keep_until": keep_until, "sealed": field}
                    if consent_id in known:
                        live.execute(update(row).where(row.id == ids[consent_id]).values(**values))
                    else:
                        live.execute(insert(row).values(id=ids[consent_id], consent_id=consent_id, **values))

            reserve.run(lambda: room.store.transact(write, audit=audit))
            return [ArchiveId(each) for each in ids.values()]

        with Reserve(room) as reserve:
            return room.store.call(lambda: task(reserve))

    def get(self, archive_id: str) -> ArchivedConsent:
        """Raises ArchiveUnknown."""
        return self._one(ConsentArchiveRow.id == archive_id)

    def of_record(self, consent_id: str) -> ArchivedConsent:
        """What is kept of one consent record. Raises ArchiveUnknown."""
        return self._one(ConsentArchiveRow.consent_id == consent_id)

    def of_receipt(self, receipt_id: ReceiptId) -> ArchivedConsent | None:
        """The record that this receipt was made of; unseals every record. None: none is kept."""

        def work(live: Connection) -> ArchivedConsent | None:
            return next((each for each in self._opened(live.execute(_rows())) if receipt_id in each.receipts), None)

        return self._room.store.read(work)

    def find(self, query: str = "") -> List[ArchiveId]:
        """Newest first; with a `query` those whose name contains it, which unseals every record."""
        wanted = search_key(query)

        def work(live: Connection) -> List[ArchiveId]:
            newest = _rows().order_by(ConsentArchiveRow.archived_at.desc(), ConsentArchiveRow.id)
            if not wanted:
                return [ArchiveId(each) for each in live.scalars(newest.with_only_columns(ConsentArchiveRow.id))]
            return [each.id for each in self._opened(live.execute(newest)) if wanted in search_key(each.name)]

        return self._room.store.read(work)

    def list(self, ids: Sequence[str]) -> List[ArchivedConsent]:
        """These, in the given order; those that have ended meanwhile are left out. At most 500."""
        query = _rows().where(ConsentArchiveRow.id.in_(ids))
        found = self._room.store.read(lambda live: {each.id: each for each in self._opened(live.execute(query))})
        return [found[ArchiveId(each)] for each in ids if ArchiveId(each) in found]

    def over(self, now: datetime) -> List[str]:
        """Subjects of the records whose day has come."""
        query = select(ConsentArchiveRow.id).where(ConsentArchiveRow.keep_until <= now)
        found = self._room.store.read(lambda live: [*live.scalars(query.order_by(ConsentArchiveRow.keep_until))])
        return [each for each in found if each not in self._room.gone]

    def count(self) -> int:
        query = select(func.count()).select_from(ConsentArchiveRow)
        return self._room.store.read(lambda live: int(live.scalar(query) or 0))

    def _one(self, condition: ColumnElement[bool]) -> ArchivedConsent:
        def work(live: Connection) -> ArchivedConsent | None:
            return next(self._opened(live.execute(_rows().where(condition))), None)

        found = self._room.store.read(work)
        if found is None:
            raise ArchiveUnknown
        return found

    def _opened(self, found: _Found) -> Iterator[ArchivedConsent]:
        for row in found:
            plain = self._room.open_sealed(ARCHIVE, row.id, row.id, row.sealed)
            if plain is not None:
                yield archived_from(row.id, row.consent_id, row.archived_at, row.keep_until, json.loads(plain))


def archived_until(live: Connection, kind: SubjectKind, subjects: Sequence[str]) -> datetime | None:
    """The last day of what is archived of these people's consents; None where nothing is. While they are stored."""
    if kind is not SubjectKind.PERSON:
        return None
    row, event = ConsentArchiveRow, ConsentEventRow
    ends = [
        live.scalar(
            select(func.max(row.keep_until)).where(
                row.consent_id.in_(select(event.consent_id).where(event.person_id.in_(subjects[start : start + 500])))
            )
        )
        for start in range(0, len(subjects), 500)
    ]
    return max((each for each in ends if each is not None), default=None)


def _rows() -> Select[str, str, datetime, datetime, bytes]:
    row = ConsentArchiveRow
    return select(row.id, row.consent_id, row.archived_at, row.keep_until, row.sealed)


def _known(live: Connection, records: Sequence[str]) -> dict[str, str]:
    """Archive ids by consent id."""
    row = ConsentArchiveRow
    return {each.consent_id: each.id for each in live.execute(_rows().where(row.consent_id.in_(records)))}


def _content(live: Connection, room: Room, person_id: PersonId) -> dict[str, dict[str, Any]]:
    """What is to be sealed of each of a person's records. Raises PersonUnknown."""
    people = SUBJECTS[SubjectKind.PERSON]
    people.demand(live, [person_id])
    row = live.execute(select(Person.kind, Person.sealed).where(Person.id == person_id)).one()
    try:
        name = rows.name_from(room.sealer.open(rows.PEOPLE, person_id, person_id, row.sealed))
    except SealBroken:  # damaged: that must not keep anybody from being erased
        name = ""
    events: dict[str, List[ConsentEvent]] = {}
    for event in events_of(live, person_id):
        events.setdefault(event.consent_id, []).append(event)
    proofs, receipts = _proofs(live, room, person_id), _receipts(live, person_id)
    return {
        record: archive_values(
            name, PersonKind(row.kind), tuple(each), tuple(proofs.get(record, ())), tuple(receipts.get(record, ()))
        )
        for record, each in events.items()
    }


def _receipts(live: Connection, person_id: PersonId) -> dict[str, List[str]]:
    receipt = ReceiptRow
    query = select(receipt.id, receipt.consent_id).where(receipt.person_id == person_id)
    found: dict[str, List[str]] = {}
    for row in live.execute(query.order_by(receipt.at, receipt.id)):
        found.setdefault(row.consent_id, []).append(row.id)
    return found


def _proofs(live: Connection, room: Room, person_id: PersonId) -> dict[str, List[Mapping[str, Any]]]:
    proof = ConsentProofRow
    query = select(proof.id, proof.consent_id, proof.at, proof.sealed).where(proof.person_id == person_id)
    found: dict[str, List[Mapping[str, Any]]] = {}
    for row in live.execute(query.order_by(proof.at, proof.id)):
        try:
            plain = room.sealer.open(rows.PROOFS, row.id, person_id, row.sealed)
        except SealBroken:
            continue
        found.setdefault(row.consent_id, []).append({"at": row.at.isoformat(), **json.loads(plain)})
    return found
