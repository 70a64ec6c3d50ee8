"""The anchor in the keyring: what it refuses, and that a slow or failing keyring costs no write."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.vault import anchor as anchor_module
from desktop.vault.anchor import Anchor, AnchorKeeper, compare
from desktop.vault.errors import KeyringLocked, VaultEmptied, VaultError, VaultRolledBack, VaultSwapped
from desktop.vault.keystore import MAX_SECRET_LENGTH, anchor_name
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, new_person

NOW = Anchor("vault-id", 10, "aa", {"people": 3, "sightings": 7})
FOLDER = Path("folder")


def test_the_same_or_a_newer_database_is_accepted() -> None:
    compare(NOW, NOW.counts, NOW, FOLDER)
    newer = replace(NOW, changes=11, mark="bb", counts={"people": 1, "sightings": 0})
    compare(newer, newer.counts, NOW, FOLDER)


@pytest.mark.parametrize(
    ("found", "rows", "error"),
    [
        (replace(NOW, vault_id="another"), NOW.counts, VaultSwapped),
        (replace(NOW, changes=9), NOW.counts, VaultRolledBack),
        (replace(NOW, mark="bb"), NOW.counts, VaultRolledBack),
        (NOW, {"people": 2, "sightings": 7}, VaultEmptied),
        (NOW, {"people": 3}, VaultEmptied),
        (NOW, {"people": 4, "sightings": 7}, VaultRolledBack),
        (replace(NOW, changes=99), {"people": 0, "sightings": 0}, VaultEmptied),
    ],
)
def test_anything_else_is_refused(found: Anchor, rows: dict[str, int], error: type[VaultError]) -> None:
    with pytest.raises(error) as caught:
        compare(found, rows, NOW, FOLDER)
    assert type(caught.value) is error


def test_an_anchor_fits_into_every_keyring_and_survives_the_way() -> None:
    large = Anchor("0" * 36, 2**60, "f" * 16, dict.fromkeys(anchor_module.COUNTED, 2**40))
    assert Anchor.from_text(large.to_text()) == large
    assert len(large.to_text()) < MAX_SECRET_LENGTH


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": 1}', '{"id":"a","n":"x","m":"b","rows":{}}'])
def test_rubbish_is_not_an_anchor(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own or ours
        Anchor.from_text(text)


def wait_for(condition: object) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False


def stored(keystore: MemoryKeyStore, vault: Vault) -> Anchor:
    return Anchor.from_text(keystore.values[anchor_name(vault.id)])


def test_changes_to_people_reach_the_keyring_soon_and_a_burst_costs_one_write(
    vault: Vault, keystore: MemoryKeyStore
) -> None:
    assert wait_for(lambda: stored(keystore, vault).changes == 1)
    before = keystore.writes
    for number in range(20):
        vault.people.add_many([new_person(number)])
    assert wait_for(lambda: stored(keystore, vault).counts["people"] == 20)
    assert stored(keystore, vault).changes == 21
    assert keystore.writes - before < 20


def test_other_changes_reach_the_keyring_when_the_vault_is_closed(vault: Vault, keystore: MemoryKeyStore) -> None:
    vault.settings.set("theme", "dark")
    vault.close()
    assert stored(keystore, vault).changes == 2


def test_a_failing_keyring_costs_no_write_and_is_tried_again(
    vault: Vault, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchor_module, "LAZY_DELAY", 0.05)
    failures: list[str] = []

    def refuse(kind: str) -> None:
        failures.append(kind)
        raise KeyringLocked

    keystore.before = refuse
    vault.people.add_many([new_person(1)])
    assert wait_for(lambda: len(failures) >= 2)
    assert vault.people.count() == 1
    keystore.before = None
    assert wait_for(lambda: stored(keystore, vault).counts["people"] == 1)


def wait(event: threading.Event) -> None:
    assert event.wait(30)


def test_a_hanging_keyring_does_not_hold_up_writes(vault: Vault, keystore: MemoryKeyStore) -> None:
    released = threading.Event()
    keystore.before = lambda kind: wait(released)
    try:
        for number in range(5):
            vault.people.add_many([new_person(number)])
        assert vault.people.count() == 5
    finally:
        released.set()


def test_the_keeper_does_not_store_what_is_stored(keystore: MemoryKeyStore) -> None:
    keeper = AnchorKeeper(keystore, lambda: NOW)
    try:
        assert keeper.store(NOW)
        assert keeper.store(NOW)
        assert keystore.writes == 1
    finally:
        keeper.stop()
