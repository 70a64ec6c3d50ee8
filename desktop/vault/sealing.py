"""Sealing personal fields: AES-256-GCM under one random key per person, which is itself wrapped in keys.bin.

A sealed field is: format u8 = 1 | epoch u32 | nonce 12 | ciphertext and tag. Its associated data is
table|row|subject|epoch, so that a field moved to another row, table or person does not open. The epoch is the one
in which the field was sealed; the person's key outlives it (a rotation only wraps that key anew).

Random 96-bit nonces are safe for 2^32 fields per key (NIST SP 800-38D, 8.3); a person has a few dozen.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.vault.keyfile import KeyFile, WrappedKey

_FORMAT = 1
_PREFIX = struct.Struct(">BI")
_NONCE = 12
_START = _PREFIX.size + _NONCE
_KEY = 32


class SealBroken(Exception):
    """A sealed field does not open: damaged, moved, or the key is not its own. Holds no data."""


class Sealer:
    """Seals and opens fields. `create` and `drop` belong to the writer's thread, the rest to any thread.

    Args:
        wrapping_key: the KEK of the file's epoch, 32 bytes.
    """

    def __init__(self, keyfile: KeyFile, wrapping_key: bytes) -> None:
        self._file = keyfile
        self._epoch = keyfile.header.epoch
        self._vault = keyfile.header.vault_id
        self._kek = AESGCM(wrapping_key)

    @property
    def epoch(self) -> int:
        return self._epoch

    def has(self, subject: str) -> bool:
        return subject in self._file.keys

    def subjects(self) -> frozenset[str]:
        return frozenset(self._file.keys)

    def create(self, subjects: Iterable[str]) -> None:
        """New keys, durable on the disk when this returns. Raises OSError."""
        self._file.append({subject: self._wrap(subject, os.urandom(_KEY)) for subject in subjects})

    def drop(self, subjects: Iterable[str]) -> None:
        """Destroy keys: what they sealed cannot be opened again. Raises OSError, then nothing is destroyed."""
        self._file.drop(subjects)

    def check(self, subject: str) -> bool:
        """Whether the key of `subject` can be unwrapped with this KEK."""
        try:
            self._key(subject)
        except SealBroken:
            return False
        return True

    def seal(self, table: str, row: str, subject: str, plain: bytes) -> bytes:
        """Raises SealBroken if the person has no key."""
        nonce = os.urandom(_NONCE)
        sealed = self._key(subject).encrypt(nonce, plain, _field_data(table, row, subject, self._epoch))
        return _PREFIX.pack(_FORMAT, self._epoch) + nonce + sealed

    def open(self, table: str, row: str, subject: str, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        if len(sealed) < _START:
            raise SealBroken
        version, epoch = _PREFIX.unpack_from(sealed)
        if version != _FORMAT:
            raise SealBroken
        data = _field_data(table, row, subject, epoch)
        try:
            return self._key(subject).decrypt(sealed[_PREFIX.size : _START], sealed[_START:], data)
        except InvalidTag:
            raise SealBroken from None

    def _wrap(self, subject: str, key: bytes) -> WrappedKey:
        nonce = os.urandom(_NONCE)
        return WrappedKey(nonce + self._kek.encrypt(nonce, key, self._key_data(subject)))

    def _key(self, subject: str) -> AESGCM:
        wrapped = self._file.keys.get(subject)
        if wrapped is None:
            raise SealBroken
        try:
            return AESGCM(self._kek.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], self._key_data(subject)))
        except InvalidTag:
            raise SealBroken from None

    def _key_data(self, subject: str) -> bytes:
        return f"keys|{self._vault}|{subject}|{self._epoch}".encode()


def _field_data(table: str, row: str, subject: str, epoch: int) -> bytes:
    return f"{table}|{row}|{subject}|{epoch}".encode()
