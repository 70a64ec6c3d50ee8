"""Sealing to the recovery key: whoever has the recovery code can open it, and this program alone cannot.

HPKE in its base mode (RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM). The private key is derived from
the code (HKDF-SHA-256, salt = vault id); 128 random bits need no slow derivation. A sealed text begins with the public
key it was sealed to, so that a wrong code and a damaged file are told apart.
"""

from __future__ import annotations

import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from desktop.domain.recovery_code import RecoveryCode
from desktop.vault.key_errors import RecoveryCodeWrong, SealedFileDamaged

PUBLIC_KEY_BYTES = 32
_PRIVATE_KEY_BYTES = 32
_LABEL = b"consentry recovery key 1"


def recovery_public_key(code: RecoveryCode, vault_id: str) -> bytes:
    """The 32 raw bytes that are stored in the vault: they seal, but open nothing."""
    return _private_key(code, vault_id).public_key().public_bytes_raw()


def seal(plain: bytes, public_key: bytes, info: bytes) -> bytes:
    """Seal to a raw public key. `info` says what it is and for which vault; it must be the same when it is opened."""
    return public_key + _suite().encrypt(plain, X25519PublicKey.from_public_bytes(public_key), info)


def sealed_to(sealed: bytes) -> bytes:
    """The raw public key that a sealed text names."""
    return sealed[:PUBLIC_KEY_BYTES]


def open_sealed(sealed: bytes, code: RecoveryCode, vault_id: str, info: bytes) -> bytes:
    """Raises RecoveryCodeWrong (sealed to another code), SealedFileDamaged (changed, cut, or about something else)."""
    private = _private_key(code, vault_id)
    if len(sealed) < PUBLIC_KEY_BYTES:
        raise SealedFileDamaged
    if sealed_to(sealed) != private.public_key().public_bytes_raw():
        raise RecoveryCodeWrong
    try:
        return _suite().decrypt(sealed[PUBLIC_KEY_BYTES:], private, info)
    except InvalidTag:
        raise SealedFileDamaged from None


def _private_key(code: RecoveryCode, vault_id: str) -> X25519PrivateKey:
    derivation = HKDF(SHA256(), _PRIVATE_KEY_BYTES, salt=uuid.UUID(vault_id).bytes, info=_LABEL)
    return X25519PrivateKey.from_private_bytes(derivation.derive(code.secret))


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
