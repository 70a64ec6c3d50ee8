"""Making and destroying a vault: whole or not at all, and never over something else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop.vault.errors import (
    FolderNotEmpty,
    KeyringFailed,
    VaultError,
    VaultExists,
)
from desktop.vault.keystore import next_database_key_name
from desktop.vault.vault import Vault
from tests.helpers.closed_vaults import make
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of


@pytest.mark.parametrize("failing", range(1, 4))
def test_a_creation_that_the_keyring_stops_leaves_nothing(
    vault_folder: Path, keystore: MemoryKeyStore, failing: int
) -> None:
    count = [0]

    def fail(kind: str) -> None:
        count[0] += kind == "set"
        if kind == "set" and count[0] == failing:
            raise KeyringFailed

    keystore.before = fail
    with pytest.raises(KeyringFailed):
        Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST)
    assert list(vault_folder.parent.iterdir()) == []
    assert keystore.values == {}
    keystore.before = None
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()


def test_a_creation_whose_database_fails_leaves_nothing(
    vault_folder: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("desktop.vault.ballast.reserve", fail)
    with pytest.raises(VaultError):
        Vault.create(vault_folder, keystore)
    assert list(vault_folder.parent.iterdir()) == []
    assert keystore.values == {}


def test_what_a_crashed_creation_left_is_swept_away_but_not_one_under_way(
    vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    stale, fresh = (vault_folder.parent / f".{vault_folder.name}.new-{name}" for name in ("stale", "fresh"))
    for leftover in (stale, fresh):
        leftover.mkdir(parents=True)
        (leftover / "vault.db").write_bytes(b"half")
    os.utime(stale, (1, 1))
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    assert not stale.exists()
    assert fresh.exists()


def test_creating_over_something_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    before = files_of(closed)
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)
    assert files_of(closed) == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(FolderNotEmpty):
        Vault.create(tmp_path / "mine", keystore)
    assert files_of(tmp_path / "mine") == {"letter.txt": b"keep me"}


def test_an_empty_folder_may_become_a_vault_and_only_the_owner_may_enter_it(
    tmp_path: Path, keystore: MemoryKeyStore
) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST):
        if os.name != "nt":
            assert folder.stat().st_mode & 0o777 == 0o700
            assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        assert (folder / "ballast").stat().st_size == TEST_BALLAST


def test_destroying_takes_files_and_keys_and_leaves_other_vaults(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    other = make(tmp_path / "other", keystore)
    Vault.destroy(closed, keystore)
    assert not closed.exists()
    assert all(name.startswith((other, "folder-")) for name in keystore.values)
    with Vault.open(tmp_path / "other", keystore) as vault:
        assert vault.people.count() == 3
    Vault.destroy(closed, keystore)
    make(closed, keystore)


@pytest.mark.parametrize("lost", ["vault.db", "keys.bin"])
def test_half_a_vault_can_be_destroyed(closed: Path, keystore: MemoryKeyStore, lost: str) -> None:
    with Vault.open(closed, keystore) as vault:
        for _ in range(3):
            vault.rotate_epoch()
        keystore.set(next_database_key_name(vault.id), "left by a crash")
    (closed / lost).unlink()
    Vault.destroy(closed, keystore)
    assert not closed.exists()
    assert keystore.values == {}
