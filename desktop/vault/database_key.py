"""Rotation of the database key: a copy of the database under a new key takes the place of the old file.

    1. the new key is put into the key place as the next one    (crash before 3: opening deletes key and copy)
    2. readers leave, the WAL is emptied; a copy is made, re-encrypted and checked; escrow.new is written
    3. the copy is renamed over the database                    (crash before 4: opening finds that the next key fits)
    4. escrow.new becomes escrow.bin; the next key becomes the current one

The old file is never written to. Backups made before stay under the key they were made with.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import structlog

from desktop.domain.errors import ConsentryError
from desktop.domain.progress import NoProgress, Part, Progress, checkpoint
from desktop.vault import cipher, escrow, layout
from desktop.vault.anchor import Anchor, read_anchor
from desktop.vault.backup_copy import read_facts
from desktop.vault.engine import Store
from desktop.vault.errors import DiskFailed
from desktop.vault.failures import translated
from desktop.vault.files import PRIVATE, sync_folder, write_all
from desktop.vault.key_errors import DatabaseBusy, NoRoomToRotate, RotationUnfinished
from desktop.vault.key_material import new_key, parse_key, wipe
from desktop.vault.keystore import (
    BACKGROUND_TIMEOUT,
    KeyStore,
    database_key_name,
    next_database_key_name,
    store_checked,
)
from desktop.vault.room import Room
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")

_CHUNK = 1024 * 1024
_ROOM_BESIDE = 256 * 1024  # bytes, for the escrow and the names in the folder


def rotate_database_key(room: Room, keystore: KeyStore, progress: Progress | None = None) -> None:
    """Rotate; it takes about as long as reading and writing the whole file, and reads and writes wait meanwhile.

    Raises NoRoomToRotate, DiskFull, DatabaseBusy (a reader stays), Cancelled and the keyring's errors with nothing
    changed, and RotationUnfinished when the new key is in force but the old one is still in the key place.
    """
    watched = progress or NoProgress()
    room.store.call(lambda: _rotate(room, keystore, watched))


def recover_database_key(folder: Path, keystore: KeyStore, vault_id: str, fitting: str) -> None:
    """At opening, once every check has passed: `fitting`, the key that opened the database, becomes the only one.

    A keyring that refuses does not keep the vault from opening; the next opening tries again.
    """
    with translated(folder):
        (folder / layout.NEW_DATABASE).unlink(missing_ok=True)
    try:
        if keystore.get(next_database_key_name(vault_id), timeout=BACKGROUND_TIMEOUT) is not None:
            _settle(keystore, vault_id, fitting)
    except ConsentryError as error:
        log.warning("vault.next_key_kept", kind=error.code)


def _rotate(room: Room, keystore: KeyStore, progress: Progress) -> None:
    store, folder, vault_id = room.store, room.folder, room.sealer.vault_id
    if keystore.get(next_database_key_name(vault_id), timeout=BACKGROUND_TIMEOUT) is not None:
        # Of a rotation that could not finish: it may be the only entry that opens the database.
        _settle(keystore, vault_id, store.key.hex())
    _demand_room(store)
    key = new_key()
    changed = False
    try:
        store_checked(keystore, next_database_key_name(vault_id), key.hex())
        keys = replace(escrow.keys_of(room, keystore, room.sealer.epoch), database_key=key.hex())
        policy, stand = store.read(escrow.read_policy), store.read(read_anchor)
        with translated(folder), store.offline() as alone:
            if not alone:
                raise DatabaseBusy
            _build_copy(store, keys, stand, progress)
            if policy.escrow_key is not None:
                escrow.prepare(folder, keys, policy.escrow_key)
            (folder / layout.NEW_DATABASE).replace(store.path)
            changed = True
            store.use_key(bytes(key))
    finally:
        wipe(key)
        if not changed:
            _clear_up(folder, keystore, vault_id)
    _finish(room, keystore, policy)


def _demand_room(store: Store) -> None:
    """Raises NoRoomToRotate where a copy does not fit. The WAL goes into the file first, and gives its room back."""
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    size = int(store.read(lambda live: live.exec_driver_sql(pages).scalar_one()))
    growth = max(0, size - store.path.stat().st_size)
    needed = growth + max(0, size - _size_of(store.path.with_name(f"{store.path.name}-wal"))) + _ROOM_BESIDE
    free = shutil.disk_usage(store.path.parent).free
    if free < needed:
        raise NoRoomToRotate(needed=_megabytes(needed), free=_megabytes(free))


def _size_of(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"


def _finish(room: Room, keystore: KeyStore, policy: escrow.RecoveryPolicy) -> None:
    try:
        with translated(room.folder):
            sync_folder(room.folder)  # before the old key goes, the new name must be on the disk
            if policy.escrow_key is not None:
                escrow.put_in_place(room.folder)
        _settle(keystore, room.sealer.vault_id, room.store.key.hex())
    except ConsentryError as error:
        log.warning("vault.old_key_kept", kind=error.code)
        raise RotationUnfinished from error
    log.info("vault.database_key_rotated")


def _build_copy(store: Store, keys: VaultKeys, stand: Anchor | None, progress: Progress) -> None:
    """The database as it stands under the new key, every page checked, durable under its own name."""
    copy, key = store.path.with_name(layout.NEW_DATABASE), bytes(parse_key(keys.database_key))
    _copy_file(store.path, copy, Part(progress, 0.0, 0.3))
    cipher.encrypt_anew(copy, store.key, key)
    checkpoint(progress, 0.7)
    facts = read_facts(copy, key)
    if facts is None or stand is None or replace(facts.anchor, audit=None) != stand:
        raise DiskFailed(folder=store.path.parent)
    checkpoint(progress, 1.0)


def _copy_file(source: Path, target: Path, progress: Progress) -> None:
    target.unlink(missing_ok=True)
    size, done = max(1, source.stat().st_size), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                write_all(descriptor, chunk)
                done += len(chunk)
                checkpoint(progress, min(1.0, done / size))
    finally:
        os.close(descriptor)


def _settle(keystore: KeyStore, vault_id: str, text: str) -> None:
    """Step 4 in the key place."""
    store_checked(keystore, database_key_name(vault_id), text)
    keystore.delete(next_database_key_name(vault_id), timeout=BACKGROUND_TIMEOUT)


def _clear_up(folder: Path, keystore: KeyStore, vault_id: str) -> None:
    (folder / layout.NEW_DATABASE).unlink(missing_ok=True)
    escrow.discard_new(folder)
    try:
        keystore.delete(next_database_key_name(vault_id), timeout=BACKGROUND_TIMEOUT)
    except ConsentryError as error:
        log.warning("vault.next_key_kept", kind=error.code)  # it opens nothing; the next opening deletes it
