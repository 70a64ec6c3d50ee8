"""Opening a vault: its keys out of the key place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from sqlalchemy import select, update
from sqlcipher3 import dbapi2

from desktop.vault import cipher, layout
from desktop.vault.anchor import Anchor
from desktop.vault.engine import Store
from desktop.vault.errors import DiskFull, KeyMissing, KeyringChanged, VaultSwapped
from desktop.vault.key_errors import KeysOfAnotherVault, KeysOutdated
from desktop.vault.key_material import parse_key
from desktop.vault.keyfile import KeyFileHeader
from desktop.vault.keystore import (
    KeyStore,
    anchor_name,
    database_key_name,
    folder_name,
    next_database_key_name,
    signing_key_name,
    wrapping_key_name,
)
from desktop.vault.models import VaultState
from desktop.vault.signing import SigningKey
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the key place holds for one vault. `wrapping_key` is wiped once it is in use.

    `next_database_key` is there after a crash in the rotation of the database key.
    """

    database_key: bytes
    next_database_key: bytes | None
    wrapping_key: bytearray
    signing_key: SigningKey | None
    anchor: Anchor

    def together(self, header: KeyFileHeader, signing_key: SigningKey) -> VaultKeys:
        return VaultKeys(
            header.vault_id,
            header.epoch,
            self.database_key.hex(),
            self.wrapping_key.hex(),
            signing_key.to_text(),
            self.anchor.to_text(),
        )

    def __repr__(self) -> str:
        return "Secrets(…)"


def read_secrets(folder: Path, keystore: KeyStore, header: KeyFileHeader) -> Secrets:
    """Raises KeyringChanged, VaultSwapped, KeyMissing, KeysOutdated and the keyring's errors."""
    found = keystore.backend
    if found != header.backend:
        raise KeyringChanged(recorded=header.backend, found=found)
    remembered = keystore.get(folder_name(folder))
    if remembered is not None and remembered != header.vault_id:
        own = _is_opened_by(folder, keystore.get(database_key_name(remembered)))
        raise KeysOfAnotherVault(folder=folder) if own else VaultSwapped(folder=folder)
    texts = [
        keystore.get(name)
        for name in (
            database_key_name(header.vault_id),
            next_database_key_name(header.vault_id),
            wrapping_key_name(header.vault_id, header.epoch),
            anchor_name(header.vault_id),
            signing_key_name(header.vault_id),
        )
    ]
    database_key, next_key, wrapping_key, remembered_anchor, signing = texts
    if database_key is None or remembered_anchor is None:
        raise KeyMissing
    try:
        remembered_at = Anchor.from_text(remembered_anchor)
        if wrapping_key is None:
            outdated = header.epoch < (remembered_at.epoch or 0)
            raise KeysOutdated(folder=folder) if outdated else KeyMissing()
        # A value that is not what was written is as good as none.
        return Secrets(
            bytes(parse_key(database_key)),
            None if next_key is None else bytes(parse_key(next_key)),
            parse_key(wrapping_key),
            None if signing is None else SigningKey.from_text(signing),
            remembered_at,
        )
    except ValueError:
        raise KeyMissing from None


def site_signing_key(store: Store, keystore: KeyStore, found: SigningKey | None, vault_id: str) -> SigningKey:
    """The site's key; a vault of an earlier version gets one. Raises KeyMissing for a lost or exchanged one."""
    known = store.read(lambda connection: connection.scalar(select(VaultState.signing_public)))
    if known is not None:
        if found is None or found.public_key != known:
            raise KeyMissing
        return found
    key = found or SigningKey.new()
    if found is None:
        keystore.set(signing_key_name(vault_id), key.to_text())
    record = update(VaultState).values(signing_public=key.public_key)
    try:
        store.write(lambda connection: connection.execute(record)).result()
    except DiskFull:
        log.warning("vault.signing_key_not_recorded")  # it is in the key place: the next opening records it
    return key


def with_fitting_key(folder: Path, secrets: Secrets) -> Secrets:
    """With the next database key as the current one where a crash came between exchanging the file and the entries."""
    following = secrets.next_database_key
    if following is None or _opens(folder, secrets.database_key) or not _opens(folder, following):
        return secrets
    return replace(secrets, database_key=following)


def _is_opened_by(folder: Path, database_key: str | None) -> bool:
    """Whether the database opens with this entry of the key place."""
    try:
        return _opens(folder, bytes(parse_key(database_key or "")))
    except ValueError:
        return False


def _opens(folder: Path, database_key: bytes) -> bool:
    try:
        cipher.connect(folder / layout.DATABASE, database_key).close()
    except dbapi2.Error:
        return False
    return True
