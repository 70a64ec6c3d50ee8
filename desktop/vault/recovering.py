"""The way back when the key place has lost the keys, or is another one: they come out of escrow.bin, with the code.

Everything is checked before anything is written: that the code is right, that the keys open the database and keys.bin,
that the database is the right one and not older than what is known of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import structlog
from sqlalchemy import update

from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import cipher, layout, migrate
from desktop.vault.anchor import Anchor, compare, count_rows, next_change, read_anchor
from desktop.vault.errors import (
    KeysDamaged,
    VaultEmptied,
    VaultError,
    VaultMissing,
    VaultSwapped,
    VaultWrongKeyOrDamaged,
)
from desktop.vault.escrow import discard_new, keys_of, prepare, put_in_place, read_escrow, read_policy
from desktop.vault.failures import translated
from desktop.vault.key_errors import EscrowMissing, EscrowOutdated, KeysOutdated
from desktop.vault.key_material import parse_key
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import KeyStore, anchor_name, folder_name
from desktop.vault.lockfile import FolderLock
from desktop.vault.models import VaultState
from desktop.vault.opening import vault_files
from desktop.vault.opening_notes import leave_word_of_recovery
from desktop.vault.recovery import recovery_public_key
from desktop.vault.room import Room
from desktop.vault.sealing import Sealer
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")


def recover_with_code(folder: Path, keystore: KeyStore, code: RecoveryCode) -> None:
    """Put the keys of the closed vault in `folder` into `keystore`, which becomes its key place; then it opens there.

    Raises, with nothing changed: RecoveryCodeWrong, EscrowMissing, EscrowOutdated, SealedFileDamaged, VaultInUse,
    VaultMissing, the errors of the files (as opening does), and the keyring's errors before anything was stored.
    """
    with translated(folder):
        if not layout.holds_vault(folder):
            raise VaultMissing(folder=folder)
        lock = FolderLock(folder)
        try:
            _recover(folder, keystore, code)
        finally:
            lock.release()
    log.info("vault.keys_recovered")


def _recover(folder: Path, keystore: KeyStore, code: RecoveryCode) -> None:
    keyfile = vault_files(folder)
    backend = keystore.backend
    keys, connection = _keys_that_fit(folder, keyfile, code)
    try:
        known = _checked(connection, folder, keystore, keys)
        for name, value in replace(keys, anchor=known.to_text()).entries().items():
            keystore.set(name, value)
        keystore.set(folder_name(folder), keys.vault_id)
        _record(connection, keyfile, backend)
    finally:
        connection.close()


def _keys_that_fit(folder: Path, keyfile: KeyFile, code: RecoveryCode) -> tuple[VaultKeys, cipher.RawConnection]:
    """The keys that open both files, and the opened database. The first escrow's refusal is told if none fits."""
    refusal: VaultError | None = None
    for name in (layout.ESCROW, layout.NEW_ESCROW):  # the second one after a crash
        try:
            escrow = read_escrow(folder / name)
            if escrow is not None:
                keys = escrow.open(code)
                return keys, _opened(folder, keyfile, keys)
        except VaultError as error:
            refusal = refusal or error
    raise refusal or EscrowMissing(folder=folder)


def _opened(folder: Path, keyfile: KeyFile, keys: VaultKeys) -> cipher.RawConnection:
    if keys.vault_id != keyfile.header.vault_id:
        raise VaultSwapped(folder=folder)
    if keys.epoch > keyfile.header.epoch:
        raise KeysOutdated(folder=folder)
    if keys.epoch < keyfile.header.epoch:
        raise EscrowOutdated(folder=folder)
    sample = next(iter(keyfile.keys), None)
    if sample is not None and not Sealer(keyfile, parse_key(keys.wrapping_key)).check(sample):
        raise KeysDamaged(folder=folder)
    try:
        with translated(folder):
            return cipher.connect(folder / layout.DATABASE, bytes(parse_key(keys.database_key)))
    except VaultWrongKeyOrDamaged:
        raise EscrowOutdated(folder=folder) from None


def _checked(connection: cipher.RawConnection, folder: Path, keystore: KeyStore, keys: VaultKeys) -> Anchor:
    """The newest that is known of the database; refused if it is another one, or older than that."""
    migrate.refuse_newer(migrate.current_revision(connection))
    known = [Anchor.from_text(keys.anchor)]
    try:
        known.append(Anchor.from_text(keystore.get(anchor_name(keys.vault_id)) or ""))
    except ValueError:
        log.info("vault.anchor_lost_too")
    with migrate.engine_on(connection).connect() as live:
        found = read_anchor(live)
        if found is None:
            raise VaultEmptied(folder=folder)
        rows = count_rows(live, found.counts)
    for remembered in known:
        compare(found, rows, remembered, folder)
    return replace(max(known, key=lambda anchor: anchor.changes), epoch=keys.epoch)


def _record(connection: cipher.RawConnection, keyfile: KeyFile, backend: str) -> None:
    """In the vault itself: that the code was used, and which key place it has now.

    After a crash between database and key file, opening says KeyringChanged again, and the code helps again. Where the
    key place is the former one, a disk that refuses keeps nobody from the keys.
    """
    moved = backend != keyfile.header.backend
    try:
        with translated(keyfile.path.parent), migrate.engine_on(connection).begin() as live:
            live.execute(update(VaultState).values(keyring_backend=backend))
            leave_word_of_recovery(live)
            next_change(live)
    except VaultError as error:
        if moved:
            raise
        log.warning("vault.recovery_not_recorded", kind=error.code)
    if moved:
        keyfile.rewrite(replace(keyfile.header, backend=backend), keyfile.keys)


def set_recovery(room: Room, keystore: KeyStore, code: RecoveryCode) -> None:
    """See Vault.set_recovery. After a crash between the steps, opening writes the escrow anew."""

    def task() -> None:
        vault_id = room.sealer.vault_id
        public_key = recovery_public_key(code, vault_id)
        policy = replace(room.store.read(read_policy), public_key=public_key)
        keys = keys_of(room, keystore, room.sealer.epoch)
        try:
            if policy.escrow_key is not None:
                prepare(room.folder, keys, policy.escrow_key)
            room.store.transact(lambda c: c.execute(update(VaultState).values(recovery_public=public_key)))
        except BaseException:
            discard_new(room.folder)
            raise
        if policy.escrow_key is not None:
            put_in_place(room.folder)
        log.info("vault.recovery_code_set")

    room.store.call(task)
