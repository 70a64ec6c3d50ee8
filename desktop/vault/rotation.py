"""Rotation of the epoch: a new KEK wraps the keys of all who stay, and the old KEK is destroyed.

Whoever is left out can then be read in no copy of the database, not even with an older keys.bin and every key of today.

    1. KEK e+1 is put into the key place and read back, escrow.new is written    (crash before 2: opening deletes both)
    2. keys.bin is replaced; its header says e+1                                 (crash before 3: opening does 3)
    3. escrow.new becomes escrow.bin, KEK e is destroyed

The epoch in the header of keys.bin is the truth at any instant.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import structlog

from desktop.domain.errors import ConsentryError
from desktop.vault import escrow, layout
from desktop.vault.creation import FIRST_EPOCH
from desktop.vault.escrow import RecoveryPolicy
from desktop.vault.failures import translated
from desktop.vault.key_errors import RotationUnfinished
from desktop.vault.key_material import new_key, wipe
from desktop.vault.keyfile import KeyFileHeader
from desktop.vault.keystore import BACKGROUND_TIMEOUT, KeyStore, store_checked, wrapping_key_name
from desktop.vault.room import Room

log = structlog.get_logger("desktop.vault")


def rotate_epoch(room: Room, keystore: KeyStore, without: Collection[str] = ()) -> int:
    """Rotate to the next epoch without the keys of `without`; the new epoch. Runs in the writer's thread.

    Readers go on meanwhile. Raises DiskFull and the keyring's errors with nothing changed, and RotationUnfinished when
    everything but the destruction of the old KEK is done.
    """
    left_out = frozenset(without)
    return room.store.call(lambda: _rotate(room, keystore, left_out))


def recover_rotation(folder: Path, keystore: KeyStore, header: KeyFileHeader) -> None:
    """At opening, once every check has passed: finish or undo what a crash interrupted.

    A keyring that refuses does not keep the vault from opening; the next opening or rotation tries again.
    """
    with translated(folder):
        (folder / layout.NEW_KEYS).unlink(missing_ok=True)
    try:
        for epoch in (header.epoch + 1, header.epoch - 1):
            _destroy(keystore, header.vault_id, epoch)
    except ConsentryError as error:
        log.warning("vault.old_key_kept", kind=error.code)


def finish_rotation(room: Room, keystore: KeyStore) -> None:
    """What RotationUnfinished left to do; fine when it is done already. Raises DiskFull and the keyring's errors."""

    def task() -> None:
        with translated(room.folder):
            if (room.folder / layout.NEW_ESCROW).exists():
                escrow.put_in_place(room.folder)
        _destroy(keystore, room.sealer.vault_id, room.sealer.epoch - 1)

    room.store.call(task)


def _rotate(room: Room, keystore: KeyStore, without: frozenset[str]) -> int:
    vault_id, old = room.sealer.vault_id, room.sealer.epoch
    # What the rotation before this one could not destroy: so there is never more than one old key.
    _destroy(keystore, vault_id, old - 1)
    policy = room.store.read(escrow.read_policy)
    _advance(room, keystore, policy, without)
    try:
        if policy.escrow_key is not None:
            with translated(room.folder):
                escrow.put_in_place(room.folder)
        _destroy(keystore, vault_id, old)
    except ConsentryError as error:
        log.warning("vault.old_key_kept", kind=error.code)
        raise RotationUnfinished from error
    log.info("vault.epoch_rotated", epoch=old + 1)
    return old + 1


def _advance(room: Room, keystore: KeyStore, policy: RecoveryPolicy, without: frozenset[str]) -> None:
    """Steps 1 and 2, or nothing."""
    vault_id, epoch = room.sealer.vault_id, room.sealer.epoch + 1
    name = wrapping_key_name(vault_id, epoch)
    key = new_key()
    try:
        store_checked(keystore, name, key.hex())
        with translated(room.folder):
            if policy.escrow_key is not None:
                escrow.prepare(room.folder, escrow.keys_of(room, keystore, epoch), policy.escrow_key)
            room.sealer.rotate(key, without)
    except BaseException:
        escrow.discard_new(room.folder)
        _take_back(keystore, name)
        raise
    finally:
        wipe(key)


def _take_back(keystore: KeyStore, name: str) -> None:
    try:
        keystore.delete(name, timeout=BACKGROUND_TIMEOUT)
    except ConsentryError as error:
        log.warning("vault.new_key_kept", kind=error.code)  # it wraps nothing; the next opening deletes it


def _destroy(keystore: KeyStore, vault_id: str, epoch: int) -> None:
    if epoch >= FIRST_EPOCH:
        keystore.delete(wrapping_key_name(vault_id, epoch), timeout=BACKGROUND_TIMEOUT)
