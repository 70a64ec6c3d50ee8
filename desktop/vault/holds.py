"""Legal holds: placed, released, and what must not be deleted while one is in force."""

from __future__ import annotations

import json
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from desktop.domain.erasure import SubjectKind
from desktop.domain.holds import Hold
from desktop.domain.ids import HoldId, OperatorId, PersonId
from desktop.domain.retention import Kept
from desktop.vault.engine import Drafts
from desktop.vault.errors import HoldUnknown, SubjectHeld
from desktop.vault.hold_models import HoldRow
from desktop.vault.models import Photo, SightingRow
from desktop.vault.room import Room
from desktop.vault.sealing import SealBroken
from desktop.vault.subjects import SUBJECTS

HOLDS: Final = "legal_holds"
_AT_ONCE = 500  # values in one statement

_Query = Select[str, str | None, str | None, datetime, datetime, str, datetime | None, bytes]
_Row = Row[str, str | None, str | None, datetime, datetime, str, datetime | None, bytes]


class HoldRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def place(self, hold: Hold, *, audit: Drafts = ()) -> None:
        """In force when this returns, also against an erasure that is being prepared.

        Raises PersonUnknown, also where the person's erasure has begun: then it is too late.
        """
        room = self._room
        subject = hold.person_id or hold.id

        def work(live: Connection) -> None:
            if hold.person_id is not None:
                SUBJECTS[SubjectKind.PERSON].demand(live, [hold.person_id])
            words = json.dumps({"reason": hold.reason, "owner": hold.owner}, ensure_ascii=False)
            live.execute(
                insert(HoldRow).values(
                    id=hold.id,
                    person_id=hold.person_id,
                    category=None if hold.category is None else hold.category.value,
                    placed_at=hold.placed_at,
                    ends_at=hold.ends_at,
                    placed_by=hold.placed_by,
                    released_at=hold.released_at,
                    sealed=room.sealer.seal(HOLDS, hold.id, subject, words.encode()),
                )
            )

        def task() -> None:
            if hold.person_id is None:
                room.sealer.create([hold.id])
            room.store.transact(work, audit=audit)

        room.store.call(task)

    def release(self, hold_id: HoldId, at: datetime, *, audit: Drafts = ()) -> None:
        """End it before its time. Raises HoldUnknown, also where it was released already."""
        row = HoldRow
        released = update(row).where(row.id == hold_id, row.released_at.is_(None)).values(released_at=at)

        def work(live: Connection) -> None:
            if live.execute(released).rowcount == 0:
                raise HoldUnknown

        self._room.store.write(work, audit=audit).result()

    def get(self, hold_id: HoldId) -> Hold:
        """Raises HoldUnknown."""
        found = self._read(_rows().where(HoldRow.id == hold_id))
        if not found:
            raise HoldUnknown
        return found[0]

    def list(self) -> List[Hold]:
        """All, ended ones included, newest first."""
        return self._read(_rows().order_by(HoldRow.placed_at.desc(), HoldRow.id))

    def held(self, kind: SubjectKind, subjects: Sequence[str], now: datetime) -> set[str]:
        """Which of these must not be erased at `now`."""
        return self._room.store.read(lambda live: held(live, kind, subjects, now))

    def people(self, now: datetime) -> set[PersonId]:
        """Everybody on whom a hold of their own is in force at `now`."""
        return self._room.store.read(lambda live: held_people(live, now))

    def categories(self, now: datetime) -> set[Kept]:
        """Categories that are held as a whole at `now`."""
        return self._room.store.read(lambda live: held_categories(live, now))

    def _read(self, query: _Query) -> List[Hold]:
        return self._room.store.read(lambda live: [*self._opened(live.execute(query).all())])

    def _opened(self, found: Sequence[_Row]) -> Iterator[Hold]:
        for row in found:
            try:
                subject = row.person_id or row.id
                plain = self._room.open_sealed(HOLDS, row.id, subject, row.sealed)
                words = {} if plain is None else json.loads(plain)
            except SealBroken:
                words = {}
            yield Hold(
                HoldId(row.id),
                None if row.person_id is None else PersonId(row.person_id),
                None if row.category is None else Kept(row.category),
                str(words.get("reason", "")),
                str(words.get("owner", "")),
                row.placed_at,
                row.ends_at,
                OperatorId(row.placed_by),
                row.released_at,
            )


def held_people(connection: Connection, now: datetime) -> set[PersonId]:
    query = select(HoldRow.person_id).where(_in_force(now), HoldRow.person_id.is_not(None))
    return {PersonId(each) for each in connection.scalars(query) if each is not None}


def held_categories(connection: Connection, now: datetime) -> set[Kept]:
    query = select(HoldRow.category).where(_in_force(now), HoldRow.category.is_not(None))
    return {Kept(each) for each in connection.scalars(query) if each is not None}


def held(connection: Connection, kind: SubjectKind, subjects: Sequence[str], now: datetime) -> set[str]:
    """Which of these subjects a hold keeps: one of their own, or one on a category of which something is theirs."""
    categories = held_categories(connection, now)
    if kind is SubjectKind.ARCHIVE:
        return set(subjects) if Kept.ARCHIVE in categories else set()
    if kind is SubjectKind.PHOTO:
        if categories & {Kept.PEOPLE, Kept.PHOTOS}:
            return set(subjects)
        people = held_people(connection, now)
        return _among(connection, select(Photo.id).where(Photo.person_id.in_(people)), Photo.id, subjects)
    if kind is not SubjectKind.PERSON:
        return set()
    if Kept.PEOPLE in categories:
        return set(subjects)
    wanted = set(subjects)
    found: set[str] = {each for each in held_people(connection, now) if each in wanted}
    for category, owner in ((Kept.PHOTOS, Photo.person_id), (Kept.SIGHTINGS, SightingRow.person_id)):
        if category in categories:
            found |= _among(connection, select(owner).distinct(), owner, subjects)
    return found


def demand_free(connection: Connection, kind: SubjectKind, subjects: Sequence[str], now: datetime) -> None:
    """Raise SubjectHeld unless all of them may be erased."""
    kept = held(connection, kind, subjects, now)
    if kept:
        raise SubjectHeld(count=len(kept))


def _in_force(now: datetime) -> ColumnElement[bool]:
    return and_(HoldRow.released_at.is_(None), HoldRow.ends_at > now)


def _among(
    connection: Connection,
    query: Select[str] | Select[str | None],
    column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    subjects: Sequence[str],
) -> set[str]:
    parts = [subjects[start : start + _AT_ONCE] for start in range(0, len(subjects), _AT_ONCE)]
    return {each for some in parts for each in connection.scalars(query.where(column.in_(some))) if each is not None}


def _rows() -> _Query:
    row = HoldRow
    return select(
        row.id, row.person_id, row.category, row.placed_at, row.ends_at, row.placed_by, row.released_at, row.sealed
    )


def holds_of(live: Connection, room: Room, person_id: PersonId) -> List[Hold]:
    """All on one person, ended ones included, oldest first; not those on a category."""
    query = _rows().where(HoldRow.person_id == person_id).order_by(HoldRow.placed_at, HoldRow.id)
    return [*HoldRepository(room)._opened(live.execute(query).all())]
