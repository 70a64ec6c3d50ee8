"""Making a new vault, and taking one away with its keys.

A vault is built in a folder beside its place and renamed into it at the end: a crash or an error leaves nothing that
looks like a vault. Its keyring entries carry its random id, so that what a crash leaves behind there opens nothing.
"""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from sqlalchemy import insert

from desktop.domain.errors import ConsentryError
from desktop.vault import ballast, cipher, escrow, layout
from desktop.vault.anchor import Anchor, new_mark, read_anchor
from desktop.vault.errors import FolderNotEmpty, KeysDamaged, VaultExists, VaultMissing
from desktop.vault.escrow import RecoveryPolicy
from desktop.vault.failures import translated
from desktop.vault.files import PRIVATE_FOLDER, sync_folder
from desktop.vault.key_material import new_key
from desktop.vault.key_place import NewPassphrase, made_in, settle
from desktop.vault.keyfile import KeyFile, KeyFileHeader
from desktop.vault.keystore import (
    BACKGROUND_TIMEOUT,
    KeyStore,
    anchor_name,
    database_key_name,
    folder_name,
    next_database_key_name,
    signing_key_name,
    wrapping_key_name,
)
from desktop.vault.lockfile import FolderLock
from desktop.vault.migrate import engine_on, migrate
from desktop.vault.models import Setting, VaultState
from desktop.vault.records import utc_now
from desktop.vault.recovery import recovery_public_key
from desktop.vault.setup import VaultSetup
from desktop.vault.signing import SigningKey
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")

FIRST_EPOCH = 1
BALLAST_SETTING = "vault.ballast_bytes"
_STALE_SECONDS = 3600.0  # a creation takes a second; another window may be in the middle of one


