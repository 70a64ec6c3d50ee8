"""The vault with a real Secret Service: present, locked, stopped, killed, and missing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
import secretstorage

from desktop.vault.errors import KeyMissing, KeyringUnavailable
from desktop.vault.keystore import MAX_SECRET_LENGTH, database_key_name
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from tests.helpers.own_desktop import run_in_own_desktop, run_without_desktop
from tests.helpers.vaults import TEST_BALLAST, new_person

pytestmark = pytest.mark.secret_service

# Shared beginning of the scripts that run in a desktop of their own.
BEGIN = """
import os, signal, subprocess, sys, threading, time
from contextlib import closing
from pathlib import Path
import secretstorage
from desktop.vault import errors
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, new_person

folder = Path(sys.argv[1])

def daemon():
    '''Process id of whoever provides the Secret Service.'''
    call = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
            "--method", "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.freedesktop.secrets"]
    return int(subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()[1].strip(",)"))

def entries():
    with closing(secretstorage.dbus_init()) as bus:
        items = secretstorage.get_default_collection(bus).get_all_items()
        return {item.get_attributes()["username"]: item.get_secret() for item in items}

def lock():
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()

def raises(kind, call):
    try:
        result = call()
    except kind as error:
        print(type(error).__name__)
        return
    sys.exit(f"no {kind}, but {result!r}")
"""
FILLED = (
    BEGIN
    + """
store = SystemKeyStore(timeout=20)
with Vault.create(folder, store, ballast_bytes=TEST_BALLAST) as vault:
    vault.people.add_many([new_person(1)])
before = entries()
"""
)


def look(service: str) -> dict[str, bytes]:
    with closing(secretstorage.dbus_init()) as bus:
        found = secretstorage.get_default_collection(bus).search_items({"service": service})
        return {item.get_attributes()["username"]: item.get_secret() for item in found}


def test_a_vault_lives_with_its_keys_in_the_secret_service(vault_folder: Path, system_keystore: SystemKeyStore) -> None:
    with Vault.create(vault_folder, system_keystore, ballast_bytes=TEST_BALLAST) as vault:
        assert vault.keyring_backend == "Secret Service"
        assert vault.cipher_version.startswith("4.")
        assert vault.plaintext_header is False
        ada = vault.people.add_many([new_person(1, "Ada")])[0]
        vault_id = vault.id
    found = look(system_keystore.service)
    assert {name.replace(vault_id, "ID") for name in found if not name.startswith("folder-")} == {
        "ID/database-key",
        "ID/wrapping-key-1",
        "ID/signing-key",
        "ID/anchor",
    }
    assert all(0 < len(value) < MAX_SECRET_LENGTH for value in found.values())
    with Vault.open(vault_folder, SystemKeyStore(timeout=20)) as vault:
        assert vault.people.name(ada) == "Ada"
    Vault.destroy(vault_folder, system_keystore)
    assert look(system_keystore.service) == {}


def test_a_missing_entry_is_not_replaced(vault_folder: Path, system_keystore: SystemKeyStore) -> None:
    with Vault.create(vault_folder, system_keystore, ballast_bytes=TEST_BALLAST) as vault:
        name = database_key_name(vault.id)
    system_keystore.delete(name)
    before = look(system_keystore.service)
    with pytest.raises(KeyMissing):
        Vault.open(vault_folder, system_keystore)
    assert look(system_keystore.service) == before


def test_a_locked_keyring_is_called_locked_and_nothing_is_made_anew(vault_folder: Path) -> None:
    script = (
        FILLED
        + """
files = (folder / "keys.bin").read_bytes()
lock()
raises(errors.KeyringLocked, lambda: store.get("anything"))
raises(errors.KeyringLocked, lambda: store.set("anything", "1"))
raises(errors.KeyringLocked, lambda: Vault.open(folder, store))
raises(errors.KeyringLocked, lambda: Vault.create(folder.parent / "another", store))
assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]
assert (folder / "keys.bin").read_bytes() == files
subprocess.run(["gnome-keyring-daemon", "--unlock", "--replace", "--components=secrets"],
               input=b"session password", check=True, capture_output=True)
