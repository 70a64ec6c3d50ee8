"""Rotation of the epoch: who stays is readable, who is left out is not, and every crash is finished or undone."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path

import pytest

from desktop.domain.ids import PersonId
from desktop.vault.errors import DiskFull, KeyMissing, KeyringFailed, KeyringLocked, KeyringTimeout
from desktop.vault.key_errors import KeysOutdated, RotationUnfinished
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import wrapping_key_name
from desktop.vault.sealing import SealBroken, Sealer
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, files_of, new_person


class Crash(BaseException):
    """What follows it does not happen, as after kill -9."""


@pytest.fixture
def people(vault: Vault) -> list[PersonId]:
    return vault.people.add_many([new_person(number, photo=b"photo %d" % number) for number in range(20)])


def epochs(keystore: MemoryKeyStore) -> set[int]:
    """Epochs whose KEK the key place still holds."""
    return {int(name.rpartition("-")[2]) for name in keystore.values if "/wrapping-key-" in name}


def all_readable(vault: Vault, people: list[PersonId]) -> None:
    for person in people:
        assert vault.people.photo(person) is not None
        assert vault.people.get(person) is not None


def test_everybody_stays_readable_and_the_old_key_is_gone(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    assert [vault.rotate_epoch() for _ in range(3)] == [2, 3, 4]
    assert epochs(keystore) == {4}
    all_readable(vault, people)
    more = vault.people.add_many([new_person(99, photo=b"later")])
    vault.close()
    assert KeyFile.open(vault.path / "keys.bin").header.epoch == 4
    with Vault.open(vault.path, keystore) as again:
        all_readable(again, people + more)


def test_who_is_left_out_can_be_read_with_no_key_of_today(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    old_keys = (vault.path / "keys.bin").read_bytes()
    vault.rotate_epoch(people[:3])
    for person in people[:3]:
        with pytest.raises(SealBroken):
            vault.people._room.sealer.seal("people", person, person, b"")
    all_readable(vault, people[3:])
    keys = KeyFile.open(vault.path / "keys.bin").keys.keys()
    assert set(people[3:]) <= keys
    assert not keys & set(people[:3])
    (vault.path / "old.bin").write_bytes(old_keys)
    older = KeyFile.open(vault.path / "old.bin")
    for name, value in keystore.values.items():
        if "wrapping-key" in name:
            assert not any(Sealer(older, bytes.fromhex(value)).check(person) for person in people)


def test_readers_in_other_threads_never_notice(vault: Vault, people: list[PersonId]) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()
    rounds = [0, 0]

    def read(index: int) -> None:
        try:
            while not stop.is_set():
                all_readable(vault, people)
                rounds[index] += 1
        except BaseException as error:  # noqa: BLE001 - looked at below
            failures.append(error)

    threads = [threading.Thread(target=read, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(30):
            vault.rotate_epoch()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    assert min(rounds) > 0


@pytest.mark.parametrize("error", [KeyringLocked(), KeyringTimeout(seconds="10"), KeyringFailed()])
def test_a_keyring_that_refuses_the_new_key_changes_nothing(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, error: Exception
) -> None:
    before = files_of(vault.path)["keys.bin"]

    def refuse(kind: str) -> None:
        if kind == "set":
            raise error

    keystore.before = refuse
    with pytest.raises(type(error)):
        vault.rotate_epoch(people[:1])
    keystore.before = None
    assert epochs(keystore) == {1}
    assert files_of(vault.path)["keys.bin"] == before
    all_readable(vault, people)
    assert vault.rotate_epoch() == 2


def test_a_keyring_that_gives_back_something_else_is_not_believed(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = MemoryKeyStore.set
    monkeypatch.setattr(MemoryKeyStore, "set", lambda self, name, value, timeout=None: real(self, name, value[::-1]))
    with pytest.raises(KeyringFailed):
        vault.rotate_epoch()
    monkeypatch.undo()
    assert epochs(keystore) == {1}
    all_readable(vault, people)


def test_a_full_disk_changes_nothing(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("desktop.vault.files.write_all", full)
    with pytest.raises(DiskFull):
        vault.rotate_epoch(people[:1])
    monkeypatch.undo()
    assert epochs(keystore) == {1}
    assert not (vault.path / "keys.new").exists()
    all_readable(vault, people)
    assert vault.rotate_epoch() == 2


def test_an_old_key_that_could_not_be_destroyed_is_told_and_destroyed_later(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    deletions = 0

    def refuse(kind: str) -> None:
        nonlocal deletions
        if kind == "delete":
            deletions += 1
            raise KeyringLocked

    keystore.before = refuse
    with pytest.raises(RotationUnfinished):
        vault.rotate_epoch()
    assert deletions == 1
    keystore.before = None
    assert epochs(keystore) == {1, 2}
    all_readable(vault, people)
    assert vault.rotate_epoch() == 3
    assert epochs(keystore) == {3}


def test_an_old_key_left_behind_is_destroyed_at_opening(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.rotate_epoch()
    vault.close()
    keystore.values[wrapping_key_name(vault.id, 1)] = "00" * 32
    keystore.values[wrapping_key_name(vault.id, 3)] = "00" * 32
    (vault.path / "keys.new").write_bytes(b"half")
    with Vault.open(vault.path, keystore) as again:
        all_readable(again, people)
    assert epochs(keystore) == {2}
    assert not (vault.path / "keys.new").exists()


def test_a_keyring_that_refuses_at_opening_only_delays_the_cleaning(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.close()
    keystore.values[wrapping_key_name(vault.id, 2)] = "00" * 32

    def refuse(kind: str) -> None:
        if kind == "delete":
            raise KeyringLocked

    keystore.before = refuse
    with Vault.open(vault.path, keystore) as again:
        keystore.before = None
        all_readable(again, people)
        assert again.rotate_epoch() == 2
        all_readable(again, people)
    assert epochs(keystore) == {2}


@pytest.mark.parametrize("step", ["key stored", "file written", "file renamed", "half written"])
def test_a_crash_after_any_step_is_finished_or_undone(
    vault: Vault,
    people: list[PersonId],
    keystore: MemoryKeyStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """The files and entries as they are at that instant, opened by another process."""
    taken: dict[str, str] = {}
    copy = tmp_path / "copy"

    def crash(*_: object, **__: object) -> None:
        taken.update(keystore.values)
        shutil.copytree(vault.path, copy)
        raise Crash

    if step == "key stored":
        monkeypatch.setattr(vault.people._room.sealer, "rotate", crash)
    elif step == "half written":

        def half(self: KeyFile, *arguments: object) -> None:
            (self.path.parent / "keys.new").write_bytes(b"CSTKEYS1 half")
            crash()

        monkeypatch.setattr(KeyFile, "rewrite", half)
    elif step == "file written":
        monkeypatch.setattr(Path, "replace", crash)
    else:
        monkeypatch.setattr("desktop.vault.keyfile.sync_folder", crash)
    with pytest.raises(Crash):
        vault.rotate_epoch()
    monkeypatch.undo()
    assert {int(name.rpartition("-")[2]) for name in taken if "/wrapping-key-" in name} == {1, 2}
    later = MemoryKeyStore(values=taken)
    with Vault.open(copy, later) as again:
        all_readable(again, people)
    renamed = step == "file renamed"
    assert epochs(later) == {2 if renamed else 1}
    assert not (copy / "keys.new").exists()


def test_an_older_key_file_is_called_that_and_changes_nothing(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    old = (vault.path / "keys.bin").read_bytes()
    vault.rotate_epoch(people[:0])
    vault.close()
    (vault.path / "keys.bin").write_bytes(old)
    files, values = files_of(vault.path), dict(keystore.values)
    with pytest.raises(KeysOutdated):
        Vault.open(vault.path, keystore)
    assert (files_of(vault.path), keystore.values) == (files, values)


def test_a_lost_key_of_today_is_not_called_an_older_file(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.rotate_epoch()
    vault.close()
    del keystore.values[wrapping_key_name(vault.id, 2)]
    with pytest.raises(KeyMissing):
        Vault.open(vault.path, keystore)
