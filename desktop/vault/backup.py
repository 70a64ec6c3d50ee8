"""Backups of an open vault: made, proven, thinned out."""

from __future__ import annotations

import hashlib
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import structlog
from sqlalchemy import Connection

from desktop.domain.audit import Actor, AuditAction, AuditDraft
from desktop.domain.backups import Backup, BackupId, Destination, DestinationId, DestinationPlan
from desktop.domain.ids import random_id
from desktop.domain.progress import UNWATCHED, Part, Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import backup_folder, companion, recovery
from desktop.vault.backup_copy import CopyFacts, copy_database, hash_file, read_facts
from desktop.vault.backup_errors import (
    BackupDamaged,
    BackupNotProven,
    CompanionDamaged,
    DestinationAhead,
    RecoveryCodeNeeded,
)
from desktop.vault.backup_folder import COMPANION, DATABASE, Manifest
from desktop.vault.backup_secrets import BackupSecrets
from desktop.vault.companion import Companion
from desktop.vault.companions import CompanionKeeper, folder_of
from desktop.vault.destination_failures import at_destination, demand_writable
from desktop.vault.destinations import DestinationRepository
from desktop.vault.erasure_rows import enter_ledger
from desktop.vault.errors import VaultError
from desktop.vault.files import PRIVATE_FOLDER
from desktop.vault.lines import learn
from desktop.vault.records import utc_now
from desktop.vault.room import Room

log = structlog.get_logger("desktop.vault")

_PROGRAM = Actor()