assert entries() == before
with Vault.open(folder, SystemKeyStore(timeout=20)) as vault:
    print("people", vault.people.count())
"""
    )
    lines = run_in_own_desktop(script, str(vault_folder)).splitlines()
    assert [line for line in lines if line == "KeyringLocked"] == ["KeyringLocked"] * 4
    assert lines[-1] == "people 1"


def test_a_keyring_that_is_locked_while_the_desk_runs_costs_no_write(vault_folder: Path) -> None:
    script = (
        FILLED
        + """
with Vault.open(folder, store) as vault:
    lock()
    vault.people.add_many([new_person(2)])
    assert vault.people.count() == 2
subprocess.run(["gnome-keyring-daemon", "--unlock", "--replace", "--components=secrets"],
               input=b"session password", check=True, capture_output=True)
with Vault.open(folder, SystemKeyStore(timeout=20)) as vault:
    print("people", vault.people.count())
"""
    )
    assert run_in_own_desktop(script, str(vault_folder)).splitlines()[-1] == "people 2"


def test_a_stopped_keyring_is_waited_for_then_given_up_and_never_taken_for_empty(vault_folder: Path) -> None:
    script = (
        FILLED
        + """
files = (folder / "keys.bin").read_bytes()
process = daemon()
os.kill(process, signal.SIGSTOP)
try:
    told = []
    slow = SystemKeyStore(timeout=3, waiting_after=1, on_waiting=lambda: told.append(True))
    raises(errors.KeyringTimeout, lambda: slow.get("anything"))
    assert told == [True]
    raises(errors.KeyringTimeout, lambda: Vault.open(folder, SystemKeyStore(timeout=2)))
    raises(errors.KeyringTimeout, lambda: Vault.create(folder.parent / "another", SystemKeyStore(timeout=2)))
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]
finally:
    os.kill(process, signal.SIGCONT)
assert (folder / "keys.bin").read_bytes() == files
assert entries() == before
os.kill(process, signal.SIGSTOP)
patient = SystemKeyStore(timeout=60, waiting_after=0.5, on_waiting=lambda: os.kill(process, signal.SIGCONT))
with Vault.open(folder, patient) as vault:
    print("people", vault.people.count())
"""
    )
    lines = run_in_own_desktop(script, str(vault_folder)).splitlines()
    assert lines.count("KeyringTimeout") == 3
    assert lines[-1] == "people 1"


def test_a_killed_keyring_is_not_taken_for_an_empty_one(vault_folder: Path) -> None:
    """The bus starts a new one on demand, with the collection still locked."""
    script = (
        FILLED
        + """
files = (folder / "keys.bin").read_bytes()
os.kill(daemon(), signal.SIGKILL)
time.sleep(0.5)
kinds = (errors.KeyringLocked, errors.KeyringTimeout, errors.KeyringUnavailable, errors.KeyringFailed)
raises(kinds, lambda: Vault.open(folder, SystemKeyStore(timeout=5)))
raises(kinds, lambda: Vault.create(folder.parent / "another", SystemKeyStore(timeout=5)))
assert (folder / "keys.bin").read_bytes() == files
assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]
"""
    )
    run_in_own_desktop(script, str(vault_folder))


NO_KEYRING = (
    BEGIN
    + """
raises(errors.KeyringUnavailable, lambda: SystemKeyStore(timeout=20).backend)
raises(errors.KeyringUnavailable, lambda: Vault.create(folder, SystemKeyStore(timeout=20)))
assert not folder.exists() and not list(folder.parent.glob("*"))
"""
)


def test_without_a_session_bus_there_is_no_vault_and_no_plain_key(vault_folder: Path) -> None:
    vault_folder.parent.mkdir()
    lines = run_without_desktop(NO_KEYRING, str(vault_folder)).splitlines()
    assert lines.count("KeyringUnavailable") == 2


@pytest.mark.parametrize("backend", ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring"])
def test_a_keyring_that_keeps_nothing_is_refused(
    vault_folder: Path, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault_folder.parent.mkdir()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)
    run_in_own_desktop(NO_KEYRING, str(vault_folder))


def test_the_texts_name_what_to_start() -> None:
    assert "Secret Service" in str(KeyringUnavailable())
