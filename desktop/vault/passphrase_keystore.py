"""A key place for computers without a keyring: one file beside the vault's folder, locked by a passphrase.

Layout (big-endian):

    header   52 B  magic "CSTPASS1" | argon2id: memory KiB u32, passes u32, lanes u32 | salt 16 | check 16
    CRC-32   4 B   of the header, so that damage is not taken for a wrong passphrase
    nonce    12 B
    entries        JSON under AES-256-GCM, with the header as associated data

argon2id gives 48 bytes: the key and the check. Each change writes the whole file anew under a new nonce. The entries
are decrypted for each call and not kept. Whoever has an older copy of this file and of the vault's folder can put both
back together: unlike with a keyring that goes unnoticed, which is said where the passphrase is chosen.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import zlib
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop.domain.passwords import MAX_LENGTH, MIN_LENGTH, normalised
from desktop.vault.failures import translated
from desktop.vault.files import take_place, write_aside
from desktop.vault.key_errors import KeyPlaceDamaged, PassphraseUnfit, PassphraseWrong
from desktop.vault.key_material import KEY_BYTES, wipe
from desktop.vault.passwords import HashCost

MAGIC = b"CSTPASS1"
BACKEND = "a passphrase file"
_HEADER = struct.Struct(">8sIII16s16s")
_CRC = struct.Struct(">I")
_SALT, _CHECK, _NONCE = 16, 16, 12
_RFC_9106 = HashCost()
_LARGEST = (1024 * 1024, 64, 64)  # 1 GiB, passes, lanes: a damaged header must not exhaust the computer


class PassphraseKeyStore:
    """KeyStore over an existing file; made by `create` or `open`. Thread-safe. Timeouts do not apply: nobody is asked.

    Every method raises KeyPlaceDamaged, DiskFull, DiskFailed or FolderRefused.
    """

    def __init__(self, path: Path, header: bytes, cipher: AESGCM) -> None:
        """Use `create` or `open`."""
        self._path = path
        self._header = header
        self._cipher = cipher
        self._lock = threading.Lock()

    @staticmethod
    def create(path: Path, passphrase: str, cost: HashCost = _RFC_9106) -> PassphraseKeyStore:
        """A new file without entries; it replaces one that is there. Raises PassphraseUnfit and the disk's errors."""
        store = PassphraseKeyStore(path, *_new_lock(passphrase, cost))
        with translated(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            store._write({})
        return store

    @staticmethod
    def open(path: Path, passphrase: str) -> PassphraseKeyStore:
        """Raises PassphraseWrong, and KeyPlaceDamaged for a file that is absent, cut or changed."""
        header, _ = _read(path)
        _, memory_kib, passes, lanes, salt, check = _HEADER.unpack(header)
        cost = HashCost(memory_kib, passes, lanes)
        if not all(0 < value <= most for value, most in zip((memory_kib, passes, lanes), _LARGEST, strict=True)):
            raise KeyPlaceDamaged(file=path)
        try:
            cipher, derived = _derive(passphrase, salt, cost)
        except ValueError:
            raise KeyPlaceDamaged(file=path) from None
        if derived != check:
            raise PassphraseWrong
        store = PassphraseKeyStore(path, header, cipher)
        store._entries()
        return store

    @property
    def backend(self) -> str:
        return BACKEND

    def get(self, name: str, *, timeout: float | None = None) -> str | None:
        del timeout
        with self._lock:
            return self._entries().get(name)

    def set(self, name: str, value: str, *, timeout: float | None = None) -> None:
        del timeout
        with self._lock, translated(self._path.parent):
            self._write({**self._entries(), name: value})

    def delete(self, name: str, *, timeout: float | None = None) -> None:
        del timeout
        with self._lock, translated(self._path.parent):
            entries = self._entries()
            if entries.pop(name, None) is not None:
                self._write(entries)

    def change(self, passphrase: str, cost: HashCost = _RFC_9106) -> None:
        """Lock the same entries with another passphrase: after a crash either of the two opens the file.

        Raises PassphraseUnfit, too; then the former one holds.
        """
        lock = _new_lock(passphrase, cost)
        with self._lock, translated(self._path.parent):
            entries, former = self._entries(), (self._header, self._cipher)
            self._header, self._cipher = lock
            try:
                self._write(entries)
            except BaseException:
                if _read(self._path)[0] == former[0]:  # otherwise it was only the sync that failed
                    self._header, self._cipher = former
                raise

    def move(self, path: Path) -> None:
        """Give the file another name, in place of what has it now. Raises the disk's errors."""
        with self._lock, translated(path.parent):
            take_place(self._path, path)
            self._path = path

    def _entries(self) -> dict[str, str]:
        header, rest = _read(self._path)
        if header != self._header:
            raise KeyPlaceDamaged(file=self._path)
        try:
            return dict(json.loads(self._cipher.decrypt(rest[:_NONCE], rest[_NONCE:], header)))
        except (InvalidTag, ValueError):
            raise KeyPlaceDamaged(file=self._path) from None

    def _write(self, entries: dict[str, str]) -> None:
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, json.dumps(entries).encode(), self._header)
        temporary = self._path.with_name(f"{self._path.name}.new")
        write_aside(temporary, self._header + _CRC.pack(zlib.crc32(self._header)) + nonce + sealed)
        take_place(temporary, self._path)

    def __repr__(self) -> str:
        return "PassphraseKeyStore(…)"


def _read(path: Path) -> tuple[bytes, bytes]:
    """Header, and what follows its CRC. Raises KeyPlaceDamaged."""
    with translated(path.parent):
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise KeyPlaceDamaged(file=path) from None
    header, rest = data[: _HEADER.size], data[_HEADER.size :]
    if not header.startswith(MAGIC) or rest[: _CRC.size] != _CRC.pack(zlib.crc32(header)):
        raise KeyPlaceDamaged(file=path)
    return header, rest[_CRC.size :]


def _new_lock(passphrase: str, cost: HashCost) -> tuple[bytes, AESGCM]:
    """Header and cipher for a passphrase, with a salt of their own. Raises PassphraseUnfit."""
    if not MIN_LENGTH <= len(normalised(passphrase)) <= MAX_LENGTH:
        raise PassphraseUnfit(least=MIN_LENGTH, most=MAX_LENGTH)
    salt = os.urandom(_SALT)
    cipher, check = _derive(passphrase, salt, cost)
    return _HEADER.pack(MAGIC, cost.memory_kib, cost.passes, cost.lanes, salt, check), cipher


def _derive(passphrase: str, salt: bytes, cost: HashCost) -> tuple[AESGCM, bytes]:
    """The cipher, and the bytes that say whether the passphrase is right. Raises ValueError for an impossible cost."""
    derived = bytearray(KEY_BYTES + _CHECK)
    try:
        kdf = Argon2id(
            salt=salt, length=len(derived), iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
        )
        kdf.derive_into(normalised(passphrase).encode(), derived)
        return AESGCM(derived[:KEY_BYTES]), bytes(derived[KEY_BYTES:])
    finally:
        wipe(derived)
