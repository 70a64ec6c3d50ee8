"""Documented, time-limited authorities to match somebody without consent (the watchlist's ground)."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from desktop.domain.consent import WatchlistAuthority
from desktop.domain.ids import PersonId, random_id
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person, WatchlistAuthorityRow
from desktop.vault.room import Room


class AuthorityRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, authority: WatchlistAuthority) -> None:
        """Raises PersonUnknown; ValueError if it ends before it begins."""
        if authority.valid_from >= authority.valid_until:
            raise ValueError("an authority ends after it begins")

        def work(connection: Connection) -> None:
            if connection.scalar(select(Person.id).where(Person.id == authority.person_id)) is None:
                raise PersonUnknown
            connection.execute(
                insert(WatchlistAuthorityRow).values(
                    id=random_id(),
                    person_id=authority.person_id,
                    valid_from=authority.valid_from,
                    valid_until=authority.valid_until,
                )
            )

        self._room.store.write(work, matching=True).result()

    def for_person(self, person_id: PersonId) -> list[WatchlistAuthority]:
        """All authorities, ended ones included, by their beginning."""
        return self._room.store.read(lambda connection: authorities_by_person(connection, person_id).get(person_id, []))


def authorities_by_person(
    connection: Connection, person_id: PersonId | None = None
) -> dict[PersonId, list[WatchlistAuthority]]:
    authority = WatchlistAuthorityRow
    query = select(authority.person_id, authority.valid_from, authority.valid_until).order_by(authority.valid_from)
    if person_id is not None:
        query = query.where(authority.person_id == person_id)
    found: dict[PersonId, list[WatchlistAuthority]] = {}
    for owner, valid_from, valid_until in connection.execute(query):
        found.setdefault(PersonId(owner), []).append(WatchlistAuthority(PersonId(owner), valid_from, valid_until))
    return found
