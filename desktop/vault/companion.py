"""companion.bin: what a destination's backups need to be opened again, sealed to the recovery key.

Layout: magic "CSTCOMP1" | header length u32 | header | sealed. The header (vault id, epoch, time; JSON) is readable
and bound to the sealed part. Sealed: length u32 | JSON with the keys, the ledger and the anchor | keys.bin.

There is one in each destination, written anew at each backup and at each erasure: whoever has only the newest one
and the recovery code cannot read anybody who was erased. Under strict erasure it holds no key of a person.
"""

from __future__ import annotations

import glob
import json
import secrets
import struct
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.domain.backups import Destination
from desktop.domain.erasure import LedgerEntry
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import lines, recovery
from desktop.vault.anchor import Anchor
from desktop.vault.backup_errors import CompanionDamaged, CompanionMissing
from desktop.vault.backup_folder import COMPANION
from desktop.vault.files import take_place, write_aside
from desktop.vault.key_errors import SealedFileDamaged
from desktop.vault.signing import SigningKey

MAGIC = b"CSTCOMP1"
_LENGTH = struct.Struct(">I")
_LONGEST_HEADER = 4096


@dataclass(frozen=True, slots=True)
class CompanionHeader:
    """What anybody who has the file can read. `made_at` is UTC; `line`: see desktop.vault.lines."""

    vault_id: str
    epoch: int
    made_at: datetime
    line: str = lines.FIRST

    def to_bytes(self) -> bytes:
        fields = {"vault": self.vault_id, "epoch": self.epoch, "at": self.made_at.isoformat(), "line": self.line}
        return json.dumps(fields, separators=(",", ":")).encode()

    @staticmethod
    def from_bytes(data: bytes) -> CompanionHeader:
        """Raises ValueError."""
        try:
            fields = json.loads(data)
            at = datetime.fromisoformat(str(fields["at"]))
            line = str(fields.get("line", lines.FIRST))
            return CompanionHeader(str(fields["vault"]), int(fields["epoch"]), at, line)
        except (KeyError, TypeError) as error:
            raise ValueError("no companion header") from error


@dataclass(frozen=True, slots=True)
class Companion:
    """The opened contents.

    Attributes:
        wrapping_key, keys: the KEK of the header's epoch and keys.bin; both None under strict erasure.
        ledger: everybody who was ever erased.
        anchor: where the database and its audit log stood.
        signing_key: the site's.
        epochs: of each line of the vault, the epoch up to which the ledger knows its erasures.
        destinations: where companions of this vault lie.
    """

    header: CompanionHeader
    database_key: bytes = field(repr=False)
    wrapping_key: bytes | None = field(repr=False)
    keys: bytes | None = field(repr=False)
    ledger: list[LedgerEntry] = field(repr=False)
    anchor: Anchor
    signing_key: SigningKey
    epochs: dict[str, int]
    destinations: list[Destination]


def prepare(folder: Path, companion: Companion, recovery_key: bytes) -> Path:
    """Write `companion` sealed, durably, under a hidden name in `folder`; `put` gives it its own. Raises OSError."""
    header = companion.header.to_bytes()
    start = MAGIC + _LENGTH.pack(len(header)) + header
    sealed = recovery.seal(_packed(companion), recovery_key, start)
    temporary = folder / f".{COMPANION}.{companion.header.vault_id}-{secrets.token_hex(4)}"
    write_aside(temporary, start + sealed)
    return temporary


def put(temporary: Path) -> None:
    """Into the place of the former one: after a crash either is there, whole. Raises OSError."""
    take_place(temporary, temporary.with_name(COMPANION))


def sweep(folder: Path, vault_id: str) -> None:
    """Remove what a crash left of a companion being written. Raises OSError."""
    for leftover in folder.glob(f".{COMPANION}.{glob.escape(vault_id)}-*"):
        leftover.unlink(missing_ok=True)


def read_header(path: Path) -> CompanionHeader | None:
    """Whose companion lies there; None if there is none. Raises CompanionDamaged, OSError."""
    try:
        with path.open("rb") as file:
            header, _ = _split(path, file.read(len(MAGIC) + _LENGTH.size + _LONGEST_HEADER))
    except FileNotFoundError:
        return None
    return header


def read(path: Path, code: RecoveryCode) -> Companion:
    """Open a companion. Raises CompanionMissing, CompanionDamaged, RecoveryCodeWrong, OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CompanionMissing(path=path.parent) from None
    header, length = _split(path, data)
    try:
        return _unpacked(header, recovery.open_sealed(data[length:], code, header.vault_id, data[:length]))
    except (SealedFileDamaged, ValueError, KeyError, TypeError, struct.error) as error:
        raise CompanionDamaged(path=path) from error


def _split(path: Path, data: bytes) -> tuple[CompanionHeader, int]:
    """The header, and how many bytes come before the sealed part."""
    begin = len(MAGIC) + _LENGTH.size
    if not data.startswith(MAGIC) or len(data) < begin:
        raise CompanionDamaged(path=path)
    (length,) = _LENGTH.unpack(data[len(MAGIC) : begin])
    try:
        return CompanionHeader.from_bytes(data[begin : begin + length]), begin + length
    except ValueError as error:
        raise CompanionDamaged(path=path) from error


def _packed(companion: Companion) -> bytes:
    fields = {
        "database_key": companion.database_key.hex(),
        "wrapping_key": None if companion.wrapping_key is None else companion.wrapping_key.hex(),
        "signing_key": companion.signing_key.to_text(),
        "ledger": [entry.to_values() for entry in companion.ledger],
        "anchor": companion.anchor.to_text(),
        "lines": companion.epochs,
        "destinations": [one.to_values() for one in companion.destinations],
    }
    text = json.dumps(fields, separators=(",", ":")).encode()
    return _LENGTH.pack(len(text)) + text + (companion.keys or b"")


def _unpacked(header: CompanionHeader, plain: bytes) -> Companion:
    (length,) = _LENGTH.unpack_from(plain)
    fields = json.loads(plain[_LENGTH.size : _LENGTH.size + length])
    keys = plain[_LENGTH.size + length :]
    wrapping = fields["wrapping_key"]
    return Companion(
        header=header,
        database_key=bytes.fromhex(fields["database_key"]),
        wrapping_key=None if wrapping is None else bytes.fromhex(wrapping),
        keys=keys or None,
        ledger=[LedgerEntry.from_values(entry) for entry in fields["ledger"]],
        anchor=Anchor.from_text(fields["anchor"]),
        signing_key=SigningKey.from_text(fields["signing_key"]),
        epochs=dict(fields.get("lines", {header.line: header.epoch})),
        destinations=[Destination.from_values(values) for values in fields.get("destinations", ())],
    )
