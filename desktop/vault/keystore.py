"""Where the vault's own keys live: a few short named secrets outside its folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from desktop.vault.errors import KeyringFailed


class KeyStore(Protocol):
    """A place for secrets. Every call may block; none may be made on the GUI thread.

    All methods raise KeyringUnavailable, KeyringLocked, KeyringTimeout, KeyringFailed or Cancelled. Only `get`
    returning None says that an entry is absent: silence never does.
    """

    @property
    def backend(self) -> str:
        """Name of the place in words ("Secret Service")."""

    def get(self, name: str, *, timeout: float | None = None) -> str | None:
        """The secret of that name; None if there is none.

        A call with a `timeout` (seconds) of its own is made in the background: nobody is told that it waits.
        """

    def set(self, name: str, value: str, *, timeout: float | None = None) -> None:
        """Store `value` (under 1,280 characters) and make sure that it can be read back."""

    def delete(self, name: str, *, timeout: float | None = None) -> None:
        """Remove an entry; an absent one is fine."""


BACKGROUND_TIMEOUT = 10.0  # seconds; for calls that nobody watches
MAX_SECRET_LENGTH = 1280  # what the Windows Credential Locker takes (UTF-16, 2,560 bytes)


def database_key_name(vault_id: str) -> str:
    return f"{vault_id}/database-key"


def next_database_key_name(vault_id: str) -> str:
    """The database key that is about to be the current one (desktop.vault.database_key)."""
    return f"{vault_id}/database-key-next"


def wrapping_key_name(vault_id: str, epoch: int) -> str:
    """The KEK of an epoch: wraps the keys in keys.bin."""
    return f"{vault_id}/wrapping-key-{epoch}"


def signing_key_name(vault_id: str) -> str:
    """The site's Ed25519 key (desktop.vault.signing)."""
    return f"{vault_id}/signing-key"


def anchor_name(vault_id: str) -> str:
    return f"{vault_id}/anchor"


def folder_name(folder: Path) -> str:
    """Entry that remembers which vault belongs into a folder, so that a lost or swapped one is noticed."""
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
    return f"folder-{digest[:32]}"


def store_checked(keystore: KeyStore, name: str, value: str) -> None:
    """In the background, and read back. Raises KeyringFailed and the other errors of the key place."""
    keystore.set(name, value, timeout=BACKGROUND_TIMEOUT)
    if keystore.get(name, timeout=BACKGROUND_TIMEOUT) != value:
        raise KeyringFailed
