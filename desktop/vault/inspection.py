"""Looking at a vault without opening it: read-only, without its lock, also beside the window that has it open.

Nothing is written, migrated or repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Connection, select

from desktop.domain.audit_verdict import Verdict
from desktop.domain.backups import Backup, Destination
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault import anchor, ballast, cipher, layout, migrate
from desktop.vault.anchor import Anchor
from desktop.vault.audit_statement import Statement
from desktop.vault.audit_verify import Expected, verify_database
from desktop.vault.destinations import read_backups, read_destinations
from desktop.vault.errors import KeyMissing, VaultEmptied, VaultError, VaultMissing
from desktop.vault.escrow import RecoveryPolicy, read_escrow, read_policy
from desktop.vault.failures import translated
from desktop.vault.key_material import wipe
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import KeyStore, wrapping_key_name
from desktop.vault.migrations import REVISIONS
from desktop.vault.models import AuditCheckpointRow, Person
from desktop.vault.opening import ballast_bytes, vault_files
from desktop.vault.opening_keys import Secrets, read_secrets
from desktop.vault.operator_models import OperatorRow
from desktop.vault.sealing import Sealer

T = TypeVar("T")

CIPHER_SETTINGS = ("cipher_page_size", "cipher_use_hmac", "cipher_hmac_algorithm", "cipher_kdf_algorithm")


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What a vault says of itself.

    `newest_revision`: its tables are those of this program. `counts`: rows by table, as recorded.
    """

    vault_id: str
    cipher_version: str
    revision: str
    newest_revision: bool
    size: int
    epoch: int
    keys: int
    key_place: str
    counts: Mapping[str, int]
    destinations: tuple[tuple[Destination, tuple[Backup, ...]], ...]


