"""kill -9 in the middle of a rotation: nobody is lost, it opens at once, and the recovery code opens it too."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from desktop.domain.ids import PersonId
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import wrapping_key_name
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, new_person

CODE = RecoveryCode(bytes(range(16)))
PEOPLE = 100
KILLS, SOAK_KILLS = 8, 60
REOPEN_WITHIN = 10.0  # seconds, on a busy machine

BEGIN = """
import itertools, sys
from pathlib import Path
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.vaults import new_person

vault = Vault.open(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])))
ready()
for number in itertools.count():
    say("person", vault.people.add_many([new_person(number, photo=bytes(20_000))])[0])
"""
EPOCHS = (
    BEGIN
    + """    say("rotated", vault.rotate_epoch())
"""
)
DATABASE_KEYS = (
    BEGIN
    + """    vault.rotate_database_key()
    say("rotated", number)
"""
)


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def filled(vault_folder: Path, keyring_file: Path) -> set[PersonId]:
    keystore = FileKeyStore(keyring_file)
    with Vault.create(vault_folder, keystore, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST) as vault:
        return set(vault.people.add_many([new_person(number, photo=bytes(20_000)) for number in range(PEOPLE)]))


def reopen(folder: Path, keyring_file: Path) -> Vault:
    started = time.monotonic()
    vault = Vault.open(folder, FileKeyStore(keyring_file))
    assert time.monotonic() - started < REOPEN_WITHIN
    return vault


def entries(keyring_file: Path, kind: str) -> dict[str, str]:
    return {name: value for name, value in FileKeyStore(keyring_file).values().items() if kind in name}


def kill_and_check(
    script: str, folder: Path, keyring_file: Path, people: set[PersonId], kills: int, most: float
) -> int:
    """Kill in mid-rotation, up to `most` seconds after its beginning; how often one was half done."""
    moments = random.Random(kills)
    rotations = interrupted = 0
    for _ in range(kills):
        said = killed(script, [str(folder), str(keyring_file)], after=moments.uniform(0.0, most))
        people |= {PersonId(words[1]) for words in said if words[0] == "person"}
        rotations += sum(words[0] == "rotated" for words in said)
        half_done = len(entries(keyring_file, "/wrapping-key-")) > 1 or bool(entries(keyring_file, "-next"))
        interrupted += half_done or any(folder.glob("*.new"))
        the_code_helps(folder, people, folder.parent / "copy")
        with reopen(folder, keyring_file) as vault:
            there = set(vault.people.names())
            assert people <= there
            assert len(there - people) <= 1  # written, but not said
            assert all(vault.people.photo(person) == bytes(20_000) for person in there)
            assert vault.check_integrity() == []
            epoch = KeyFile.open(folder / "keys.bin").header.epoch
            assert entries(keyring_file, "/wrapping-key-").keys() == {wrapping_key_name(vault.id, epoch)}
            assert not entries(keyring_file, "-next")
            assert not list(folder.glob("*.new"))
        people = there
    assert rotations + interrupted > 0  # on a busy machine none may come to its end
    return interrupted


def the_code_helps(folder: Path, people: set[PersonId], copy: Path) -> None:
    """Even if the key place is lost at the very instant of the kill."""
    shutil.copytree(folder, copy)
    fresh = MemoryKeyStore(backend="Test file")
    Vault.recover(copy, fresh, CODE)
    with Vault.open(copy, fresh) as vault:
        assert people <= vault.people.names().keys()
        assert all(vault.people.photo(person) == bytes(20_000) for person in people)
    shutil.rmtree(copy)


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kills", [KILLS, pytest.param(SOAK_KILLS, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("script", "most"), [(EPOCHS, 0.2), (DATABASE_KEYS, 0.6)], ids=["epoch", "database key"])
def test_a_rotation_is_finished_or_undone(
    vault_folder: Path, keyring_file: Path, filled: set[PersonId], kills: int, script: str, most: float
) -> None:
    interrupted = kill_and_check(script, vault_folder, keyring_file, filled, kills, most)
    assert interrupted > 0 or kills < SOAK_KILLS  # few kills may all miss
