"""Keys that are missing, foreign, old or damaged: refused and never replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.vault.errors import (
    KeyMissing,
    KeyringChanged,
    KeyringFailed,
    KeyringTimeout,
    KeysDamaged,
    KeysMissing,
    VaultError,
    VaultWrongKeyOrDamaged,
)
from desktop.vault.key_errors import KeysOfAnotherVault
from desktop.vault.keystore import database_key_name, wrapping_key_name
from desktop.vault.vault import Vault
from tests.helpers.closed_vaults import make, overwrite, refused, vault_id
from tests.helpers.vaults import MemoryKeyStore, new_person


def test_a_missing_key_file_is_not_replaced(closed: Path, keystore: MemoryKeyStore) -> None:
    (closed / "keys.bin").unlink()
    refused(closed, keystore, KeysMissing)
    assert not (closed / "keys.bin").exists()


def cut_to_header(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, 64)


def cut_inside_header(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, 30)


def cut_last_record(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(path, path.stat().st_size - 1)


def flip_in_first_record(path: Path, tmp: Path, keystore: MemoryKeyStore) -> None:
    overwrite(path, 64 + 40, b"\x00\xff")


@pytest.mark.parametrize("damage", [cut_to_header, cut_inside_header, cut_last_record, flip_in_first_record])
def test_a_damaged_key_file_is_refused(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path, damage: Callable[[Path, Path, MemoryKeyStore], None]
) -> None:
    damage(closed / "keys.bin", tmp_path, keystore)
    refused(closed, keystore, KeysDamaged)


def test_a_key_file_of_another_vault_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    make(tmp_path / "other", keystore)
    shutil.copy(tmp_path / "other" / "keys.bin", closed / "keys.bin")
    refused(closed, keystore, KeysOfAnotherVault)


def test_an_older_key_file_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    old = (closed / "keys.bin").read_bytes()
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(9)])
    (closed / "keys.bin").write_bytes(old)
    refused(closed, keystore, KeysDamaged)


@pytest.mark.parametrize("entry", ["database-key", "wrapping-key-1", "anchor", "signing-key"])
@pytest.mark.parametrize("value", [None, "", "rubbish"])
def test_a_missing_or_foreign_keyring_entry_is_never_replaced(
    closed: Path, keystore: MemoryKeyStore, entry: str, value: str | None
) -> None:
    name = f"{vault_id(keystore)}/{entry}"
    assert name in keystore.values
    if value is None:
        del keystore.values[name]
    else:
        keystore.values[name] = value
    refused(closed, keystore, KeyMissing)


def test_a_wrong_database_key_reads_as_wrong_key_or_damage(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.values[database_key_name(vault_id(keystore))] = os.urandom(32).hex()
    refused(closed, keystore, VaultWrongKeyOrDamaged)
    assert "wrong key or damaged file" in str(VaultWrongKeyOrDamaged(folder=closed))


def test_a_wrong_wrapping_key_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.values[wrapping_key_name(vault_id(keystore), 1)] = os.urandom(32).hex()
    refused(closed, keystore, KeysDamaged)


def test_another_kind_of_keyring_is_refused_even_with_the_same_entries(closed: Path, keystore: MemoryKeyStore) -> None:
    keystore.backend = "KWallet"
    refused(closed, keystore, KeyringChanged)


@pytest.mark.parametrize("error", [KeyringTimeout(seconds=60), KeyringFailed()])
def test_a_silent_keyring_never_leads_to_a_new_key(closed: Path, keystore: MemoryKeyStore, error: VaultError) -> None:
    def fail(kind: str) -> None:
        raise error

    values = dict(keystore.values)
    keystore.before = fail
    with pytest.raises(type(error)):
        Vault.open(closed, keystore)
    keystore.before = None
    assert keystore.values == values
    with Vault.open(closed, keystore) as vault:
        assert vault.people.count() == 3
