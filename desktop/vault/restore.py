"""Restoring a vault from a backup, onto a bare machine or over a vault that is moved aside whole.

Rows come from the backup, keys from the newest companion (or the desk's own keys.bin): whoever was erased since the
backup was made has no key there and stays erased. Everything is checked and built in a hidden folder first; until
the last two renames nothing of what was there has changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import structlog

from desktop.domain.backups import RestoreReport
from desktop.domain.progress import Part, Progress, checkpoint
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import layout, migrate, restore_place
from desktop.vault.backup_copy import CopyFacts, read_facts
from desktop.vault.backup_errors import BackupDamaged, BackupOfOtherSite, BackupTooNew
from desktop.vault.backup_folder import DATABASE, Manifest, read_manifest
from desktop.vault.errors import KeysDamaged, VaultTooNew
from desktop.vault.failures import translated
from desktop.vault.files import PRIVATE, write_all
from desktop.vault.key_place import NewPassphrase, made_in, settle
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import KeyStore, folder_name
from desktop.vault.lockfile import FolderLock
from desktop.vault.records import utc_now
from desktop.vault.restore_build import RestoredVault, build
from desktop.vault.restore_keys import RestoreKeys, copy_key, find_keys

log = structlog.get_logger("desktop.vault")

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class RestoreOrder:
    """`keys`: a companion.bin, or the keys.bin of a vault; None: beside the backup and in `folder` itself."""

    backup: Path
    folder: Path
    code: RecoveryCode
    keys: Path | None = None


def restore(order: RestoreOrder, place: KeyStore | NewPassphrase, progress: Progress) -> RestoreReport:
    """Restore into `order.folder`; `place` becomes the vault's key place. The vault is left closed.

    Raises, with nothing changed: BackupMissing, BackupDamaged, BackupTooNew, BackupOfOtherSite, BackupKeyUnknown,
    CompanionMissing, CompanionDamaged, CompanionOutdated, RecoveryCodeWrong, PassphraseUnfit, VaultInUse, DiskFull,
    other disk errors, the keyring's errors, Cancelled.
    """
    with translated(order.folder), ExitStack() as undo:
        settle(order.folder)
        manifest = _manifest(order.backup)
        lock = FolderLock(order.folder) if layout.holds_vault(order.folder) and order.folder.is_dir() else None
        if lock is not None:
            undo.callback(lock.release)
        staging = restore_place.new_staging(order.folder)
        undo.callback(lambda: shutil.rmtree(staging, ignore_errors=True))
        keystore = made_in(staging, place)
        _demand_same_site(order, manifest, keystore)
        keys = find_keys(order.backup, order.keys, order.folder, manifest, keystore, order.code)
        if keys.signing_key.public_key.hex() != manifest.signer:
            raise BackupDamaged(path=order.backup, what="manifest.sig")
        key = copy_key(order.backup, manifest, keys, order.code)
        facts = _copied(order.backup, manifest, key, staging / layout.DATABASE, Part(progress, 0.0, 0.6))
        made = build(staging, keys, facts, key, keystore, Part(progress, 0.6, 0.95))
        with made.entries_in(keystore):
            aside = restore_place.put_in_place(staging, order.folder, lock, utc_now())
        progress.report(1.0)
    settle(order.folder)
    log.info("vault.restored", erased_again=made.settled.erased, unreadable=made.settled.unreadable)
    return _report(order.backup.parent, manifest, facts, keys, made, aside)


def _manifest(backup: Path) -> Manifest:
    manifest = read_manifest(backup)
    try:
        migrate.refuse_newer(manifest.revision)
    except VaultTooNew:
        raise BackupTooNew(path=backup) from None
    return manifest


def _demand_same_site(order: RestoreOrder, manifest: Manifest, keystore: KeyStore) -> None:
    belongs = {keystore.get(folder_name(order.folder))}
    if (order.folder / layout.KEYS).exists():
        try:
            belongs.add(KeyFile.open(order.folder / layout.KEYS).header.vault_id)
        except KeysDamaged:
            log.info("restore.own_keys_damaged")
    if belongs - {None, manifest.vault_id}:
        raise BackupOfOtherSite(path=order.backup)


def _copied(backup: Path, manifest: Manifest, key: bytes, database: Path, progress: Progress) -> CopyFacts:
    """Copy, hashing what is read: it is what was signed, opens, and holds what was counted."""
    try:
        digest = _copy_file(backup / DATABASE, database, progress)
    except FileNotFoundError:
        digest = ""
    facts = read_facts(database, key) if digest == manifest.sha256 else None
    if facts is None or (facts.revision, facts.anchor.to_text()) != (manifest.revision, manifest.anchor):
        raise BackupDamaged(path=backup, what=DATABASE)
    return facts


def _copy_file(source: Path, target: Path, progress: Progress) -> str:
    """Copy durably; the SHA-256 of what was read. Raises OSError, Cancelled."""
    digest = hashlib.sha256()
    size, done = max(1, source.stat().st_size), 0
    with source.open("rb") as file:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
        try:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                write_all(descriptor, chunk)
                done += len(chunk)
                checkpoint(progress, min(1.0, done / size))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return digest.hexdigest()


def _report(
    place: Path, manifest: Manifest, facts: CopyFacts, keys: RestoreKeys, made: RestoredVault, aside: Path | None
) -> RestoreReport:
    later = {name: amount - facts.counts.get(name, 0) for name, amount in keys.anchor.counts.items()}
    return RestoreReport(
        made_at=manifest.at,
        keys_at=keys.at,
        came_back=made.counts,
        erased_again=made.settled.erased,
        unreadable=made.settled.unreadable,
        operators_lost=made.settled.operators,
        audit_intact=made.audit_intact,
        missing={name: amount for name, amount in later.items() if amount > 0},
        moved_aside=None if aside is None else str(aside),
        signer=keys.signing_key.fingerprint,
        destinations_added=made.settled.destinations_added,
        unlisted=None if str(place) in made.settled.destinations else str(place),
    )
