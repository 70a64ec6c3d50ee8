"""Hashing operators' passwords: argon2id (RFC 9106) as PHC strings."""

from __future__ import annotations

import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from desktop.domain.passwords import normalised

_SALT = 16
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class HashCost:
    """RFC 9106, second recommended option: 64 MiB, three passes, four lanes (a sixth of a second here)."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


class PasswordHasher:
    """Thread-safe. Checking costs the same whether or not there is such an operator."""

    def __init__(self, cost: HashCost = HashCost()) -> None:
        self._cost = cost
        self._nobody = self.hash(os.urandom(_LENGTH).hex())

    def hash(self, password: str) -> str:
        """A PHC string with a fresh salt."""
        cost = self._cost
        kdf = Argon2id(
            salt=os.urandom(_SALT),
            length=_LENGTH,
            iterations=cost.passes,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        )
        return kdf.derive_phc_encoded(normalised(password).encode())

    def matches(self, phc: str | None, password: str) -> bool:
        """Whether the password is the hashed one; None (nobody of that name) takes as long and is never it."""
        try:
            Argon2id.verify_phc_encoded(normalised(password).encode(), phc or self._nobody)
        except InvalidKey:
            return False
        return phc is not None
