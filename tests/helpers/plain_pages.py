"""A vault's pages the way an investigator with the key sees them, joined for searching."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.vault import layout
from desktop.vault.keystore import KeyStore, database_key_name
from desktop.vault.pages import PageReader


@contextmanager
def reading(folder: Path, key: bytes) -> Iterator[PageReader]:
    """A reader on a vault that is closed, or whose locks do not matter."""
    reader = PageReader(folder / layout.DATABASE, key)
    try:
        yield reader
    finally:
        reader.close()


def database_key(keystore: KeyStore, vault_id: str) -> bytes:
    return bytes.fromhex(keystore.get(database_key_name(vault_id)) or "")


def plain_content(folder: Path, key: bytes) -> bytes:
    """All pages of database and WAL, used or not, decrypted and authentic."""
    with reading(folder, key) as reader:
        chunks = [*reader.database(), *reader.wal()]
    assert sum(chunk.unreadable for chunk in chunks) == 0
    return b"".join(chunk.content for chunk in chunks)
