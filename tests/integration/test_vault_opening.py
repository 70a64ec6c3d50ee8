"""A database that is not the one that was left is refused, in which words, and trying changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ConsentId, random_id
from desktop.vault.anchor import Anchor
from desktop.vault.errors import (
    VaultEmptied,
    VaultError,
    VaultExists,
    VaultMissing,
    VaultRolledBack,
    VaultSwapped,
    VaultWrongKeyOrDamaged,
)
from desktop.vault.key_errors import KeysOutdated
from desktop.vault.keystore import anchor_name, database_key_name, folder_name
from desktop.vault.records import utc_now
from desktop.vault.vault import Vault
from tests.helpers.closed_vaults import make, overwrite, refused, vault_id
from tests.helpers.vaults import MemoryKeyStore, new_person


def test_an_emptied_file_is_refused_and_no_new_vault_appears(closed: Path, keystore: MemoryKeyStore) -> None:
    os.truncate(closed / "vault.db", 0)
    refused(closed, keystore, VaultEmptied)
    assert (closed / "vault.db").stat().st_size == 0
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)


def test_a_fresh_database_under_the_right_key_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    from desktop.vault import cipher

    key = bytes.fromhex(keystore.values[database_key_name(vault_id(keystore))])
    (closed / "vault.db").unlink()
    connection = cipher.connect(closed / "vault.db", key, create=True)
    connection.execute("CREATE TABLE t (a)")
    connection.close()
    refused(closed, keystore, VaultEmptied)


@pytest.mark.parametrize("table", ["audit_entries", "people", "erasure_ledger"])
def test_a_database_without_one_of_its_tables_is_refused(closed: Path, keystore: MemoryKeyStore, table: str) -> None:
    from desktop.vault import cipher

    key = bytes.fromhex(keystore.values[database_key_name(vault_id(keystore))])
    connection = cipher.connect(closed / "vault.db", key)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute(f"DROP TABLE {table}")
    connection.close()
    refused(closed, keystore, VaultEmptied)


def test_a_missing_database_is_refused_and_no_new_vault_appears(closed: Path, keystore: MemoryKeyStore) -> None:
    (closed / "vault.db").unlink()
    refused(closed, keystore, VaultMissing)
    assert not (closed / "vault.db").exists()
    with pytest.raises(VaultExists):
        Vault.create(closed, keystore)


@pytest.mark.parametrize("leave_folder", [True, False])
def test_where_the_keyring_remembers_a_vault_no_new_one_is_made(
    closed: Path, keystore: MemoryKeyStore, leave_folder: bool
) -> None:
    shutil.rmtree(closed)
    if leave_folder:
        closed.mkdir()
    values = dict(keystore.values)
    with pytest.raises(VaultMissing):
        Vault.create(closed, keystore)
    with pytest.raises(VaultMissing):
        Vault.open(closed, keystore)
    assert keystore.values == values
    assert not closed.exists() or list(closed.iterdir()) == []


def test_a_database_rolled_back_to_an_older_copy_is_refused(closed: Path, keystore: MemoryKeyStore) -> None:
    """The older copy still holds somebody who has withdrawn."""
    old = (closed / "vault.db").read_bytes()
    with Vault.open(closed, keystore) as vault:
        person = next(iter(vault.people.names()))
        vault.consents.append(ConsentEvent(ConsentId(random_id()), person, ConsentState.WITHDRAWN, utc_now(), None))
    new = (closed / "vault.db").read_bytes()
    (closed / "vault.db").write_bytes(old)
    refused(closed, keystore, VaultRolledBack)
    (closed / "vault.db").write_bytes(new)
    with Vault.open(closed, keystore) as vault:
        assert len(vault.templates.standing(utc_now()).matchable) == 2


def test_the_whole_folder_rolled_back_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    shutil.copytree(closed, tmp_path / "copy")
    with Vault.open(closed, keystore) as vault:
        vault.people.remove(next(iter(vault.people.names())))
    shutil.rmtree(closed)
    shutil.copytree(tmp_path / "copy", closed)
    refused(closed, keystore, KeysOutdated)


def test_two_lives_of_one_database_are_not_mixed(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    """Both copies have changed as often; only one of them is the one that the keyring saw last."""
    shutil.copytree(closed, tmp_path / "copy")
    remembered = dict(keystore.values)
    with Vault.open(closed, keystore) as vault:
        vault.settings.set("a", 1)
    first = dict(keystore.values)
    keystore.values = remembered
    shutil.rmtree(closed)
    shutil.copytree(tmp_path / "copy", closed)
    with Vault.open(closed, keystore) as vault:
        vault.settings.set("a", 2)
    keystore.values = first
    refused(closed, keystore, VaultRolledBack)


def test_a_lagging_anchor_is_accepted_and_caught_up(closed: Path, keystore: MemoryKeyStore) -> None:
    """As after a crash before the keyring was written."""
    name = anchor_name(vault_id(keystore))
    lagging = keystore.values[name]
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(9)])
    keystore.values[name] = lagging
    with Vault.open(closed, keystore) as vault:
        assert vault.people.count() == 4
    assert Anchor.from_text(keystore.values[name]).counts["people"] == 4


def test_another_vaults_database_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    make(tmp_path / "other", keystore)
    shutil.copy(tmp_path / "other" / "vault.db", closed / "vault.db")
    refused(closed, keystore, VaultWrongKeyOrDamaged)


def test_another_vault_in_its_place_is_refused(closed: Path, keystore: MemoryKeyStore, tmp_path: Path) -> None:
    """Database and keys fit each other and their keyring entries exist, but they belong into another folder."""
    make(tmp_path / "other", keystore)
    for name in ("vault.db", "keys.bin"):
        shutil.copy(tmp_path / "other" / name, closed / name)
    refused(closed, keystore, VaultSwapped)


def test_a_vault_whose_folder_was_moved_opens_and_is_known_there(
    closed: Path, keystore: MemoryKeyStore, tmp_path: Path
) -> None:
    moved = tmp_path / "Überwachung 王"
    closed.rename(moved)
    with Vault.open(moved, keystore) as vault:
        assert vault.people.count() == 3
    assert keystore.values[folder_name(moved)] == vault_id(keystore)


@pytest.mark.parametrize("page", [0, 1, 2, -1])
def test_a_damaged_page_is_reported_and_not_repaired_away(closed: Path, keystore: MemoryKeyStore, page: int) -> None:
    size = (closed / "vault.db").stat().st_size
    overwrite(closed / "vault.db", (page % (size // 4096)) * 4096 + 1000, b"\xff" * 8)
    try:
        vault = Vault.open(closed, keystore)
    except VaultWrongKeyOrDamaged:
        return
    with vault:
        assert vault.check_integrity() != []


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_cut_file_is_reported(closed: Path, keystore: MemoryKeyStore, share: float) -> None:
    os.truncate(closed / "vault.db", int((closed / "vault.db").stat().st_size * share))
    try:
        vault = Vault.open(closed, keystore)
    except VaultWrongKeyOrDamaged:
        return
    with vault:
        assert vault.check_integrity() != []


def test_a_page_of_an_older_copy_put_back_is_noticed(closed: Path, keystore: MemoryKeyStore) -> None:
    """Each page proves itself alone, so an old one passes every integrity check; the row counts do not."""
    old = (closed / "vault.db").read_bytes()
    with Vault.open(closed, keystore) as vault:
        vault.people.add_many([new_person(number) for number in range(10, 14)])
    new = (closed / "vault.db").read_bytes()
    noticed = 0
    for start in range(0, len(old), 4096):
        page = slice(start, start + 4096)
        if old[page] == new[page]:
            continue
        (closed / "vault.db").write_bytes(new[:start] + old[page] + new[start + 4096 :])
        before = dict(keystore.values)
        try:
            with Vault.open(closed, keystore) as vault:
                assert vault.check_integrity() != [] or vault.people.count() == 7
        except VaultError:
            noticed += 1
        keystore.values = before
    assert noticed >= 2