class BackupKeeper:
    """Backups of one open vault. Thread-safe; everything blocks on disks.

    A destination that is full, write-protected or pulled out in the middle raises an error of its own and never
    touches the vault.
    """

    def __init__(self, room: Room, secrets: BackupSecrets) -> None:
        self._room = room
        self._secrets = secrets
        self.destinations = DestinationRepository(room)
        self.companions = CompanionKeeper(room, secrets, self.destinations)
        self._making = threading.Lock()

    def add(self, plan: DestinationPlan) -> DestinationId:
        """A new destination; its folder is made if its parent is there.

        Raises DestinationInvalid, DestinationTaken, DestinationRefused, DestinationUnreachable, CompanionDamaged.
        """
        path = Path(plan.path)
        self.destinations.demand_valid(plan)
        with at_destination(path, self._room.folder):
            path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            self.companions.demand_ours(Destination(DestinationId(""), plan))
            demand_writable(path)
        added = self.destinations.add(plan)
        if (path / COMPANION).exists():  # of this vault
            self.companions.begin(self.destinations.get(added))
        return added

    def reachable(self, destination: Destination) -> bool:
        """Whether the destination is there right now, and the one it was."""
        try:
            with at_destination(folder_of(destination), self._room.folder):
                self.companions.demand_ours(destination)
        except VaultError:
            return False
        return True

    def ahead(self, destination: Destination) -> bool:
        """Whether the companion there names erasures that are not known here; False where it is out of reach."""
        try:
            with at_destination(folder_of(destination), self._room.folder):
                self.companions.demand_ours(destination)
                self.companions.demand_known(destination)
        except DestinationAhead:
            return True
        except VaultError:
            return False
        return False

    def make(
        self, destination_id: DestinationId, site: str, progress: Progress = UNWATCHED, actor: Actor = _PROGRAM
    ) -> Backup:
        """A new backup, checked, with a fresh companion; the oldest beyond the plan's number are deleted.

        Raises the destination's errors, BackupNotProven, RecoveryCodeNeeded, Cancelled, the vault's errors: then
        nothing half-made is left there.
        """
        with self._making:
            destination = self.destinations.get(destination_id)
            try:
                folder, manifest = self._make(destination, site, progress)
            except VaultError as error:
                draft = AuditDraft(AuditAction.BACKUP_FAILED, actor, destination_id)
                self.destinations.failed(destination_id, error.code, draft)
                raise
            digest = bytes.fromhex(manifest.sha256)
            made_it = AuditDraft(
                AuditAction.BACKUP_MADE, actor, destination_id, detail={"bytes": manifest.size, "sha256": digest}
            )
            self.destinations.succeeded(destination_id, manifest.at, made_it)
            if destination.last_success is None:
                self.companions.write_again()
            self._thin(destination, folder)
            made = next(one for one in self.refresh(destination_id) if one.folder == folder.name)
        log.info("backup.made", bytes=made.size)
        return made

    def refresh(self, destination_id: DestinationId) -> list[Backup]:
        """The backups that are really there, newest first, remembered as they are. Raises destination errors."""
        destination = self.destinations.get(destination_id)
        known = {backup.folder: backup for backup in self.destinations.backups(destination_id)}
        with at_destination(path := folder_of(destination), self._room.folder):
            self.companions.demand_ours(destination)
            found = self._ours(path)
        backups = [known.get(folder.name) or _backup(destination_id, folder, manifest) for folder, manifest in found]
        if backups != list(known.values()):
            self.destinations.replace_backups(destination_id, backups)
        return backups

    def verify(self, backup: Backup, progress: Progress) -> Backup:
        """Read a backup once more, every byte. Raises BackupDamaged, BackupMissing, destination errors, Cancelled."""
        destination = self.destinations.get(backup.destination_id)
        folder = folder_of(destination) / backup.folder
        with at_destination(folder_of(destination), self._room.folder):
            self.companions.demand_ours(destination)
            manifest = backup_folder.read_manifest(folder)
            digest = hash_file(folder / DATABASE, progress)
            facts = self._facts(folder, manifest)
        signed = manifest.signer == self._secrets.signer.public_key.hex()
        if not signed or digest != manifest.sha256 or manifest.sha256 != backup.sha256:
            raise BackupDamaged(path=folder, what=DATABASE)
        if facts is not None and facts.counts != manifest.counts:
            raise BackupDamaged(path=folder, what=DATABASE)
        checked = replace(backup, verified_at=utc_now())
        others = [one for one in self.destinations.backups(destination.id) if one.id != backup.id]
        self.destinations.replace_backups(destination.id, [checked, *others])
        return checked

    def remove(self, destination_id: DestinationId) -> bool:
        """Forget a destination. True: its companion was deleted, so that the backups there open with no other keys
        than those of another destination; False: it is out of reach and still lies there."""
        destination = self.destinations.get(destination_id)
        try:
            with at_destination(path := folder_of(destination), self._room.folder):
                self.companions.demand_ours(destination)
                self.companions.demand_known(destination)
                (path / COMPANION).unlink(missing_ok=True)
        except VaultError:
            gone = destination.companion_epoch is None
        else:
            gone = True
        self.destinations.remove(destination_id)
        self.companions.write_again()
        return gone

    def open_companion(self, destination_id: DestinationId, code: RecoveryCode) -> Companion:
        """What the companion there holds. Raises destination errors, CompanionMissing, CompanionDamaged (also where
        another vault made it), RecoveryCodeWrong."""
        destination = self.destinations.get(destination_id)
        with at_destination(path := folder_of(destination), self._room.folder):
            self.companions.demand_ours(destination)
            opened = companion.read(path / COMPANION, code)
        if opened.signing_key.public_key != self._secrets.signer.public_key:
            raise CompanionDamaged(path=path / COMPANION)
        return opened

    def take_over(self, known: Companion, audit: AuditDraft) -> None:
        """Enter its ledger into this vault's: whoever stands in it was erased here, too, or was never here."""

        def work(connection: Connection) -> None:
            enter_ledger(connection, known.ledger)
            learn(connection, known.epochs)

        self._room.store.write(work, audit=audit).result()

    def _make(self, destination: Destination, site: str, progress: Progress) -> tuple[Path, Manifest]:
        path, vault_id = folder_of(destination), self._secrets.vault_id
        with at_destination(path, self._room.folder):
            self.companions.demand_ours(destination)
            self.companions.demand_known(destination)
            companion.sweep(path, vault_id)
            self.companions.begin(destination)
            hidden = backup_folder.begin(path, vault_id)
            try:
                manifest = self._fill(hidden, site, progress)
                self.companions.write_one(destination)
                final = backup_folder.finish(hidden, backup_folder.folder_name(site, manifest.at))
            except BaseException:
                shutil.rmtree(hidden, ignore_errors=True)
                raise
        progress.report(1.0)
        return final, manifest

    def _fill(self, hidden: Path, site: str, progress: Progress) -> Manifest:
        """Copy, check, describe and sign in the hidden folder."""
        secrets, database = self._secrets, hidden / DATABASE
        recovery_key = secrets.recovery_public()
        if recovery_key is None:
            raise RecoveryCodeNeeded
        at = utc_now()
        key = copy_database(self._room.store, database, Part(progress, 0.0, 0.7))
        digest = hash_file(database, Part(progress, 0.7, 0.85))
        facts = read_facts(database, key)
        if facts is None or facts.vault_id != secrets.vault_id:
            raise BackupNotProven(path=hidden.parent)
        progress.report(0.95)
        manifest = Manifest(
            vault_id=facts.vault_id,
            site=site,
            made_at=at.isoformat(),
            revision=facts.revision,
            size=database.stat().st_size,
            sha256=digest,
            counts=facts.counts,
            key=key_fingerprint(key),
            sealed_key=recovery.seal(key, recovery_key, sealed_key_info(facts.vault_id)).hex(),
            anchor=facts.anchor.to_text(),
            signer=secrets.signer.public_key.hex(),
        )
        backup_folder.write_manifest(hidden, manifest, secrets.signer)
        return manifest

    def _facts(self, folder: Path, manifest: Manifest) -> CopyFacts | None:
        """What the copy holds; None if it was made under an earlier database key (its hash is all there is then)."""
        key = self._room.store.key
        if manifest.key != key_fingerprint(key):
            return None
        facts = read_facts(folder / DATABASE, key)
        if facts is None:
            raise BackupDamaged(path=folder, what=DATABASE)
        return facts

    def _ours(self, path: Path) -> list[tuple[Path, Manifest]]:
        signer = self._secrets.signer.public_key.hex()
        found = backup_folder.find(path, self._secrets.vault_id)
        return [(folder, manifest) for folder, manifest in found if manifest.signer == signer]

    def _thin(self, destination: Destination, made: Path) -> None:
        """Delete the oldest backups beyond the plan's number, never the one just made: the clock may have been set
        back. One that cannot be deleted is tried again next time."""
        try:
            with at_destination(path := folder_of(destination), self._room.folder):
                others = [folder for folder, _ in self._ours(path) if folder != made]
                for folder in others[destination.plan.keep - 1 :]:
                    backup_folder.discard(folder, self._secrets.vault_id)
        except VaultError as error:
            log.warning("backup.not_thinned", kind=error.code)


def key_fingerprint(database_key: bytes) -> str:
    """Tells database keys apart without showing them."""
    return hashlib.sha256(b"consentry database key " + database_key).hexdigest()[:16]


def sealed_key_info(vault_id: str) -> bytes:
    """What a manifest's sealed database key is bound to."""
    return b"consentry backup key " + vault_id.encode()


def _backup(destination_id: DestinationId, folder: Path, manifest: Manifest) -> Backup:
    """A backup was checked when it was made."""
    at = manifest.at
    return Backup(BackupId(random_id()), destination_id, folder.name, at, manifest.size, manifest.sha256, at)
