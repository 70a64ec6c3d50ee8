"""Reads a SQLCipher file the way an investigator with the key would: every page decrypted, used or not."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_PAGE = 4096
_RESERVE = 80  # at each page's end: IV 16 B, HMAC-SHA512 64 B (SQLCipher 4)
_SALT = 16  # page 1 begins with the salt instead of the plain header
_WAL_HEADER, _FRAME_HEADER = 32, 24


def decrypted_database(path: Path, key: bytes) -> bytes:
    """All pages of the file, decrypted and joined without their reserve. `key` is the raw 32-byte key."""
    data = path.read_bytes()
    pages = [data[start : start + _PAGE] for start in range(0, len(data), _PAGE)]
    return b"".join(_decrypt(page, key, skip=_SALT if number == 0 else 0) for number, page in enumerate(pages))


def decrypted_wal(path: Path, key: bytes) -> bytes:
    """All frames of a WAL, also those that a checkpoint has already moved; empty if there is none."""
    data = path.read_bytes() if path.exists() else b""
    found = b""
    for start in range(_WAL_HEADER, len(data), _FRAME_HEADER + _PAGE):
        page = data[start + _FRAME_HEADER : start + _FRAME_HEADER + _PAGE]
        if len(page) == _PAGE:
            number = int.from_bytes(data[start : start + 4], "big")
            found += _decrypt(page, key, skip=_SALT if number == 1 else 0)
    return found


def _decrypt(page: bytes, key: bytes, skip: int) -> bytes:
    end = _PAGE - _RESERVE
    decryptor = Cipher(AES(key), CBC(page[end : end + 16])).decryptor()
    return decryptor.update(page[skip:end]) + decryptor.finalize()
