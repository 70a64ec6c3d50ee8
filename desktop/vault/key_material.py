"""Raw keys for as long as they are needed: in a bytearray, so that they can be overwritten afterwards."""

from __future__ import annotations

import os

KEY_BYTES = 32


def new_key() -> bytearray:
    """32 random bytes. Overwrite them with `wipe` once they are in use."""
    return bytearray(os.urandom(KEY_BYTES))


def parse_key(text: str) -> bytearray:
    """A key from an entry of the key place (64 hex digits). Raises ValueError."""
    key = bytearray.fromhex(text)
    if len(key) != KEY_BYTES:
        raise ValueError("not a key")
    return key


def wipe(secret: bytearray) -> None:
    """Overwrite a secret in place. Copies that Python or a library made of it are not reached."""
    secret[:] = bytes(len(secret))
