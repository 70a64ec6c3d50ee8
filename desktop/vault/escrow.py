"""escrow.bin: the keys of the vault, sealed to the recovery key, for the day the key place has lost them.

Layout (big-endian):

    header   44 B  magic "CSTESCR1" | vault id 16 | epoch u32 | fingerprint of the keys 16
    sealed         desktop.vault.recovery, with the header bound to it

A new escrow is written as escrow.new before the change it belongs to, and takes its name after it: at any instant one
of the two files fits keys.bin and the database.
"""

from __future__ import annotations

import struct
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from sqlalchemy import Connection, select

from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import layout
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated
from desktop.vault.files import sync_folder, take_place, write_aside
from desktop.vault.key_errors import SealedFileDamaged
from desktop.vault.keystore import KeyStore
from desktop.vault.models import VaultState
from desktop.vault.recovery import open_sealed, seal, sealed_to
from desktop.vault.room import Room
from desktop.vault.setup import ErasureMode
from desktop.vault.vault_keys import VaultKeys

log = structlog.get_logger("desktop.vault")

MAGIC = b"CSTESCR1"
_HEADER = struct.Struct(">8s16sI16s")


@dataclass(frozen=True, slots=True)
class RecoveryPolicy:
    """What the database says: `public_key` is the raw recovery key, None without a code."""

    public_key: bytes | None
    mode: ErasureMode

    @property
    def escrow_key(self) -> bytes | None:
        """What an escrow is sealed to; None: there must be none."""
        return self.public_key if self.mode is ErasureMode.NORMAL else None


@dataclass(frozen=True, slots=True)
class Escrow:
    """A read, still sealed escrow."""

    vault_id: str
    epoch: int
    fingerprint: bytes
    header: bytes
    sealed: bytes

    def fits(self, keys: VaultKeys, public_key: bytes) -> bool:
        """Whether it holds these keys (the anchor aside), sealed to that key."""
        return self.fingerprint == keys.fingerprint() and sealed_to(self.sealed) == public_key

    def open(self, code: RecoveryCode) -> VaultKeys:
        """Raises RecoveryCodeWrong, SealedFileDamaged."""
        try:
            return VaultKeys.from_json(
                self.vault_id, self.epoch, open_sealed(self.sealed, code, self.vault_id, self.header)
            )
        except ValueError:
            raise SealedFileDamaged from None


def read_policy(connection: Connection) -> RecoveryPolicy:
    row = connection.execute(select(VaultState.recovery_public, VaultState.erasure_mode)).one()
    return RecoveryPolicy(row.recovery_public, ErasureMode(row.erasure_mode))


def keys_of(room: Room, keystore: KeyStore, epoch: int) -> VaultKeys:
    """The keys in force, with the KEK of `epoch`. Raises KeyMissing and the keyring's errors."""
    keys = VaultKeys.load(keystore, room.sealer.vault_id, epoch)
    return replace(keys, database_key=room.store.key.hex())  # the key place may lag behind a rotation


def read_escrow(path: Path) -> Escrow | None:
    """None if there is no such file. Raises SealedFileDamaged, OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(data) < _HEADER.size or not data.startswith(MAGIC):
        raise SealedFileDamaged
    header, sealed = data[: _HEADER.size], data[_HEADER.size :]
    _, vault, epoch, fingerprint = _HEADER.unpack(header)
    return Escrow(str(uuid.UUID(bytes=vault)), epoch, fingerprint, header, sealed)


def prepare(folder: Path, keys: VaultKeys, public_key: bytes) -> None:
    """Write escrow.new, durably. Raises OSError with nothing left behind."""
    header = _HEADER.pack(MAGIC, uuid.UUID(keys.vault_id).bytes, keys.epoch, keys.fingerprint())
    write_aside(folder / layout.NEW_ESCROW, header + seal(keys.to_json(), public_key, header))
    sync_folder(folder)


def put_in_place(folder: Path) -> None:
    """escrow.new becomes escrow.bin. Raises OSError."""
    take_place(folder / layout.NEW_ESCROW, folder / layout.ESCROW)


def discard_new(folder: Path) -> None:
    (folder / layout.NEW_ESCROW).unlink(missing_ok=True)


def bring_up_to_date(folder: Path, keys: VaultKeys, policy: RecoveryPolicy) -> bool:
    """At opening: write the escrow anew unless it holds these keys; under strict erasure there must be none.
    Whether it was written.

    A disk that refuses does not keep the vault from opening.
    """
    try:
        with translated(folder):
            discard_new(folder)
            if policy.escrow_key is None:
                (folder / layout.ESCROW).unlink(missing_ok=True)
            elif not _is_current(folder, keys, policy.escrow_key):
                prepare(folder, keys, policy.escrow_key)
                put_in_place(folder)
                log.info("vault.escrow_written", epoch=keys.epoch)
                return True
    except VaultError as error:
        log.warning("vault.escrow_not_written", kind=error.code)
    return False


def _is_current(folder: Path, keys: VaultKeys, public_key: bytes) -> bool:
    try:
        found = read_escrow(folder / layout.ESCROW)
    except SealedFileDamaged:
        return False
    return found is not None and found.fits(keys, public_key)
