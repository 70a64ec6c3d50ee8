"""Restrictions: somebody's data is kept and not used while one is in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.consent import Restriction
from desktop.domain.ids import PersonId, RestrictionId
from desktop.vault.consent_models import RestrictionRow
from desktop.vault.engine import Drafts
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person
from desktop.vault.room import Room


class RestrictionRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, restriction: Restriction, *, audit: Drafts = ()) -> None:
        """Raises PersonUnknown; ValueError if it ends before it begins."""
        if restriction.valid_until is not None and restriction.valid_from >= restriction.valid_until:
            raise ValueError("a restriction ends after it begins")

        def work(connection: Connection) -> None:
            if connection.scalar(select(Person.id).where(Person.id == restriction.person_id)) is None:
                raise PersonUnknown
            connection.execute(
                insert(RestrictionRow).values(
                    id=restriction.id,
                    person_id=restriction.person_id,
                    valid_from=restriction.valid_from,
                    valid_until=restriction.valid_until,
                    lifted_at=restriction.lifted_at,
                )
            )

        self._room.store.write(work, matching=True, audit=audit).result()

    def lift(self, restriction_id: RestrictionId, at: datetime, *, audit: Drafts = ()) -> None:
        """End it; one that was lifted already keeps its time."""
        row = RestrictionRow
        lifted = update(row).where(row.id == restriction_id, row.lifted_at.is_(None)).values(lifted_at=at)
        self._room.store.write(lambda live: live.execute(lifted), matching=True, audit=audit).result()

    def for_person(self, person_id: PersonId) -> list[Restriction]:
        """All, ended ones included, by their beginning."""
        return self._room.store.read(
            lambda connection: restrictions_by_person(connection, person_id).get(person_id, [])
        )


def restrictions_by_person(
    connection: Connection, person_id: PersonId | None = None
) -> dict[PersonId, list[Restriction]]:
    row = RestrictionRow
    query = select(row.id, row.person_id, row.valid_from, row.valid_until, row.lifted_at).order_by(row.valid_from)
    if person_id is not None:
        query = query.where(row.person_id == person_id)
    found: dict[PersonId, list[Restriction]] = {}
    for each_id, owner, valid_from, valid_until, lifted_at in connection.execute(query):
        restriction = Restriction(RestrictionId(each_id), PersonId(owner), valid_from, valid_until, lifted_at)
        found.setdefault(restriction.person_id, []).append(restriction)
    return found