def create_files(
    folder: Path, place: KeyStore | NewPassphrase, setup: VaultSetup, ballast_bytes: int = ballast.DEFAULT_BALLAST_BYTES
) -> None:
    """A new vault in `folder`, which is absent or empty; it is left closed. All or nothing, a new passphrase included.

    Raises VaultExists, FolderNotEmpty, VaultMissing (the key place remembers a vault here), PassphraseUnfit, DiskFull,
    keyring errors.
    """
    _refuse_where_a_vault_belongs(folder, place)
    _sweep(folder)
    vault_id = str(uuid.uuid4())
    staging = folder.parent / f".{folder.name}.new-{secrets.token_hex(4)}"
    tried: list[str] = []
    try:
        with translated(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            staging.mkdir(mode=PRIVATE_FOLDER)
            keystore = made_in(staging, place)
            keys = _build(staging, vault_id, keystore.backend, setup, ballast_bytes)
            for name, value in keys.items():
                tried.append(name)
                keystore.set(name, value)
            _put_in_place(staging, folder)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        if not isinstance(place, NewPassphrase):
            _forget_keys(place, tried)
        raise
    settle(folder)
    log.info("vault.created")


def destroy_files(folder: Path, keystore: KeyStore) -> None:
    """Destroy a vault: its keyring entries, then its files. Fine when there is none, or only half of one."""
    vaults = _vaults_of(folder, keystore)
    lock = FolderLock(folder) if folder.is_dir() else None
    try:
        with translated(folder):
            for vault_id, epoch in vaults.items():
                _forget_keys(keystore, _key_names(vault_id, epoch))
            keystore.delete(folder_name(folder))
            for name in layout.ALL_FILES:
                if lock is not None and name != "lock":
                    (folder / name).unlink(missing_ok=True)
            shutil.rmtree(folder / layout.RUN, ignore_errors=True)
    finally:
        if lock is not None:
            lock.release()
    if lock is not None:
        with translated(folder):
            (folder / "lock").unlink(missing_ok=True)
            if not any(folder.iterdir()):
                folder.rmdir()


def _refuse_where_a_vault_belongs(folder: Path, place: KeyStore | NewPassphrase) -> None:
    if layout.holds_vault(folder):
        raise VaultExists(folder=folder)
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    if isinstance(place, NewPassphrase):
        remembered = layout.passphrase_file(folder).exists()
    else:
        remembered = place.get(folder_name(folder)) is not None
    if remembered:
        raise VaultMissing(folder=folder)


def _sweep(folder: Path) -> None:
    """Remove what a crash in the middle of an earlier creation left beside the folder. It holds nobody's data."""
    for leftover in folder.parent.glob(f".{glob.escape(folder.name)}.new-*"):
        if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _build(staging: Path, vault_id: str, backend: str, setup: VaultSetup, ballast_bytes: int) -> dict[str, str]:
    """All files of a closed vault in `staging`; returns what belongs into the keyring."""
    database_key, wrapping_key, signing_key = os.urandom(cipher.KEY_BYTES), new_key(), SigningKey.new()
    code = setup.recovery_code
    policy = RecoveryPolicy(None if code is None else recovery_public_key(code, vault_id), setup.erasure_mode)
    state = {
        "vault_id": vault_id,
        "keyring_backend": backend,
        "recovery_public": policy.public_key,
        "signing_public": signing_key.public_key,
        "erasure_mode": policy.mode.value,
    }
    anchor = _build_database(staging, database_key, state, ballast_bytes)
    KeyFile.create(staging / layout.KEYS, KeyFileHeader(vault_id, FIRST_EPOCH, backend))
    ballast.reserve(staging, ballast_bytes)
    keys = VaultKeys(
        vault_id, FIRST_EPOCH, database_key.hex(), wrapping_key.hex(), signing_key.to_text(), anchor.to_text()
    )
    if policy.escrow_key is not None:
        escrow.prepare(staging, keys, policy.escrow_key)
        escrow.put_in_place(staging)
    return keys.entries()


def _build_database(staging: Path, key: bytes, state: Mapping[str, object], ballast_bytes: int) -> Anchor:
    path = staging / layout.DATABASE
    connection = cipher.connect(path, key, create=True)
    path.chmod(0o600)
    try:
        migrate(connection, staging)
        now = utc_now()
        with engine_on(connection).begin() as live:
            live.execute(insert(VaultState).values(id=1, created_at=now, changes=1, mark=new_mark(), **state))
            live.execute(insert(Setting).values(key=BALLAST_SETTING, value=ballast_bytes, changed_at=now))
            anchor = read_anchor(live)
            assert anchor is not None
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return anchor
    finally:
        connection.close()


def _put_in_place(staging: Path, folder: Path) -> None:
    sync_folder(staging)
    if folder.exists():
        folder.rmdir()  # empty; Windows does not rename onto a folder
    staging.rename(folder)
    sync_folder(folder.parent)


def _vaults_of(folder: Path, keystore: KeyStore) -> dict[str, int]:
    """Vaults that left something here, and the last epoch that is known of each."""
    remembered = keystore.get(folder_name(folder))
    found = {} if remembered is None else {remembered: _anchored_epoch(keystore, remembered)}
    if (folder / layout.KEYS).exists():
        try:
            header = KeyFile.open(folder / layout.KEYS).header
        except KeysDamaged:
            log.warning("vault.destroyed_without_header")
        else:
            found[header.vault_id] = max(header.epoch, found.get(header.vault_id, FIRST_EPOCH))
    return found


def _anchored_epoch(keystore: KeyStore, vault_id: str) -> int:
    try:
        return Anchor.from_text(keystore.get(anchor_name(vault_id)) or "").epoch or FIRST_EPOCH
    except ValueError:
        return FIRST_EPOCH


def _key_names(vault_id: str, epoch: int) -> list[str]:
    """Every entry there may be, also after a crash in a rotation."""
    return [
        database_key_name(vault_id),
        next_database_key_name(vault_id),
        *(wrapping_key_name(vault_id, near) for near in (epoch - 1, epoch, epoch + 1)),
        signing_key_name(vault_id),
        anchor_name(vault_id),
    ]


def _forget_keys(keystore: KeyStore, names: Sequence[str]) -> None:
    """Delete entries as far as the keyring allows: keys of a vault that is not there open nothing."""
    try:
        for name in names:
            keystore.delete(name, timeout=BACKGROUND_TIMEOUT)
    except ConsentryError as error:
        log.warning("vault.keys_left_in_keyring", kind=error.code)
