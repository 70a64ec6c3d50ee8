"""Visitors' passes: random ids and times, no name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.ids import PassId
from desktop.domain.visitor_pass import VisitorPass
from desktop.vault.consent_models import PassRow
from desktop.vault.engine import Drafts
from desktop.vault.room import Room


class PassRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, issued: VisitorPass, *, audit: Drafts = ()) -> None:
        values = {"id": issued.id, "issued_at": issued.issued_at, "valid_until": issued.valid_until}
        self._room.store.write(lambda live: live.execute(insert(PassRow).values(values)), audit=audit).result()

    def get(self, pass_id: PassId) -> VisitorPass | None:
        row = PassRow
        query = select(row.issued_at, row.valid_until, row.revoked_at).where(row.id == pass_id)
        found = self._room.store.read(lambda live: live.execute(query).one_or_none())
        return None if found is None else VisitorPass(pass_id, *found)

    def revoke(self, pass_id: PassId, at: datetime, *, audit: Drafts = ()) -> bool:
        """Whether it was still in force; otherwise nothing is written."""

        def work(live: Connection) -> bool:
            its = (PassRow.id == pass_id) & PassRow.revoked_at.is_(None)
            return live.execute(update(PassRow).where(its).values(revoked_at=at)).rowcount == 1

        return self._room.store.write(work, audit=audit).result()
