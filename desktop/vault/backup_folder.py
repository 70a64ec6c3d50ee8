"""The folder of one backup: its name, its signed manifest, and finding those of a vault in a destination.

    <site>-<UTC time>/
        vault.db        the copy
        manifest.json   canonical JSON (RFC 8785): what the copy is and must hash to
        manifest.sig    Ed25519 signature of manifest.json by the site's signing key, in hex

A folder is made under a hidden name that carries the vault's id and gets its own name when it is whole. A folder that
is to go is hidden again first, so that nothing half-made or half-deleted ever looks like a backup.
"""

from __future__ import annotations

import glob
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from desktop.vault import signing
from desktop.vault.backup_errors import BackupDamaged, BackupMissing
from desktop.vault.files import PRIVATE_FOLDER, sync_folder, write_aside

log = structlog.get_logger("desktop.vault")

DATABASE, MANIFEST, SIGNATURE = "vault.db", "manifest.json", "manifest.sig"
COMPANION = "companion.bin"
FORMAT = 1
_TIME = "%Y%m%dT%H%M%SZ"
_LONGEST_MANIFEST = 1024 * 1024  # bytes; nobody's idea of a manifest may fill the memory


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    Attributes:
        made_at: UTC, ISO 8601.
        revision: of the database's tables.
        size, sha256: of vault.db, in bytes and hex.
        counts: rows by table.
        key: fingerprint of the database key (`key_fingerprint`).
        sealed_key: the database key sealed to the recovery key, in hex.
        anchor: where the database and its audit log stood (desktop.vault.anchor).
        signer: the site's public signing key, in hex.
    """

    vault_id: str
    site: str
    made_at: str
    revision: str
    size: int
    sha256: str
    counts: dict[str, int]
    key: str
    sealed_key: str
    anchor: str
    signer: str
    format: int = FORMAT

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def to_bytes(self) -> bytes:
        return signing.canonical_json(asdict(self))

    @staticmethod
    def from_bytes(data: bytes) -> Manifest:
        """Raises ValueError."""
        try:
            manifest = Manifest(**json.loads(data))
            if manifest.format != FORMAT or manifest.at.tzinfo is None or manifest.to_bytes() != data:
                raise ValueError("not a manifest of this format")
        except (TypeError, AttributeError) as error:
            raise ValueError("not a manifest") from error
        return manifest


def folder_name(site: str, at: datetime) -> str:
    """`<site>-<UTC time>`; of the site only what every file system takes."""
    plain = unicodedata.normalize("NFKD", site).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:40] or 'consentry'}-{at.astimezone(UTC).strftime(_TIME)}"


def begin(destination: Path, vault_id: str) -> Path:
    """A new hidden folder; what earlier attempts left is swept first. Raises OSError."""
    sweep(destination, vault_id)
    hidden = destination / f".{vault_id}.part"
    hidden.mkdir(mode=PRIVATE_FOLDER)
    return hidden


def sweep(destination: Path, vault_id: str) -> None:
    """Remove this vault's hidden folders (half-made or half-deleted backups); only one process has a vault open."""
    for leftover in destination.glob(f".{glob.escape(vault_id)}.part*"):
        shutil.rmtree(leftover, ignore_errors=True)


def finish(hidden: Path, name: str) -> Path:
    """Give a whole backup its name, durably. Raises OSError."""
    sync_folder(hidden)
    final, number = hidden.with_name(name), 1
    while final.exists():  # two in one second
        number += 1
        final = hidden.with_name(f"{name}-{number}")
    hidden.rename(final)
    sync_folder(final.parent)
    return final


def discard(folder: Path, vault_id: str) -> None:
    """Delete a backup. Raises OSError; what is left then is hidden and swept later."""
    hidden = folder.with_name(f".{vault_id}.part-{folder.name}")
    folder.rename(hidden)
    shutil.rmtree(hidden)


def write_manifest(folder: Path, manifest: Manifest, signer: signing.SigningKey) -> None:
    data = manifest.to_bytes()
    write_aside(folder / MANIFEST, data)
    write_aside(folder / SIGNATURE, signer.sign(data).hex().encode())


def read_manifest(folder: Path) -> Manifest:
    """The manifest, its signature checked against the key it names. Who that is must be compared by the caller.

    Raises BackupMissing, BackupDamaged, OSError.
    """
    try:
        with (folder / MANIFEST).open("rb") as file:
            data = file.read(_LONGEST_MANIFEST)
        signature = (folder / SIGNATURE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BackupMissing(path=folder) from None
    try:
        manifest = Manifest.from_bytes(data)
        intact = signing.verify(bytes.fromhex(manifest.signer), bytes.fromhex(signature.decode("ascii")), data)
    except ValueError:
        intact = False
    if not intact:
        raise BackupDamaged(path=folder, what=MANIFEST)
    return manifest


def find(destination: Path, vault_id: str) -> list[tuple[Path, Manifest]]:
    """This vault's whole backups, newest first; everything else in the folder is nobody's business here.

    Raises OSError.
    """
    found = [(folder, manifest) for folder, manifest in _manifests(destination) if manifest.vault_id == vault_id]
    return sorted(found, key=lambda pair: (pair[1].at, pair[0].name), reverse=True)


def _manifests(destination: Path) -> Iterator[tuple[Path, Manifest]]:
    for folder in destination.iterdir():
        if folder.name.startswith(".") or not (folder / MANIFEST).is_file():
            continue
        try:
            yield folder, read_manifest(folder)
        except (BackupMissing, BackupDamaged) as error:
            log.warning("backup.manifest_unusable", kind=error.code)
