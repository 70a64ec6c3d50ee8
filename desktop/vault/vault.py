"""The vault: one encrypted database with its keys, open in this process only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import structlog
from sqlalchemy import Connection, text

from desktop.domain.audit import AuditPoint
from desktop.domain.audit_verdict import Verdict
from desktop.domain.backups import RestoreReport
from desktop.domain.progress import UNWATCHED, Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import ballast, cipher, layout
from desktop.vault.anchor import Anchor, AnchorKeeper, read_anchor
from desktop.vault.approvals import ApprovalRepository
from desktop.vault.archive import ArchiveRepository
from desktop.vault.audit_entries import AuditRepository
from desktop.vault.audit_verify import Expected
from desktop.vault.authorities import AuthorityRepository
from desktop.vault.backup import BackupKeeper
from desktop.vault.backup_secrets import BackupSecrets
from desktop.vault.ballast import DEFAULT_BALLAST_BYTES
from desktop.vault.cameras import CameraRepository
from desktop.vault.capture_drafts import CaptureDraftRepository
from desktop.vault.consent_proofs import ConsentProofRepository
from desktop.vault.consent_register import ConsentRegister
from desktop.vault.consents import ConsentRepository
from desktop.vault.consents_in_force import ConsentsInForce
from desktop.vault.creation import create_files, destroy_files
from desktop.vault.database_key import rotate_database_key
from desktop.vault.destruction import resume
from desktop.vault.enrolments import EnrolmentRepository
from desktop.vault.erasure import ErasureRepository
from desktop.vault.erasure_queue import ErasureQueue
from desktop.vault.errors import DiskFull, VaultError, VaultMissing, VaultWrongKeyOrDamaged
from desktop.vault.escrow import RecoveryPolicy, read_policy
from desktop.vault.exports import ExportRepository
from desktop.vault.failures import translated
from desktop.vault.holds import HoldRepository
from desktop.vault.key_errors import NoPassphrase
from desktop.vault.key_place import NewPassphrase
from desktop.vault.keystore import KeyStore
from desktop.vault.lockfile import FolderLock
from desktop.vault.notices import NoticeRepository
from desktop.vault.opening import OpenedVault, open_files
from desktop.vault.operator_sessions import OperatorSessionRepository
from desktop.vault.operators import OperatorRepository
from desktop.vault.passes import PassRepository
from desktop.vault.passphrase_keystore import PassphraseKeyStore
from desktop.vault.people import PeopleRepository
from desktop.vault.person_copy import PersonCopies
from desktop.vault.receipts import ReceiptRepository
from desktop.vault.recovering import recover_with_code, set_recovery
from desktop.vault.requests import RequestRepository
from desktop.vault.restore import RestoreOrder, restore
from desktop.vault.restore_place import discard_restored, finish_restore
from desktop.vault.restrictions import RestrictionRepository
from desktop.vault.retention import RetentionRepository
from desktop.vault.retention_runs import RetentionRunRepository
from desktop.vault.rotation import rotate_epoch
from desktop.vault.settings import SettingsRepository
from desktop.vault.setup import VaultSetup
from desktop.vault.sightings import SightingRepository
from desktop.vault.subjects import keyless
from desktop.vault.templates import TemplateRepository
from desktop.vault.withdrawals import WithdrawalRepository

__all__ = ["DEFAULT_BALLAST_BYTES", "Vault"]

T = TypeVar("T")
log = structlog.get_logger("desktop.vault")

_PLAIN_SETUP = VaultSetup()


class Vault:
    """Made by `create` or `open`. Thread-safe; methods block on disk or keyring, so none belongs on the GUI thread.

    Attributes:
        path: the vault's folder.
        id: its random id.
        cipher_version: SQLCipher's ("4.19.0 community").
        keyring_backend: where its keys are kept, in words.
        signing_key: the site's own, for what leaves the vault.
        matching_revision: rises after every committed change that bears on who may be matched.
    """

    def __init__(self, opened: OpenedVault, keystore: KeyStore, lock: FolderLock) -> None:
        """Use `create` or `open`."""
        room = opened.room
        self.path = room.folder
        self.id = opened.header.vault_id
        self.cipher_version = opened.cipher_version
        self.keyring_backend = opened.header.backend
        self.signing_key = opened.signing_key
        self.matching_revision = 0
        self.erasures = ErasureRepository(room, keystore, opened.signing_key)
        self.people = PeopleRepository(room, self.erasures)
        self.consents = ConsentRepository(room)
        self.consent_proofs = ConsentProofRepository(room)
        self.receipts = ReceiptRepository(room)
        self.passes = PassRepository(room)
        self.consents_in_force = ConsentsInForce(room)
        self.capture_drafts = CaptureDraftRepository(room)
        self.enrolments = EnrolmentRepository(room)
        self.templates = TemplateRepository(room)
        self.authorities = AuthorityRepository(room)
        self.notices = NoticeRepository(room)
        self.retention = RetentionRepository(room)
        self.retention_runs = RetentionRunRepository(room)
        self.holds = HoldRepository(room)
        self.requests = RequestRepository(room)
        self.restrictions = RestrictionRepository(room)
        self.archive = ArchiveRepository(room)
        self.withdrawals = WithdrawalRepository(room)
        self.consent_register = ConsentRegister(room)
        self.cameras = CameraRepository(room)
        self.sightings = SightingRepository(room)
        self.settings = SettingsRepository(room)
        self.exports = ExportRepository(room)
        self.copies = PersonCopies(room)
        self.erasure_queue = ErasureQueue(room)
        self.backups = BackupKeeper(room, BackupSecrets(room, keystore, opened.signing_key, self._read_anchor))
        self.operators = OperatorRepository(room)
        self.operator_sessions = OperatorSessionRepository(room)
        self.approvals = ApprovalRepository(room)
        self.erasures.companions = lambda: [each.plan.path for each in self.backups.companions.write_all()]
        self._store = room.store
        self._lock = lock
        self._closing = threading.Lock()
        self._closed = False
        self._room = room
        self._keystore = keystore
        self._log = opened.audit_log
        self.audit = AuditRepository(self._store, self._log, self._disputed(opened.anchor))
        self._keeper = AnchorKeeper(keystore, self._read_anchor)
        self._store.after_commit = self._committed
        # A copy of the keyring's anchor may be old (a crash before it was written): bring it up to date.
        self._keeper.note(urgent=True)

    @classmethod
    def create(
        cls,
        folder: Path,
        keystore: KeyStore,
        *,
        setup: VaultSetup = _PLAIN_SETUP,
        ballast_bytes: int = DEFAULT_BALLAST_BYTES,
    ) -> Self:
        """A new vault in a folder that is absent or empty, and open it.

        Raises VaultExists, FolderNotEmpty, VaultMissing (the keyring remembers a vault that belongs here), DiskFull,
        FolderRefused and the keyring's errors; then nothing is left behind.
        """
        create_files(folder, keystore, setup, ballast_bytes)
        return cls.open(folder, keystore)

    @classmethod
    def open(cls, folder: Path, keystore: KeyStore, *, progress: Progress | None = None) -> Self:
        """Open the vault in `folder`; never makes one. `progress` counts the names being unsealed.

        Raises VaultMissing, VaultInUse, VaultEmptied, VaultSwapped, VaultRolledBack, VaultWrongKeyOrDamaged,
        VaultTooNew, MigrationFailed, KeysMissing, KeysDamaged, KeyMissing, KeyringChanged, other keyring errors,
        FolderRefused, DiskFull, Cancelled.
        """
        if not cls.exists(folder):
            raise VaultMissing(folder=folder)
        with translated(folder):
            finish_restore(folder)
            lock = FolderLock(folder)
            discard_restored(folder)
        try:
            opened = cls._open_files(folder, keystore, progress or UNWATCHED)
            try:
                resume(opened.room, keystore, opened.signing_key)
                return cls(opened, keystore, lock)
            except BaseException:
                opened.room.store.close()
                raise
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def _open_files(folder: Path, keystore: KeyStore, progress: Progress) -> OpenedVault:
        try:
            return open_files(folder, keystore, progress)
        except DiskFull:
            # Opening needs a little room for the WAL's index.
            if not ballast.release(folder):
                raise
            log.warning("vault.ballast_released")
            return open_files(folder, keystore, progress)

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a vault, or a part of one, lies there: then it is opened and never created."""
        return layout.holds_vault(folder)

    @staticmethod
    def restore(order: RestoreOrder, place: KeyStore | NewPassphrase, progress: Progress) -> RestoreReport:
        """See desktop.vault.restore."""
        return restore(order, place, progress)

    @staticmethod
    def destroy(folder: Path, keystore: KeyStore) -> None:
        """Delete a closed vault, its keys and the keyring's memory of it: for demo sites, or once a person agreed.

        Fine when there is none. Raises VaultInUse and the keyring's errors.
        """
        destroy_files(folder, keystore)

    def close(self) -> None:
        """Finish pending writes, empty the WAL, bring the anchor up to date, let the folder go. May be called twice."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            try:
                self._keeper.stop()
                anchor = self._settle()
                self._store.close()
                if anchor is not None:
                    self._keeper.store(anchor)
            finally:
                self._lock.release()

    @property
    def epoch(self) -> int:
        """Of the persons' keys."""
        return self._room.sealer.epoch

    def rotate_epoch(self, without: Collection[str] = ()) -> int:
        """Wrap all keys but those of `without` under a new key and destroy the old one; the new epoch.

        Raises DiskFull and the keyring's errors with nothing changed; RotationUnfinished.
        """
        try:
            return rotate_epoch(self._room, self._keystore, without)
        finally:
            self._keeper.note(urgent=True)

    def rotate_database_key(self, progress: Progress | None = None) -> None:
        """Put the database under a new key. Reads and writes wait meanwhile: some seconds for a large file.

        Raises DiskFull, DatabaseBusy, Cancelled and the keyring's errors with nothing changed; RotationUnfinished.
        """
        rotate_database_key(self._room, self._keystore, progress)

    @property
    def under_passphrase(self) -> bool:
        """Whether the keys lie in a file that a passphrase locks."""
        return isinstance(self._keystore, PassphraseKeyStore)

    def change_passphrase(self, passphrase: str) -> None:
        """See PassphraseKeyStore.change. Raises NoPassphrase, too."""
        if not isinstance(self._keystore, PassphraseKeyStore):
            raise NoPassphrase
        self._keystore.change(passphrase)

    def recovery_policy(self) -> RecoveryPolicy:
        """Whether there is a recovery code, and how the vault erases."""
        return self._store.read(read_policy)

    def set_recovery(self, code: RecoveryCode) -> None:
        """Set a first recovery code, or another one: what the former code opened in this folder and
        beside the backups is replaced.

        Raises DiskFull and the keyring's errors with nothing changed.
        """
        set_recovery(self._room, self._keystore, code)
        self.backups.companions.recovery_changed()

    @staticmethod
    def recover(folder: Path, keystore: KeyStore, code: RecoveryCode) -> None:
        """See desktop.vault.recovering.recover_with_code."""
        recover_with_code(folder, keystore, code)

    def write(self, work: Callable[[Connection], T], *, matching: bool = False) -> Future[T]:
        """One write transaction in the writer's thread; the future is done once it is durable."""
        return self._store.write(work, matching=matching)

    def read(self, work: Callable[[Connection], T]) -> T:
        """One read transaction on a snapshot, in the calling thread."""
        return self._store.read(work)

    @property
    def plaintext_header(self) -> bool:
        """Whether the database file begins like an unencrypted one (it must not)."""
        return self._store.pages().salt == cipher.PLAINTEXT_HEADER

    @property
    def keyring_failing(self) -> bool:
        """Whether the keyring refused the last copy of the anchor; it is offered again from time to time."""
        return self._keeper.failing

    def verify_audit(self, progress: Progress = UNWATCHED) -> Verdict:
        """Check the audit log against its signatures and the key place's anchor. Raises keyring errors, Cancelled."""
        anchor = self._keeper.remembered(self.id)
        points = anchor.audit_points if anchor is not None else ()
        return self.audit.verify(Expected(self.id, self.signing_key.public_key, points), progress)

    def check_integrity(self) -> list[str]:
        """Every page's authentication, SQLite's own check, references, and that no key is lost. Empty: all is well.

        Reads the whole file.
        """

        def run(pragma: str) -> list[str]:
            try:
                rows = self._store.read(lambda connection: connection.execute(text(f"PRAGMA {pragma}")).all())
            except VaultWrongKeyOrDamaged:
                return [f"{pragma}: a page cannot be read"]
            return [f"{pragma}: {row[0]}" for row in rows if row[0] != "ok"]

        problems = [
            problem
            for pragma in ("cipher_integrity_check", "integrity_check", "foreign_key_check")
            for problem in run(pragma)
        ]
        if not problems:
            lost = self._store.read(lambda connection: keyless(connection, self._room.sealer.has))
            problems += [f"keys: {lost} missing"] * bool(lost)
        return problems

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _committed(self, matching: bool) -> None:
        if matching:
            self.matching_revision += 1
        self._keeper.note(urgent=matching)

    def _read_anchor(self) -> Anchor | None:
        """Database and audit log in one snapshot."""

        def work(connection: Connection) -> Anchor | None:
            found = read_anchor(connection)
            return None if found is None else replace(found, audit=self._log.point(connection))

        found = self._store.read(work)
        if found is None:
            return None
        return replace(found, epoch=self._room.sealer.epoch, disputed=self.audit.disputed)

    def _disputed(self, remembered: Anchor) -> AuditPoint | None:
        """A point of the audit log that the key place remembers and the database does not have."""
        point = remembered.audit
        if remembered.disputed is None and point is not None:
            gone = self._store.read(lambda connection: self._log.missing(connection, point))
            if gone:
                log.warning("vault.audit_cut_or_rewritten", seq=point.seq)
                return point
        return remembered.disputed

    def _settle(self) -> Anchor | None:
        """Wait for the writer, empty the WAL and read where the database stands; None if the disk refuses."""
        try:
            self.audit.checkpoint()
            self._store.call(self._store.checkpoint)
            return self._read_anchor()
        except VaultError as error:
            log.warning("vault.not_settled", kind=error.code)
            return None
