"""The keys for a restore: out of a companion, or out of the desk's own folder; the newest that the code opens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from desktop.domain.backups import Destination
from desktop.domain.erasure import LedgerEntry
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import cipher, companion, layout, migrate, recovery
from desktop.vault.anchor import Anchor
from desktop.vault.backup import key_fingerprint, sealed_key_info
from desktop.vault.backup_errors import BackupKeyUnknown, BackupOfOtherSite, CompanionMissing, CompanionOutdated
from desktop.vault.backup_folder import COMPANION, Manifest
from desktop.vault.destinations import read_destinations
from desktop.vault.erasure_rows import ledger
from desktop.vault.errors import KeysDamaged, VaultError
from desktop.vault.escrow import read_escrow
from desktop.vault.key_errors import RecoveryCodeWrong, SealedFileDamaged
from desktop.vault.key_material import parse_key
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import KeyStore, anchor_name, wrapping_key_name
from desktop.vault.lines import read_lines
from desktop.vault.signing import SigningKey

log = structlog.get_logger("desktop.vault")


@dataclass(frozen=True, slots=True)
class RestoreKeys:
    """One source of keys, opened.

    Attributes:
        at: when it was written, UTC; None: it is the desk's own folder.
        wrapping_key, keys: the KEK of `epoch`, and the content of keys.bin; None: it holds no persons' keys.
        ledger: who is known to have been erased.
        anchor: the newest that is known of the vault.
        epochs: of each line of the vault, the epoch up to which `ledger` knows its erasures (desktop.vault.lines).
        destinations: where companions of the vault lie.
    """

    path: Path
    vault_id: str
    epoch: int
    at: datetime | None
    database_key: bytes = field(repr=False)
    wrapping_key: bytes | None = field(repr=False)
    keys: bytes | None = field(repr=False)
    ledger: list[LedgerEntry] = field(repr=False)
    anchor: Anchor
    signing_key: SigningKey
    epochs: dict[str, int]
    destinations: list[Destination]

    def with_ledger_of(self, other: RestoreKeys) -> RestoreKeys:
        """Whoever is erased in one of the two is erased."""
        lines = {*self.epochs, *other.epochs}
        return replace(
            self,
            ledger=[*self.ledger, *other.ledger],
            epochs={line: max(self.epochs.get(line, 0), other.epochs.get(line, 0)) for line in lines},
            destinations=[*self.destinations, *other.destinations],
        )


def find_keys(
    backup: Path, chosen: Path | None, folder: Path, manifest: Manifest, keystore: KeyStore, code: RecoveryCode
) -> RestoreKeys:
    """The newest keys of the backup's vault that `code` opens: in `chosen` (a companion, or a vault's keys.bin), else
    beside the backup and in the vault's own `folder`.

    Raises CompanionMissing, CompanionDamaged, RecoveryCodeWrong, BackupOfOtherSite, CompanionOutdated.
    """
    places = [backup.parent / COMPANION, folder / layout.KEYS] if chosen is None else [chosen]
    found, refusal = [], None
    for place in places:
        try:
            keys = _read(place, code)
        except VaultError as error:
            refusal = refusal or error
            continue
        if keys is not None and keys.vault_id == manifest.vault_id:
            found.append(keys)
        elif keys is not None:
            refusal = refusal or BackupOfOtherSite(path=backup)
    if not found:
        raise refusal or CompanionMissing(path=backup)
    found.sort(key=lambda keys: keys.epoch, reverse=True)
    newest = _with_todays_keys(found[0], folder, keystore)
    for other in found[1:]:
        newest = newest.with_ledger_of(other)
    remembered = _remembered(keystore, manifest.vault_id)
    if remembered is None:
        return newest
    if newest.epoch < (remembered.epoch or 0):
        raise CompanionOutdated(path=newest.path)
    return replace(newest, anchor=max(newest.anchor, remembered, key=lambda anchor: anchor.changes))


def _with_todays_keys(newest: RestoreKeys, folder: Path, keystore: KeyStore) -> RestoreKeys:
    """Under strict erasure a companion holds no person's key: those of the desk's own folder, if they open here."""
    path = folder / layout.KEYS
    if newest.keys is not None or not path.is_file():
        return newest
    try:
        keyfile = KeyFile.open(path)
        epoch = keyfile.header.epoch
        wrapping_key = bytes(parse_key(keystore.get(wrapping_key_name(newest.vault_id, epoch)) or ""))
    except (KeysDamaged, ValueError):
        return newest
    if keyfile.header.vault_id != newest.vault_id or epoch < newest.epoch:
        return newest
    return replace(newest, epoch=epoch, wrapping_key=wrapping_key, keys=path.read_bytes())


def copy_key(backup: Path, manifest: Manifest, keys: RestoreKeys, code: RecoveryCode) -> bytes:
    """The database key of the copy, which may be older than today's. Raises BackupKeyUnknown."""
    if key_fingerprint(keys.database_key) == manifest.key:
        return keys.database_key
    info = sealed_key_info(manifest.vault_id)
    try:
        key = recovery.open_sealed(bytes.fromhex(manifest.sealed_key), code, manifest.vault_id, info)
    except (RecoveryCodeWrong, SealedFileDamaged):
        raise BackupKeyUnknown(path=backup) from None
    if key_fingerprint(key) != manifest.key:
        raise BackupKeyUnknown(path=backup)
    return key


