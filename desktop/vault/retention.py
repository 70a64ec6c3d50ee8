"""What the rules of retention ask about people, and deleting what is over in lots that never hold the writer long."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, Connection, bindparam, delete, func, literal, or_, select, update

from desktop.domain.decision import Band
from desktop.domain.ids import PersonId
from desktop.domain.retention import Kept, PersonFacts
from desktop.vault.bulk import collector_paused
from desktop.vault.consent_models import PassRow
from desktop.vault.hold_models import HoldRow
from desktop.vault.holds import held_categories
from desktop.vault.models import Person, Photo, SightingRow
from desktop.vault.retention_facts import read_facts, restricted_people
from desktop.vault.retention_runs import add_count
from desktop.vault.room import Room

_AT_ONCE = 500  # values in one statement


@dataclass(frozen=True, slots=True)
class Lot:
    """What one transaction deleted.

    Attributes:
        at: where the next one begins; None: nothing is left.
        seconds: how long it kept the writer from others.
    """

    deleted: int
    at: datetime | None
    seconds: float = 0.0


class RetentionRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def people(self, now: datetime) -> list[PersonFacts]:
        """Everybody whose erasure has not begun. `last_contact` leaves out the sightings: see `last_seen`."""
        with collector_paused():
            return self._room.store.read(lambda live: read_facts(live, now, self._room.gone))

    def last_seen(self, people: Sequence[PersonId]) -> dict[PersonId, datetime]:
        """The end of the newest stored sighting of each of these; whoever has none is left out."""
        row = SightingRow
        query = select(row.person_id, func.max(row.ended_at)).group_by(row.person_id)

        def work(live: Connection) -> dict[PersonId, datetime]:
            found = (live.execute(query.where(row.person_id.in_(some))).all() for some in _parts(people))
            return {PersonId(person): at for rows in found for person, at in rows if person is not None}

        return self._room.store.read(work)

    def photos_of(self, people: Iterable[PersonId]) -> list[str]:
        """Ids of the pictures of these people."""
        wanted = sorted(people)

        def work(live: Connection) -> list[str]:
            found = (live.scalars(select(Photo.id).where(Photo.person_id.in_(some))).all() for some in _parts(wanted))
            return [each for rows in found for each in rows if each not in self._room.gone]

        return self._room.store.read(work)

    def count(self, category: Kept, before: datetime, now: datetime) -> int:
        """Rows of STRANGERS, SIGHTINGS or PASSES whose time ended before that instant and that nothing keeps."""

        def work(live: Connection) -> int:
            if category in held_categories(live, now):
                return 0
            query = select(func.count()).select_from(_TABLES[category]).where(*over(category, before, now))
            return int(live.scalar(query) or 0)

        return self._room.store.read(work)

    def unseen_since(self, before: datetime) -> list[tuple[PersonId, datetime]]:
        """Who was last seen before that instant, and when; by id, so that their rows lie together."""
        row = SightingRow
        newest = func.max(row.ended_at)
        query = select(row.person_id, newest).where(row.person_id.is_not(None)).group_by(row.person_id)
        found = self._room.store.read(lambda live: live.execute(query.having(newest < before)).all())
        return [(PersonId(person), at) for person, at in found if person is not None]

    def remember_contacts(self, contacts: Sequence[tuple[PersonId, datetime]]) -> None:
        """Keep when these people were last seen, before the sightings that tell it go. An earlier time changes
        nothing."""
        person, at = bindparam("of", type_=Person.id.type), bindparam("at", type_=Person.last_contact.type)
        newer = or_(Person.last_contact.is_(None), Person.last_contact < at)
        statement = update(Person).where(Person.id == person, newer).values(last_contact=at)
        values = [{"of": each, "at": when} for each, when in contacts]
        self._room.store.write(lambda live: live.execute(statement, values)).result()

    def delete(
        self, category: Kept, before: datetime, now: datetime, most: int, *, run: str, begin: datetime | None = None
    ) -> Lot:
        """Delete about that many rows of STRANGERS, SIGHTINGS or PASSES whose time ended before that instant, and count
        them in the run, in one transaction. What is held by then stays."""

        def work(live: Connection) -> Lot:
            if category in held_categories(live, now):
                return Lot(0, None)
            table, place, due = _TABLES[category], _PLACES[category], over(category, before, now)
            if begin is not None:
                due.append(place >= begin)
            # By a stretch of the index: a list of ids would take as long to look through as the rows to delete.
            last = live.scalar(select(place).where(*due).order_by(place).offset(most - 1).limit(1))
            if last is not None:
                due.append(place <= last)
            deleted = live.execute(delete(table).where(*due)).rowcount
            if deleted:
                add_count(live, run, category, deleted)
            return Lot(deleted, last)

        def task() -> Lot:
            begun = time.perf_counter()
            lot = self._room.store.transact(work)
            return replace(lot, seconds=time.perf_counter() - begun)

        return self._room.store.call(task)


_TABLES: dict[Kept, type[SightingRow] | type[PassRow]] = {
    Kept.STRANGERS: SightingRow,
    Kept.SIGHTINGS: SightingRow,
    Kept.PASSES: PassRow,
}
_PLACES = {
    Kept.STRANGERS: SightingRow.ended_at,
    Kept.SIGHTINGS: SightingRow.started_at,
    Kept.PASSES: PassRow.valid_until,
}
"""The instants by which an index finds what is over."""


def over(category: Kept, before: datetime, now: datetime) -> list[ColumnElement[bool]]:
    """What is over, in the words of the indices."""
    sighting = SightingRow
    if category is Kept.PASSES:
        return [PassRow.valid_until < before]
    if category is Kept.STRANGERS:
        # Written out: an index of some rows only is taken where the statement itself says that they are enough.
        match = literal(Band.MATCH.value, literal_execute=True)
        return [sighting.band != match, sighting.ended_at < before]
    # What ended before that instant has begun before it, too: that is what the index knows.
    return [
        sighting.band == Band.MATCH.value,
        sighting.started_at < before,
        sighting.ended_at < before,
        sighting.person_id.not_in(_kept_people(now)),
    ]


def _kept_people(now: datetime) -> CompoundSelect[str | None]:
    """Whose data stays, whatever its age: a hold of their own, or a restriction."""
    hold = HoldRow
    held = select(hold.person_id).where(hold.person_id.is_not(None), hold.released_at.is_(None), hold.ends_at > now)
    return held.union_all(restricted_people(now))


def _parts(people: Sequence[PersonId]) -> list[Sequence[PersonId]]:
    return [people[start : start + _AT_ONCE] for start in range(0, len(people), _AT_ONCE)]
