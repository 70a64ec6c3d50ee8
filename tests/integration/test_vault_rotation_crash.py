"""kill -9 in the middle of a rotation: nobody who stays is lost, nobody who is gone can be read, it opens at once."""

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
from desktop.vault.sealing import Sealer
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, new_person

CODE = RecoveryCode(bytes(range(16)))
PEOPLE = 200
KILLS, SOAK_KILLS = 8, 60
REOPEN_WITHIN = 10.0  # seconds, on a busy machine

BEGIN = """
import sys
from pathlib import Path
from desktop.vault.rotation import rotate_epoch
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore

folder, keystore = Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2]))
vault = Vault.open(folder, keystore)
room = vault.people._room
"""

# A removal whose second step is a rotation without the person.
ERASER = (
    BEGIN
    + """
room.sealer.drop = lambda subjects: rotate_epoch(room, keystore, subjects)
ready()
for person in sorted(vault.people.names()):
    say("begin", person)
    vault.people.remove(person)
    say("removed", person)
"""
)

REKEYER = (
    BEGIN
    + """
from tests.helpers.vaults import new_person
ready()
while True:
    say("person", vault.people.add_many([new_person(5, photo=bytes(20_000))])[0])
    vault.rotate_database_key()
    say("rotated", "once")
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


def wrapping_keys(keyring_file: Path) -> list[str]:
    return [value for name, value in FileKeyStore(keyring_file).values().items() if "/wrapping-key-" in name]


def kill_erasures(
    folder: Path, keyring_file: Path, alive: set[PersonId], kills: int, seed: int, tmp: Path
) -> tuple[set[PersonId], int]:
    """Kill `kills` times in mid-erasure and check after each; who is left, and how often a rotation was half done."""
    moments = random.Random(seed)
    interrupted = 0
    for _ in range(kills):
        shutil.copy(folder / "keys.bin", tmp / "older.bin")
        said = killed(ERASER, [str(folder), str(keyring_file)], after=moments.uniform(0.0, 0.15))
        begun = {PersonId(words[1]) for words in said if words[0] == "begin"}
        acknowledged = {PersonId(words[1]) for words in said if words[0] == "removed"}
        interrupted += len(wrapping_keys(keyring_file)) > 1 or (folder / "keys.new").exists()
        if acknowledged:
            _none_readable(tmp / "older.bin", keyring_file, acknowledged)
        with reopen(folder, keyring_file) as vault:
            left = set(vault.people.names())
            assert alive - begun <= left <= alive - acknowledged
            assert all(vault.people.photo(person) == bytes(20_000) for person in left)
            assert vault.check_integrity() == []
            keys = KeyFile.open(folder / "keys.bin")
            assert set(keys.keys) == left
            expected = FileKeyStore(keyring_file).get(wrapping_key_name(vault.id, keys.header.epoch))
            assert wrapping_keys(keyring_file) == [expected]
            assert not list(folder.glob("*.new"))
        alive = left
    return alive, interrupted


def _none_readable(older: Path, keyring_file: Path, acknowledged: set[PersonId]) -> None:
    """With the key file of before and every key that a kill left in the key place."""
    for value in wrapping_keys(keyring_file):
        sealer = Sealer(KeyFile.open(older), bytes.fromhex(value))
        assert [person for person in acknowledged if sealer.check(person)] == []


def the_code_still_helps(folder: Path, people: set[PersonId]) -> None:
    fresh = MemoryKeyStore(backend="Test file")
    Vault.recover(folder, fresh, CODE)
    with Vault.open(folder, fresh) as vault:
        assert set(vault.people.names()) == people


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [KILLS, pytest.param(SOAK_KILLS, marks=pytest.mark.soak)])
def test_a_rotation_of_the_epoch_is_finished_or_undone(
    vault_folder: Path, keyring_file: Path, filled: set[PersonId], tmp_path: Path, kills: int
) -> None:
    left, interrupted = kill_erasures(vault_folder, keyring_file, filled, kills, kills, tmp_path)
    assert left < filled
    assert interrupted > 0 or kills < SOAK_KILLS  # few kills may all miss
    the_code_still_helps(vault_folder, left)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [KILLS, pytest.param(SOAK_KILLS, marks=pytest.mark.soak)])
def test_a_rotation_of_the_database_key_is_finished_or_undone(
    vault_folder: Path, keyring_file: Path, filled: set[PersonId], kills: int
) -> None:
    moments = random.Random(kills)
    people, rotations, interrupted = set(filled), 0, 0
    for _ in range(kills):
        said = killed(REKEYER, [str(vault_folder), str(keyring_file)], after=moments.uniform(0.0, 0.6))
        people |= {PersonId(words[1]) for words in said if words[0] == "person"}
        rotations += sum(words[0] == "rotated" for words in said)
        interrupted += any(name.endswith("-next") for name in FileKeyStore(keyring_file).values())
        with reopen(vault_folder, keyring_file) as vault:
            there = set(vault.people.names())
            assert people <= there
            assert len(there - people) <= 1
            assert all(vault.people.photo(person) == bytes(20_000) for person in list(there)[:20])
            assert vault.check_integrity() == []
            assert not list(vault_folder.glob("*.new"))
            assert not any(name.endswith("-next") for name in FileKeyStore(keyring_file).values())
        people = there
    assert rotations + interrupted > 0  # on a busy machine none may come to its end
    assert interrupted > 0 or kills < SOAK_KILLS  # few kills may all miss
    the_code_still_helps(vault_folder, people)
