"""Every protection of the vault that does not hold is found, and looking changes nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.backups import DestinationPlan, Schedule
from desktop.domain.findings import Finding, State
from desktop.services.protections import examine
from desktop.vault import ballast, cipher
from desktop.vault.anchor import Anchor
from desktop.vault.inspection import Inspection
from desktop.vault.keystore import anchor_name, database_key_name, signing_key_name, wrapping_key_name
from desktop.vault.vault import Vault
from tests.helpers.backups import add_destination, back_up, recoverable_vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def closed(vault_folder: Path, keystore: MemoryKeyStore, place: Path) -> Path:
    """The folder of a closed vault in which every protection holds."""
    with recoverable_vault(vault_folder, keystore) as vault:
        vault.people.add_many([new_person(1), new_person(2)])
        destination = add_destination(vault, place)
        vault.backups.destinations.change(destination, DestinationPlan(str(place), 7, Schedule.DAILY, 2))
        back_up(vault, destination)
    return vault_folder


def findings(folder: Path, keystore: MemoryKeyStore, now: datetime | None = None) -> dict[str, Finding]:
    with Inspection(folder, keystore) as look:
        return {finding.name: finding for finding in examine(look, now)}


def wrong(found: dict[str, Finding]) -> set[str]:
    return {name for name, finding in found.items() if finding.state is State.WRONG}


def test_all_is_well_and_nothing_is_touched(closed: Path, keystore: MemoryKeyStore) -> None:
    before, entries = files_of(closed), dict(keystore.values)
    found = findings(closed, keystore)
    assert {name: finding.text for name, finding in found.items() if finding.state is not State.OK} == {}
    assert len(found) == 14
    after = files_of(closed)
    assert {name: after[name] for name in before} == before
    assert all(after[name] == b"" or name.endswith("-shm") for name in after.keys() - before.keys())
    assert keystore.values == entries
    text = " ".join(finding.text for finding in found.values())
    assert not any(value in text for name, value in entries.items() if "key" in name)


def _other_wrapping_key(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    keystore.values[wrapping_key_name(vault_id, 1)] = os.urandom(32).hex()


def _stray_epoch(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    keystore.values[wrapping_key_name(vault_id, 2)] = os.urandom(32).hex()


def _future_anchor(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    known = Anchor.from_text(keystore.values[anchor_name(vault_id)])
    keystore.values[anchor_name(vault_id)] = replace(known, changes=known.changes + 1).to_text()


def _no_escrow(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    (folder / "escrow.bin").unlink()


def _readable(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    (folder / "keys.bin").chmod(0o644)


def _no_ballast(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    (folder / ballast.FILE_NAME).unlink()


def _no_signing_key(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    del keystore.values[signing_key_name(vault_id)]


def _audit_edited(folder: Path, keystore: MemoryKeyStore, vault_id: str) -> None:
    key = bytes.fromhex(keystore.values[database_key_name(vault_id)])
    connection = cipher.connect(folder / "vault.db", key)
    connection.execute("DROP TRIGGER IF EXISTS audit_entries_no_update")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE audit_entries SET body = replace(body, 'backup_made', 'backup_mad3')")
    connection.close()


@pytest.mark.parametrize(
    ("harm", "name"),
    [
        (_other_wrapping_key, "epoch"),
        (_stray_epoch, "epoch"),
        (_future_anchor, "anchor"),
        (_no_escrow, "escrow"),
        (_readable, "permissions"),
        (_no_ballast, "ballast"),
        (_no_signing_key, "key place"),
        (_audit_edited, "audit log"),
    ],
)
def test_what_does_not_hold_is_found(
    closed: Path, keystore: MemoryKeyStore, harm: Callable[[Path, MemoryKeyStore, str], None], name: str
) -> None:
    harm(closed, keystore, next(iter(keystore.values)).split("/")[0])
    assert name in wrong(findings(closed, keystore))


def test_late_and_failing_backups(closed: Path, keystore: MemoryKeyStore, place: Path) -> None:
    later = datetime.now(UTC) + timedelta(days=3)
    assert wrong(findings(closed, keystore, later)) == {"last backup"}
    assert findings(closed, keystore, later)["audit checkpoint"].state is State.NOTE
    shutil.rmtree(place)
    with Vault.open(closed, keystore) as vault:
        destination = vault.backups.destinations.list()[0]
        with pytest.raises(Exception, match="cannot be reached"):
            back_up(vault, destination.id)
        vault.rotate_epoch()
    found = findings(closed, keystore)
    assert wrong(found) == {"last backup", "companions"}
    assert "DestinationUnreachable" in found["last backup"].text


def test_a_vault_without_code_and_destination(vault_folder: Path, keystore: MemoryKeyStore) -> None:
    Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST).close()
    assert wrong(findings(vault_folder, keystore)) == {"escrow", "last backup"}


@pytest.fixture
def open_vault(closed: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    with Vault.open(closed, keystore) as vault:
        yield vault


def test_beside_an_open_vault(open_vault: Vault, keystore: MemoryKeyStore) -> None:
    open_vault.people.add_many([new_person(3)])
    with Inspection(open_vault.path, keystore) as look:
        open_vault.people.add_many([new_person(4)])
        assert look.status().counts["people"] == 4
        assert look.integrity() == []
        open_vault.people.add_many([new_person(5)])
    assert open_vault.check_integrity() == []
    assert open_vault.people.count() == 5


def test_status_tells_of_destinations_and_backups(closed: Path, keystore: MemoryKeyStore, place: Path) -> None:
    with Inspection(closed, keystore) as look:
        ((destination, backups),) = look.status().destinations
    assert destination.plan.path == str(place)
    assert [backup.folder for backup in backups] == [path.name for path in place.iterdir() if path.is_dir()]
