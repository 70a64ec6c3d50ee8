"""Receipts that were handed out: which record each is of, and which one is the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.ids import ConsentId, PersonId, ReceiptId
from desktop.vault.consent_models import ReceiptRow
from desktop.vault.engine import Drafts
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person
from desktop.vault.room import Room


@dataclass(frozen=True, slots=True)
class Receipt:
    """`superseded_at`: since when another receipt of the same record is the newest one. Times are UTC."""

    id: ReceiptId
    consent_id: ConsentId
    person_id: PersonId
    at: datetime
    superseded_at: datetime | None = None


def receipts_of(live: Connection, person_id: PersonId) -> list[Receipt]:
    """All of a person's, oldest first."""
    row = ReceiptRow
    query = select(row.id, row.consent_id, row.at, row.superseded_at).where(row.person_id == person_id)
    return [
        Receipt(ReceiptId(each.id), ConsentId(each.consent_id), person_id, each.at, each.superseded_at)
        for each in live.execute(query.order_by(row.at, row.id))
    ]


class ReceiptRepository:
    """For any thread but the GUI's; `add` returns when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, receipt: Receipt, *, audit: Drafts = ()) -> None:
        """The newest receipt of its record; those before are superseded by it. Raises PersonUnknown."""

        def work(live: Connection) -> None:
            if live.scalar(select(Person.id).where(Person.id == receipt.person_id)) is None:
                raise PersonUnknown
            older = (ReceiptRow.consent_id == receipt.consent_id) & ReceiptRow.superseded_at.is_(None)
            live.execute(update(ReceiptRow).where(older).values(superseded_at=receipt.at))
            live.execute(
                insert(ReceiptRow).values(
                    id=receipt.id, consent_id=receipt.consent_id, person_id=receipt.person_id, at=receipt.at
                )
            )

        self._room.store.write(work, audit=audit).result()

    def get(self, receipt_id: ReceiptId) -> Receipt | None:
        """None: there is none, or its person was erased."""
        row = ReceiptRow
        query = select(row.consent_id, row.person_id, row.at, row.superseded_at).where(row.id == receipt_id)
        found = self._room.store.read(lambda live: live.execute(query).one_or_none())
        if found is None or found.person_id in self._room.gone:
            return None
        return Receipt(
            receipt_id, ConsentId(found.consent_id), PersonId(found.person_id), found.at, found.superseded_at
        )