def _read(place: Path, code: RecoveryCode) -> RestoreKeys | None:
    if not place.is_file():
        return None
    return _from_folder(place.parent, code) if place.name == layout.KEYS else _from_companion(place, code)


def _from_companion(path: Path, code: RecoveryCode) -> RestoreKeys:
    opened = companion.read(path, code)
    header = opened.header
    return RestoreKeys(
        path=path,
        vault_id=header.vault_id,
        epoch=header.epoch,
        at=header.made_at,
        database_key=opened.database_key,
        wrapping_key=opened.wrapping_key,
        keys=opened.keys,
        ledger=opened.ledger,
        anchor=opened.anchor,
        signing_key=opened.signing_key,
        epochs=opened.epochs,
        destinations=opened.destinations,
    )


def _from_folder(folder: Path, code: RecoveryCode) -> RestoreKeys | None:
    """From keys.bin and the escrow that fits it. Raises RecoveryCodeWrong, SealedFileDamaged, KeysDamaged."""
    keyfile = KeyFile.open(folder / layout.KEYS)
    header = keyfile.header
    escrows = [read_escrow(folder / name) for name in (layout.ESCROW, layout.NEW_ESCROW)]
    fitting = [one for one in escrows if one and (one.vault_id, one.epoch) == (header.vault_id, header.epoch)]
    if not fitting:
        return None
    keys = fitting[0].open(code)
    told = _told_by(folder / layout.DATABASE, bytes(parse_key(keys.database_key)), header.epoch)
    return RestoreKeys(
        path=keyfile.path,
        vault_id=header.vault_id,
        epoch=header.epoch,
        at=None,
        database_key=bytes(parse_key(keys.database_key)),
        wrapping_key=bytes(parse_key(keys.wrapping_key)),
        keys=keyfile.path.read_bytes(),
        ledger=told.ledger,
        anchor=Anchor.from_text(keys.anchor),
        signing_key=SigningKey.from_text(keys.signing_key),
        epochs=told.epochs,
        destinations=told.destinations,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """By the desk's own database. Nothing, where it does not open: whoever was erased has no key anyway."""

    ledger: list[LedgerEntry] = field(default_factory=list)
    epochs: dict[str, int] = field(default_factory=dict)
    destinations: list[Destination] = field(default_factory=list)


def _told_by(database: Path, key: bytes, epoch: int) -> _Told:
    still = not database.with_name(f"{database.name}-wal").exists()
    try:
        connection = cipher.connect_read_only(database, key, still=still)
    except (dbapi2.Error, OSError):
        return _Told()
    try:
        with migrate.engine_on(connection, begin="BEGIN").connect() as live:
            begun = [one for one in read_destinations(live) if one.companion_epoch is not None]
            return _Told(ledger(live), read_lines(live).at(epoch), begun)
    except (DBAPIError, dbapi2.Error):
        return _Told()
    finally:
        connection.close()


def _remembered(keystore: KeyStore, vault_id: str) -> Anchor | None:
    """What the key place remembers of the vault; None on a bare machine. Raises the keyring's errors."""
    try:
        return Anchor.from_text(keystore.get(anchor_name(vault_id)) or "")
    except ValueError:
        return None
