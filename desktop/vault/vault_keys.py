"""The keys of a vault as they lie in the key place: read together, sealed together, put back together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from desktop.vault.anchor import Anchor
from desktop.vault.errors import KeyMissing
from desktop.vault.key_material import parse_key
from desktop.vault.keystore import (
    BACKGROUND_TIMEOUT,
    KeyStore,
    anchor_name,
    database_key_name,
    signing_key_name,
    wrapping_key_name,
)
from desktop.vault.signing import SigningKey


@dataclass(frozen=True, slots=True, repr=False)
class VaultKeys:
    """The texts of the entries. `wrapping_key` is the KEK of `epoch`."""

    vault_id: str
    epoch: int
    database_key: str
    wrapping_key: str
    signing_key: str
    anchor: str

    @staticmethod
    def load(keystore: KeyStore, vault_id: str, epoch: int) -> VaultKeys:
        """In the background. Raises KeyMissing and the keyring's errors."""
        names = _names(vault_id, epoch)
        found = [keystore.get(name, timeout=BACKGROUND_TIMEOUT) for name in names]
        texts = [text for text in found if text is not None]
        if len(texts) < len(names):
            raise KeyMissing
        return VaultKeys(vault_id, epoch, *texts)

    def entries(self) -> dict[str, str]:
        """Names in the key place and their values."""
        values = (self.database_key, self.wrapping_key, self.signing_key, self.anchor)
        return dict(zip(_names(self.vault_id, self.epoch), values, strict=True))

    def fingerprint(self) -> bytes:
        """16 bytes that change whenever a key does, and tell nothing about it (it has 256 random bits)."""
        texts = (self.vault_id, str(self.epoch), self.database_key, self.wrapping_key, self.signing_key)
        return hashlib.sha256("|".join(texts).encode()).digest()[:16]

    def to_json(self) -> bytes:
        fields = {"database": self.database_key, "wrapping": self.wrapping_key, "signing": self.signing_key}
        return json.dumps({"v": 1, **fields, "anchor": self.anchor}).encode()

    @staticmethod
    def from_json(vault_id: str, epoch: int, data: bytes) -> VaultKeys:
        """Raises ValueError for anything but keys."""
        try:
            fields = json.loads(data)
            keys = VaultKeys(
                vault_id, epoch, *(str(fields[name]) for name in ("database", "wrapping", "signing", "anchor"))
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not the keys of a vault") from error
        parse_key(keys.database_key)
        parse_key(keys.wrapping_key)
        SigningKey.from_text(keys.signing_key)
        Anchor.from_text(keys.anchor)
        return keys

    def __repr__(self) -> str:
        return "VaultKeys(…)"


def _names(vault_id: str, epoch: int) -> tuple[str, ...]:
    return (
        database_key_name(vault_id),
        wrapping_key_name(vault_id, epoch),
        signing_key_name(vault_id),
        anchor_name(vault_id),
    )
