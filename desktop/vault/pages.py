"""Every page of a SQLCipher 4 file, decrypted in memory: used ones, free ones, and those in the WAL.

A page is 4096 B; its last 80 B are the initialisation vector (16) and the HMAC-SHA512 (64) of the AES-256-CBC
ciphertext before them. Page 1 begins with the file's salt (16 B) instead of the plain header. The HMAC's key is
PBKDF2-HMAC-SHA512 of the database key, two rounds, salted with the file's salt XOR 0x3a
(https://www.zetetic.net/sqlcipher/design/). A WAL frame is 24 B of header, which begins with the page's number
(big-endian), and the page as it goes into the file.

Plain content is handed out chunk by chunk and is never written anywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from desktop.vault.errors import VaultClosed

PAGE = 4096
SALT = 16
_IV, _MAC = 16, 64
_CIPHER_END = PAGE - _IV - _MAC
_MAC_START = PAGE - _MAC
_MAC_ROUNDS, _MAC_KEY, _MAC_SALT_MASK = 2, 32, 0x3A
_WAL_HEADER, _FRAME_HEADER = 32, 24
_FRAME = _FRAME_HEADER + PAGE
_PAGES_AT_ONCE = 256
_EMPTY = bytes(PAGE)
_READS, _PAUSE = 5, 0.01  # a page that is being written is read again


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive pages.

    `content`: their plain bytes without the reserve, joined. `read`: bytes of the file they are. `unreadable`: how many
    are neither authentic nor empty; they are decrypted all the same.
    """

    content: bytes
    pages: int
    unreadable: int
    read: int

    def __repr__(self) -> str:
        return f"Chunk(pages={self.pages}, unreadable={self.unreadable})"


class PageReader:
    """Reads a database and its WAL beside the connections of this process. Safe from any thread.

    The database file stays open until `close`: on POSIX systems closing any handle of a file gives up all locks of the
    process on it, those of the open connections too. So close the connections first.

    Args:
        key: the raw 32-byte database key.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._wal = path.with_name(f"{path.name}-wal")
        self._file = path.open("rb", buffering=0)
        self._lock = threading.Lock()
        self._aes = AES(key)
        self.salt = self._read(self._file, 0, SALT)
        mac_salt = bytes(byte ^ _MAC_SALT_MASK for byte in self.salt)
        self._mac_key = hashlib.pbkdf2_hmac("sha512", key, mac_salt, _MAC_ROUNDS, _MAC_KEY)

    def close(self) -> None:
        """Whoever is reading gets VaultClosed."""
        with self._lock:
            self._file.close()

    def size(self) -> int:
        """Bytes of database and WAL together, as they are now."""
        with self._lock:
            if self._file.closed:
                raise VaultClosed
            database = self._file.seek(0, 2)
        return database + (self._wal.stat().st_size if self._wal.exists() else 0)

    def database(self, *, authenticate: bool = True) -> Iterator[Chunk]:
        """All pages of the database file. Raises OSError, VaultClosed.

        `authenticate`: whether each page is checked, and read again while it is being written. It takes a third of the
        time.
        """
        first = 1
        while data := self._read(self._file, (first - 1) * PAGE, _PAGES_AT_ONCE * PAGE):
            places = range((first - 1) * PAGE, (first - 1) * PAGE + len(data), PAGE)
            pages = [data[start : start + PAGE] for start in range(0, len(data), PAGE)]
            yield self._chunk(self._file, places, pages, range(first, first + len(pages)), len(data), authenticate)
            first += len(pages)

    def wal(self, *, authenticate: bool = True) -> Iterator[Chunk]:
        """All frames of the WAL, also those of earlier rounds and those already in the database. As `database`."""
        try:
            file = self._wal.open("rb", buffering=0)
        except FileNotFoundError:
            return
        with file:
            start = _WAL_HEADER
            while data := self._read(file, start, _PAGES_AT_ONCE * _FRAME):
                frames = [data[at : at + _FRAME] for at in range(0, len(data), _FRAME)]
                numbers = [int.from_bytes(frame[:4], "big") for frame in frames]
                places = range(start + _FRAME_HEADER, start + len(data), _FRAME)
                yield self._chunk(
                    file, places, [frame[_FRAME_HEADER:] for frame in frames], numbers, len(data), authenticate
                )
                start += len(data)

    def _read(self, file: BinaryIO, place: int, amount: int) -> bytes:
        with self._lock:
            if file.closed:
                raise VaultClosed
            file.seek(place)
            return file.read(amount)

    def _chunk(
        self,
        file: BinaryIO,
        places: Sequence[int],
        pages: list[bytes],
        numbers: Sequence[int],
        read: int,
        authenticate: bool,
    ) -> Chunk:
        unreadable = 0
        plain: list[bytes] = []
        for place, page, number in zip(places, pages, numbers, strict=False):
            found: bytes | None = page
            if authenticate and not self._is_whole(page, number):
                found = self._read_again(file, place, number)
            unreadable += found is None
            plain.append(self._decrypted(found or page, number))
        return Chunk(b"".join(plain), len(pages), unreadable, read)

    def _read_again(self, file: BinaryIO, place: int, number: int) -> bytes | None:
        for _ in range(_READS):
            time.sleep(_PAUSE)
            page = self._read(file, place, PAGE)
            if self._is_whole(page, number):
                return page
        return None

    def _is_whole(self, page: bytes, number: int) -> bool:
        if len(page) != PAGE:
            return False
        start = SALT if number == 1 else 0
        signed = page[start:_MAC_START] + number.to_bytes(4, "little")
        return hmac.digest(self._mac_key, signed, "sha512") == page[_MAC_START:] or page == _EMPTY

    def _decrypted(self, page: bytes, number: int) -> bytes:
        """The plain bytes; of a page cut short, what decrypts; of an empty page, nothing."""
        if page == _EMPTY or len(page) != PAGE:
            return b""
        decryptor = Cipher(self._aes, CBC(page[_CIPHER_END:_MAC_START])).decryptor()
        return decryptor.update(page[SALT if number == 1 else 0 : _CIPHER_END])
