"""The site's signing key: Ed25519 over canonical JSON (RFC 8785), so that others can check where a document is from.

The private half lies in the key place only. The fingerprint is what people compare: it stands on the site's notice and
receipts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from desktop.vault.records import JsonValue

PUBLIC_KEY_BYTES = 32
_FINGERPRINT_DIGITS = 32


def canonical_json(value: Mapping[str, JsonValue]) -> bytes:
    """The one way to write a JSON object as bytes. Raises rfc8785.CanonicalizationError for what JSON cannot hold."""
    return rfc8785.dumps(dict(value))


def fingerprint(public_key: bytes) -> str:
    """First 128 bits of SHA-256 over the raw public key: 8 groups of 4 hex digits ("9f3c 01ab …")."""
    digits = hashlib.sha256(public_key).hexdigest()[:_FINGERPRINT_DIGITS]
    return " ".join(digits[start : start + 4] for start in range(0, _FINGERPRINT_DIGITS, 4))


def verify(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is that of the raw public key over `data`. A malformed key or signature is a wrong one."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """A private key. Thread-safe; its repr shows the fingerprint only."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes_raw()

    @staticmethod
    def new() -> SigningKey:
        return SigningKey(Ed25519PrivateKey.generate())

    @staticmethod
    def from_text(text: str) -> SigningKey:
        """From an entry of the key place. Raises ValueError."""
        return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text)))

    def to_text(self) -> str:
        """The secret itself, for the key place and for what is sealed to the recovery key."""
        return self._private.private_bytes_raw().hex()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """64 bytes over `data`, which is `canonical_json` wherever it is a document."""
        return self._private.sign(data)

    def __repr__(self) -> str:
        return f"SigningKey({self.fingerprint})"
