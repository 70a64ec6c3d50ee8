"""Decrypted pages: everything that is in the file, nothing taken for authentic that is not, no lock given up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

from desktop.vault.pages import PAGE, PageReader
from desktop.vault.vault import Vault
from tests.helpers.plain_pages import database_key, plain_content, reading
from tests.helpers.vaults import MemoryKeyStore, new_person

# SQLite's shared locks lie on 510 bytes after PENDING_BYTE + 2: whether another process could lock them all.
LOCKED = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000000 + 2)
        print("free")
    except OSError:
        print("locked")
"""


def filled(vault: Vault, amount: int = 30) -> list[str]:
    people = [new_person(number, photo=os.urandom(30_000)) for number in range(amount)]
    return [str(person) for person in vault.people.add_many(people)]


def test_all_pages_of_database_and_wal_are_decrypted_and_authentic(vault: Vault, keystore: MemoryKeyStore) -> None:
    people = filled(vault)
    reader = vault._store.pages()
    size = sum((vault.path / name).stat().st_size for name in ("vault.db", "vault.db-wal"))
    assert reader.size() == size
    wal = list(reader.wal())
    frames = ((vault.path / "vault.db-wal").stat().st_size - 32) // (PAGE + 24)
    assert sum(chunk.pages for chunk in wal) == frames > 0
    assert all(person.encode() in b"".join(chunk.content for chunk in wal) for person in people)
    vault.close()
    content = plain_content(vault.path, database_key(keystore, vault.id))
    assert all(person.encode() in content for person in people)
    assert content.count(b"CREATE TABLE") > 5
    pages = (vault.path / "vault.db").stat().st_size // PAGE
    assert pages > 257, "page numbers past the first chunk are part of what is tested"
    assert len(content) == pages * (PAGE - 80) - 16


def test_a_changed_byte_and_a_foreign_key_are_noticed(vault: Vault, keystore: MemoryKeyStore) -> None:
    filled(vault)
    vault.close()
    path = vault.path / "vault.db"
    key = database_key(keystore, vault.id)
    with path.open("r+b") as file:
        file.seek(5 * PAGE + 77)
        byte = file.read(1)
        file.seek(5 * PAGE + 77)
        file.write(bytes([byte[0] ^ 1]))
        file.seek(0, 2)
        file.write(bytes(PAGE) + b"torn")
    with reading(vault.path, key) as reader:
        assert sum(chunk.unreadable for chunk in reader.database()) == 2  # not the empty page
    with reading(vault.path, key[::-1]) as reader:
        assert sum(chunk.unreadable for chunk in reader.database()) == path.stat().st_size // PAGE


def test_pages_written_meanwhile_are_read_whole(vault: Vault) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            filled(vault, 3)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        reader = vault._store.pages()
        for _ in range(20):
            assert sum(chunk.unreadable for chunk in reader.database()) == 0
    finally:
        stop.set()
        writer.join()


@pytest.mark.skipif(os.name == "nt", reason="POSIX locks only")
def test_reading_pages_gives_up_no_lock_of_the_open_database(vault: Vault) -> None:
    filled(vault)
    path = vault.path / "vault.db"

    def state() -> str:
        command = [sys.executable, "-c", LOCKED, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    assert state() == "locked"
    assert vault.plaintext_header is False
    list(vault._store.pages().database())
    assert state() == "locked"
    # What would happen otherwise: the reason for the handle that stays open.
    PageReader(path, bytes(32)).close()
    assert state() == "free"