class Inspection:
    """An open look at the vault in `folder`. Every method may wait for disk or key place.

    Raises VaultMissing, VaultEmptied, KeysMissing, KeysDamaged, KeyMissing, KeyringChanged, VaultSwapped, the
    keyring's errors, VaultWrongKeyOrDamaged.
    """

    def __init__(self, folder: Path, keystore: KeyStore) -> None:
        if not layout.holds_vault(folder):
            raise VaultMissing(folder=folder)
        self.folder = folder
        self.keyfile: KeyFile = vault_files(folder)
        # Closing a file gives up this process's locks on it: looked at before there is a connection.
        self.plaintext_header = _first_bytes(folder / layout.DATABASE) == cipher.PLAINTEXT_HEADER
        self._keystore = keystore
        self.secrets: Secrets = read_secrets(folder, keystore, self.keyfile.header)
        with translated(folder):
            self._raw = cipher.connect_read_only(folder / layout.DATABASE, self.secrets.database_key, still=False)
            self._engine = migrate.engine_on(self._raw, begin="BEGIN")
            try:
                self.revision = migrate.current_revision(self._raw) or ""
            except BaseException:
                self._raw.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()
        wipe(self.secrets.wrapping_key)

    def status(self) -> VaultStatus:
        """Raises VaultTooNew, VaultEmptied."""
        migrate.refuse_newer(self.revision)
        header = self.keyfile.header

        def work(live: Connection) -> VaultStatus:
            found = self._anchor(live)
            destinations = read_destinations(live) if self.newest_revision else []
            return VaultStatus(
                vault_id=header.vault_id,
                cipher_version=cipher.cipher_version(self._raw),
                revision=self.revision,
                newest_revision=self.newest_revision,
                size=(self.folder / layout.DATABASE).stat().st_size,
                epoch=header.epoch,
                keys=len(self.keyfile.keys),
                key_place=header.backend,
                counts=found.counts,
                destinations=tuple((one, tuple(read_backups(live, one.id))) for one in destinations),
            )

        return self._read(work)

    @property
    def newest_revision(self) -> bool:
        """Whether the tables are those of this program; older ones are brought up to date by opening the vault."""
        return bool(self.revision == REVISIONS[-1].revision)

    def cipher_settings(self) -> dict[str, str]:
        with translated(self.folder):
            return {name: str(self._raw.execute(f"PRAGMA {name}").fetchone()[0]) for name in CIPHER_SETTINGS}

    def integrity(self) -> list[str]:
        """Problems of pages, structure and references; empty: none. Reads the whole file."""
        problems = []
        with translated(self.folder):
            for pragma in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
                rows = self._raw.execute(f"PRAGMA {pragma}").fetchall()
                problems += [f"{pragma}: {row[0]}" for row in rows if row[0] != "ok"]
        return problems

    def compare_anchor(self) -> None:
        """Raises VaultSwapped, VaultEmptied, VaultRolledBack unless it is the vault that the key place remembers."""

        def work(live: Connection) -> None:
            found = self._anchor(live)
            anchor.compare(found, anchor.count_rows(live, found.counts), self.secrets.anchor, self.folder)

        self._read(work)

    def audit(self, progress: Progress = UNWATCHED) -> Verdict:
        """Check the whole audit log, also against the key place's anchor. Raises KeyMissing, Cancelled."""
        signer = self.secrets.signing_key
        if signer is None:
            raise KeyMissing
        expected = Expected(self.keyfile.header.vault_id, signer.public_key, self.secrets.anchor.audit_points)
        with translated(self.folder):
            return verify_database(lambda sql, given: self._raw.execute(sql, given).fetchall(), expected, progress)

    def newest_checkpoint(self) -> datetime | None:
        """When the audit log was signed last."""
        query = select(AuditCheckpointRow.body).order_by(AuditCheckpointRow.seq.desc()).limit(1)
        text = self._read(lambda live: live.scalar(query))
        return None if text is None else Statement.from_text(text).at

    def without_key(self) -> int:
        """People and operators whose key is not in keys.bin."""

        def work(live: Connection) -> set[str]:
            return set(live.scalars(select(Person.id))) | set(live.scalars(select(OperatorRow.id)))

        return len(self._read(work) - self.keyfile.keys.keys())

    def keys_fit(self) -> bool:
        """Whether the key place's wrapping key opens keys.bin."""
        sealer = Sealer(self.keyfile, self.secrets.wrapping_key)
        sample = next(iter(self.keyfile.keys), None)
        return sample is None or sealer.check(sample)

    def stray_epochs(self) -> list[int]:
        """Epochs other than that of keys.bin whose wrapping key the key place still holds."""
        header = self.keyfile.header
        near = (header.epoch - 1, header.epoch + 1)
        return [e for e in near if self._keystore.get(wrapping_key_name(header.vault_id, e)) is not None]

    def policy(self) -> RecoveryPolicy:
        return self._read(read_policy)

    def escrow_fits(self) -> bool:
        """Whether there is an escrow of today's keys where there must be one, and none where there must not."""
        key, signer = self.policy().escrow_key, self.secrets.signing_key
        try:
            found = read_escrow(self.folder / layout.ESCROW)
        except VaultError:
            return False
        if key is None or signer is None:
            return found is None
        return found is not None and found.fits(self.secrets.together(self.keyfile.header, signer), key)

    def ballast(self) -> tuple[int, int]:
        """Bytes in reserve, and bytes that should be."""
        path = self.folder / ballast.FILE_NAME
        return path.stat().st_size if path.exists() else 0, self._read(ballast_bytes)

    def ledger_length(self) -> int:
        return self._read(anchor.ledger_length)

    def open_to_others(self) -> list[str]:
        """Names of files that other users of this computer may read or write (the folder itself: ".")."""
        paths = [self.folder, *self.folder.iterdir()]
        return ["." if path == self.folder else path.name for path in paths if path.stat().st_mode & 0o077]

    def _anchor(self, live: Connection) -> Anchor:
        found = anchor.read_anchor(live)
        if found is None:
            raise VaultEmptied(folder=self.folder)
        return found

    def _read(self, work: Callable[[Connection], T]) -> T:
        with translated(self.folder), self._engine.connect() as live:
            return work(live)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(cipher.PLAINTEXT_HEADER))
