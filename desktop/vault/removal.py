"""Removing a person so that a crash at any instant leaves either the whole person or nobody.

    1. the intent is recorded                        (crash before: nothing has happened)
    2. the person's key is dropped from keys.bin     (from here on nobody can read the data, in no copy of the database)
    3. the rows and the intent are deleted together  (crash before: the next opening goes on from step 1)
    4. the WAL is moved into the database and cut    (secure_delete has overwritten the rows there)

On a full disk the ballast is given back first. Old copies of keys.bin are met by rotating the wrapping key, which
is not part of this step.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import PersonId
from desktop.vault import ballast
from desktop.vault.errors import DiskFull, PersonUnknown, RemovalUnfinished, VaultError
from desktop.vault.failures import translated
from desktop.vault.models import (
    ConsentEventRow,
    ConsentProofRow,
    Person,
    Photo,
    RemovalIntent,
    SightingRow,
    Template,
    WatchlistAuthorityRow,
)
from desktop.vault.records import utc_now
from desktop.vault.room import Room

# Every table that refers to a person.
_ABOUT_A_PERSON = (
    Photo,
    Template,
    ConsentEventRow,
    ConsentProofRow,
    WatchlistAuthorityRow,
    SightingRow,
)

log = structlog.get_logger("desktop.vault")


def remove_person(room: Room, person_id: PersonId) -> bool:
    """See PeopleRepository.remove."""
    return room.store.call(lambda: _remove(room, person_id))


def finish_removals(room: Room) -> int:
    """At start-up: finish what a crash interrupted. Returns how many people that were.

    Where a full or failing disk does not allow it, the vault opens all the same, without those people.
    """

    def task() -> int:
        begun = room.store.read(lambda c: c.scalars(select(RemovalIntent.person_id)).all())
        for person_id in begun:
            log.info("vault.removal_resumed")
            try:
                _destroy(room, PersonId(person_id))
            except VaultError as error:
                log.warning("vault.removal_waits", kind=error.code)
            room.gone.add(person_id)
        if begun:
            room.store.checkpoint()
        return len(begun)

    return room.store.call(task)


def _remove(room: Room, person_id: PersonId) -> bool:
    def intend(connection: Connection) -> None:
        if connection.scalar(select(Person.id).where(Person.id == person_id)) is None:
            raise PersonUnknown
        statement = insert(RemovalIntent).values(person_id=person_id, at=utc_now())
        connection.execute(statement.on_conflict_do_nothing())

    used_ballast = _with_room(room, lambda: room.store.transact(intend))
    try:
        used_ballast = _destroy(room, person_id) or used_ballast
        complete = room.store.checkpoint()
    finally:
        if used_ballast:
            _refill(room)
    log.info("vault.person_removed", complete=complete)
    return complete


def _destroy(room: Room, person_id: PersonId) -> bool:
    """Steps 2 and 3; whether the ballast was needed. Raises with the person untouched, or RemovalUnfinished."""
    name = room.names.name(person_id)
    room.gone.add(person_id)
    room.names.discard(person_id)
    try:
        used = _with_room(room, lambda: room.sealer.drop([person_id]))
    except VaultError:
        if room.sealer.has(person_id):
            _call_off(room, person_id, name)
            raise
        used = False
    try:
        return _with_room(room, lambda: room.store.transact(lambda c: delete_rows(c, person_id), matching=True)) or used
    except VaultError as error:
        log.warning("vault.removal_unfinished", kind=error.code)
        raise RemovalUnfinished from error


def _call_off(room: Room, person_id: PersonId, name: str | None) -> None:
    """The key stays, and so does the person. An intent that cannot be taken back is carried out at next start."""
    room.gone.discard(person_id)
    if name is not None:
        room.names.put(person_id, name)
    try:
        with translated(room.folder):
            room.store.transact(lambda c: _forget_intent(c, person_id))
    except VaultError as error:
        log.warning("vault.intent_stays", kind=error.code)


def delete_rows(connection: Connection, person_id: PersonId) -> None:
    for table in _ABOUT_A_PERSON:
        connection.execute(delete(table).where(table.person_id == person_id))
    connection.execute(delete(Person).where(Person.id == person_id))
    _forget_intent(connection, person_id)


def _forget_intent(connection: Connection, person_id: PersonId) -> None:
    connection.execute(delete(RemovalIntent).where(RemovalIntent.person_id == person_id))


def _refill(room: Room) -> None:
    reserved = ballast.reserve_what_fits(room.folder, room.ballast_bytes)
    log.info("vault.ballast_reserved", bytes=reserved)


def _with_room(room: Room, step: Callable[[], None]) -> bool:
    """Run `step`; on a full disk give the ballast back and run it once more. Whether that was needed."""
    try:
        with translated(room.folder):
            step()
        return False
    except DiskFull:
        if not ballast.release(room.folder):
            raise
        log.warning("vault.ballast_released")
    with translated(room.folder):
        step()
    return True
