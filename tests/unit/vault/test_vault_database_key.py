"""Rotation of the database key: the vault goes on, the old key opens nothing, every crash is finished or undone."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.errors import Cancelled
from desktop.domain.ids import PersonId
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import cipher, engine
from desktop.vault.errors import DiskFailed, DiskFull, KeyringLocked, VaultWrongKeyOrDamaged
from desktop.vault.key_errors import DatabaseBusy, RotationUnfinished
from desktop.vault.keystore import database_key_name, next_database_key_name
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person

CODE = RecoveryCode(bytes(range(16)))


class Crash(BaseException):
    """What follows it does not happen, as after kill -9."""


@pytest.fixture
def vault(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    with Vault.create(vault_folder, keystore, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST) as made:
        yield made


@pytest.fixture
def people(vault: Vault) -> list[PersonId]:
    return vault.people.add_many([new_person(number, photo=b"photo %d" % number) for number in range(20)])


def all_there(vault: Vault, people: list[PersonId]) -> None:
    assert set(vault.people.names()) == set(people)
    assert all(vault.people.photo(person) is not None for person in people)
    assert vault.check_integrity() == []


def current(vault: Vault, keystore: MemoryKeyStore) -> str:
    return keystore.values[database_key_name(vault.id)]


def leftovers(vault: Vault, keystore: MemoryKeyStore) -> list[str]:
    """What a finished or undone rotation must not leave."""
    names = [path.name for path in vault.path.iterdir() if path.suffix == ".new"]
    return names + [name for name in keystore.values if name.endswith("-next")]


def test_the_vault_goes_on_under_the_new_key_and_the_old_one_opens_nothing(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    old = current(vault, keystore)
    vault.rotate_database_key()
    assert current(vault, keystore) != old
    assert leftovers(vault, keystore) == []
    people += vault.people.add_many([new_person(77, photo=b"later")])
    assert vault.people.remove(people.pop(0))
    all_there(vault, people)
    assert vault._store.pages() is vault._store.pages()
    vault.rotate_epoch()
    vault.rotate_database_key()
    vault.close()
    with pytest.raises(Exception, match="not a database"):
        cipher.connect(vault.path / "vault.db", bytes.fromhex(old))
    with Vault.open(vault.path, keystore) as again:
        all_there(again, people)
    keystore.values.clear()
    Vault.recover(vault.path, keystore, CODE)
    with Vault.open(vault.path, keystore) as again:
        all_there(again, people)


def test_readers_and_writers_wait_and_never_fail(vault: Vault, people: list[PersonId]) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()

    def run(action: str) -> None:
        try:
            while not stop.is_set():
                if action == "read":
                    assert vault.people.photo(people[0]) is not None
                else:
                    vault.settings.set("turn", 1)
        except BaseException as error:  # noqa: BLE001 - looked at below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(action,)) for action in ("read", "read", "write")]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            vault.rotate_database_key()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    all_there(vault, people)


def unchanged(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, key: str) -> None:
    assert current(vault, keystore) == key
    assert leftovers(vault, keystore) == []
    all_there(vault, people)
    vault.rotate_database_key()
    all_there(vault, people)


@pytest.mark.parametrize("place", ["database_key.write_all", "cipher.encrypt_anew", "files.write_all"])
def test_a_full_disk_changes_nothing(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    key = current(vault, keystore)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(f"desktop.vault.{place}", full)
        with pytest.raises(DiskFull):
            vault.rotate_database_key()
    unchanged(vault, people, keystore, key)


def test_a_copy_that_does_not_read_back_is_not_used(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, real = current(vault, keystore), cipher.encrypt_anew

    def damaging(path: Path, old: bytes, new: bytes) -> None:
        real(path, old, new)
        with path.open("r+b") as file:
            file.seek(path.stat().st_size - 2000)
            file.write(b"damage")

    with monkeypatch.context() as patch:
        patch.setattr(cipher, "encrypt_anew", damaging)
        with pytest.raises(DiskFailed):
            vault.rotate_database_key()
    unchanged(vault, people, keystore, key)


def test_a_reader_that_stays_keeps_the_old_key(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = current(vault, keystore)
    monkeypatch.setattr(engine, "_DRAIN_SECONDS", 0.2)
    with vault._store.reading(), pytest.raises(DatabaseBusy):
        vault.rotate_database_key()
    unchanged(vault, people, keystore, key)


def test_it_can_be_cancelled(vault: Vault, people: list[PersonId], keystore: MemoryKeyStore) -> None:
    class Stop:
        def report(self, share: float) -> None: ...

        def cancelled(self) -> bool:
            return True

    key = current(vault, keystore)
    with pytest.raises(Cancelled):
        vault.rotate_database_key(Stop())
    unchanged(vault, people, keystore, key)


@pytest.mark.parametrize("writes", [0, 1])
def test_a_keyring_that_refuses_leaves_a_vault_that_opens(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore, writes: int
) -> None:
    """At the first write nothing has happened; at the second the new key is in force and opening finds it."""
    key, left = current(vault, keystore), [writes]

    def refuse(kind: str) -> None:
        if kind == "set":
            if not left[0]:
                raise KeyringLocked
            left[0] -= 1

    keystore.before = refuse
    with pytest.raises(RotationUnfinished if writes else KeyringLocked):
        vault.rotate_database_key()
    keystore.before = None
    all_there(vault, people)
    assert current(vault, keystore) == key
    if writes:
        vault.rotate_epoch()  # writes an escrow: it must hold the key in force
        vault.rotate_database_key()
    vault.close()
    with Vault.open(vault.path, keystore) as again:
        all_there(again, people)
    fresh = MemoryKeyStore()
    Vault.recover(vault.path, fresh, CODE)
    with Vault.open(vault.path, fresh) as again:
        all_there(again, people)


@pytest.mark.parametrize(
    "place",
    [
        "database_key._build_copy",
        "cipher.encrypt_anew",
        "database_key.read_facts",
        "escrow.prepare",
        "engine.Store.use_key",
        "escrow.put_in_place",
        "database_key._settle",
    ],
)
@pytest.mark.parametrize("lost", [False, True])
def test_a_crash_at_any_step_is_finished_or_undone(
    vault: Vault,
    people: list[PersonId],
    keystore: MemoryKeyStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    lost: bool,
) -> None:
    """Files and entries as they are at that instant, opened by another process; `lost`: with the key place gone too."""
    copy, entries = tmp_path / "copy", MemoryKeyStore()

    def crash(*_: object) -> None:
        if not copy.exists():
            entries.values = dict(keystore.values)
            shutil.copytree(vault.path, copy)
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(f"desktop.vault.{place}", crash)
        with pytest.raises(Crash):
            vault.rotate_database_key()
    assert next_database_key_name(vault.id) in entries.values
    if lost:
        entries.values = {}
        Vault.recover(copy, entries, CODE)
    with Vault.open(copy, entries) as again:
        all_there(again, people)
        assert leftovers(again, entries) == []
        again.rotate_database_key()
        all_there(again, people)


def test_a_next_key_that_does_not_fit_is_no_way_in(
    vault: Vault, people: list[PersonId], keystore: MemoryKeyStore
) -> None:
    vault.close()
    keystore.values[next_database_key_name(vault.id)] = "11" * 32
    with Vault.open(vault.path, keystore) as again:
        all_there(again, people)
    assert leftovers(vault, keystore) == []
    keystore.values |= {database_key_name(vault.id): "22" * 32, next_database_key_name(vault.id): "11" * 32}
    files, values = files_of(vault.path), dict(keystore.values)
    with pytest.raises(VaultWrongKeyOrDamaged):
        Vault.open(vault.path, keystore)
    assert (files_of(vault.path), keystore.values) == (files, values)
