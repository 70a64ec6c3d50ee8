"""keys.bin: one wrapped key per person, beside the database.

Layout (big-endian):

    header   64 B  magic "CSTKEYS1" | vault id 16 | epoch u32 | keyring backend 32 (ASCII, NUL-padded) | CRC-32 u32
    record   81 B  kind u8 = 1 | subject id 16 | nonce 12 | wrapped key 48 | CRC-32 u32

Records have one size, so a damaged one costs one person and not all after it. Appending is durable (fsync) before
it returns. A crash can only tear the tail: unreadable records after the last readable one are taken for torn and
overwritten by the next append. Re-wrapping writes a new file, syncs it and renames it over the old one.
The CRC finds damage; forgery is found by the wrapping itself (desktop.vault.sealing).
"""

from __future__ import annotations

import os
import struct
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NewType

from desktop.vault.errors import KeysDamaged, KeysMissing
from desktop.vault.files import PRIVATE, sync_folder, write_all, write_aside

MAGIC = b"CSTKEYS1"
_HEADER = struct.Struct(">8s16sI32s")
_RECORD = struct.Struct(">B16s60s")
_WHOLE_RECORD = struct.Struct(">B16s60sI")  # with its CRC
_CRC = struct.Struct(">I")
HEADER_SIZE = _HEADER.size + _CRC.size
RECORD_SIZE = _RECORD.size + _CRC.size
_PERSON_KEY = 1

FILE_NAME = "keys.bin"
NEW_SUFFIX = ".new"  # the file that takes its place, while it is being written


WrappedKey = NewType("WrappedKey", bytes)  # an AES-256-GCM wrapped 32-byte key: nonce 12 B, ciphertext with tag 48 B


@dataclass(frozen=True, slots=True)
class KeyFileHeader:
    """`vault_id` as UUID text; `backend` the keyring's name, up to 32 ASCII characters."""

    vault_id: str
    epoch: int
    backend: str


@dataclass(slots=True)
class KeyFileContents:
    """What could be read. `damaged` counts unreadable records before the last readable one, `torn` those after it
    (a cut record counts as one). `good_length` is where the next record goes, in bytes."""

    header: KeyFileHeader
    keys: dict[str, WrappedKey]
    damaged: int
    torn: int
    good_length: int


def _with_crc(data: bytes) -> bytes:
    return data + _CRC.pack(zlib.crc32(data))


def _without_crc(data: bytes) -> bytes | None:
    body, crc = data[: -_CRC.size], data[-_CRC.size :]
    return body if _CRC.pack(zlib.crc32(body)) == crc else None


def pack_header(header: KeyFileHeader) -> bytes:
    name = header.backend.encode("ascii")
    return _with_crc(_HEADER.pack(MAGIC, uuid.UUID(header.vault_id).bytes, header.epoch, name))


def pack_record(subject: str, key: WrappedKey) -> bytes:
    return _with_crc(_RECORD.pack(_PERSON_KEY, bytes.fromhex(subject.replace("-", "")), key))


def parse(data: bytes) -> KeyFileContents:
    """Read as much as can be read. Raises ValueError if not even the header can be trusted."""
    body = _without_crc(data[:HEADER_SIZE]) if len(data) >= HEADER_SIZE else None
    if body is None or not body.startswith(MAGIC):
        raise ValueError("no keys.bin header")
    _, vault, epoch, name = _HEADER.unpack(body)
    header = KeyFileHeader(str(uuid.UUID(bytes=vault)), epoch, name.rstrip(b"\0").decode("ascii"))
    keys: dict[str, WrappedKey] = {}
    good_length, damaged, unreadable = HEADER_SIZE, 0, 0
    whole = (len(data) - HEADER_SIZE) // RECORD_SIZE * RECORD_SIZE
    records = memoryview(data)[HEADER_SIZE : HEADER_SIZE + whole]
    end = HEADER_SIZE
    # In one loop and without uuid.UUID, because a vault may hold 100,000 people.
    for kind, subject, key, crc in _WHOLE_RECORD.iter_unpack(records):
        end += RECORD_SIZE
        if kind != _PERSON_KEY or zlib.crc32(data[end - RECORD_SIZE : end - _CRC.size]) != crc:
            unreadable += 1
            continue
        hexed = subject.hex()
        keys[f"{hexed[:8]}-{hexed[8:12]}-{hexed[12:16]}-{hexed[16:20]}-{hexed[20:]}"] = key
        damaged, unreadable = damaged + unreadable, 0
        good_length = end
    unreadable += 1 if len(data) > end else 0  # a cut record
    return KeyFileContents(header, keys, damaged, torn=unreadable, good_length=good_length)


class KeyFile:
    """The open file. Methods that write belong to the vault's writer thread; `keys` may be read from any."""

    def __init__(self, path: Path, contents: KeyFileContents) -> None:
        self.path = path
        self.header = contents.header
        self.damaged = contents.damaged + contents.torn
        self._keys = contents.keys
        self._good_length = contents.good_length

    @property
    def keys(self) -> Mapping[str, WrappedKey]:
        return self._keys

    @staticmethod
    def create(path: Path, header: KeyFileHeader) -> KeyFile:
        """Write a new file without keys, durably. The file must not exist."""
        data = pack_header(header)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(path.parent)
        return KeyFile(path, parse(data))

    @staticmethod
    def open(path: Path) -> KeyFile:
        """Read the file; nothing is written. Raises KeysMissing or KeysDamaged."""
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise KeysMissing(folder=path.parent) from None
        try:
            return KeyFile(path, parse(data))
        except ValueError as error:
            raise KeysDamaged(folder=path.parent) from error

    def append(self, keys: Mapping[str, WrappedKey]) -> None:
        """Add keys and return once they are on the disk. An OSError leaves the file as it was."""
        data = b"".join(pack_record(subject, key) for subject, key in keys.items())
        descriptor = os.open(self.path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        try:
            os.ftruncate(descriptor, self._good_length)
            os.lseek(descriptor, self._good_length, os.SEEK_SET)
            try:
                write_all(descriptor, data)
                os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, self._good_length)
                raise
        finally:
            os.close(descriptor)
        self._good_length += len(data)
        self._keys.update(keys)

    def rewrite(self, header: KeyFileHeader, keys: Mapping[str, WrappedKey]) -> None:
        """Replace header and keys. After a crash either the old or the new file is there, never a mixture.

        Raises OSError with the file as it was.
        """
        data = pack_header(header) + b"".join(pack_record(subject, key) for subject, key in keys.items())
        temporary = self.path.with_suffix(NEW_SUFFIX)
        write_aside(temporary, data)
        try:
            temporary.replace(self.path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        self.header = header
        self._keys = dict(keys)
        self._good_length = len(data)
        sync_folder(self.path.parent)
