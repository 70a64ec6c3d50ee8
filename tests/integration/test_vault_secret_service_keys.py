"""Rotation and recovery with a real Secret Service: present, emptied, exchanged, locked, stopped, and absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.recovery_code import RecoveryCode
from desktop.vault.errors import KeyMissing, KeyringChanged
from desktop.vault.keystore import database_key_name, wrapping_key_name
from desktop.vault.setup import VaultSetup
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from tests.helpers.own_desktop import run_in_own_desktop, run_without_desktop
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person

pytestmark = pytest.mark.secret_service

CODE = RecoveryCode(bytes(range(16)))

BEGIN = """
import os, signal, subprocess, sys
from contextlib import closing
from pathlib import Path
import secretstorage
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import database_key, errors, keystore, rotation
from desktop.vault.setup import VaultSetup
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, files_of, new_person

folder = Path(sys.argv[1])
code = RecoveryCode(bytes(range(16)))

def lock():
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()

def unlock():
    subprocess.run(["gnome-keyring-daemon", "--unlock", "--replace", "--components=secrets"],
                   input=b"session password", check=True, capture_output=True)

def daemon():
    call = ["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus",
            "--method", "org.freedesktop.DBus.GetConnectionUnixProcessID", "org.freedesktop.secrets"]
    return int(subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()[1].strip(",)"))

def raises(kind, call):
    try:
        call()
    except kind as error:
        print(type(error).__name__)
        return
    sys.exit(f"no {kind}")

def keys_and_people():
    with Vault.open(folder, SystemKeyStore(timeout=20)) as vault:
        assert vault.people.photo(next(iter(vault.people.names()))) == b"photo"
        print("people", vault.people.count())

store = SystemKeyStore(timeout=20)
vault = Vault.create(folder, store, setup=VaultSetup(code), ballast_bytes=TEST_BALLAST)
vault.people.add_many([new_person(1, photo=b"photo")])
vault_id = vault.id
"""


@pytest.fixture
def made(vault_folder: Path, system_keystore: SystemKeyStore) -> Path:
    with Vault.create(vault_folder, system_keystore, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(1)])
    return vault_folder


def test_both_keys_rotate_in_the_secret_service(made: Path, system_keystore: SystemKeyStore) -> None:
    with Vault.open(made, system_keystore) as vault:
        old = system_keystore.get(database_key_name(vault.id))
        assert vault.rotate_epoch() == 2
        vault.rotate_database_key()
        assert system_keystore.get(wrapping_key_name(vault.id, 1)) is None
        assert system_keystore.get(database_key_name(vault.id)) not in (None, old)
    with Vault.open(made, SystemKeyStore(timeout=20)) as vault:
        assert vault.people.count() == 1


@pytest.mark.parametrize("loss", ["emptied", "wrong"])
def test_an_emptied_or_wrong_keyring_is_filled_with_the_code(
    made: Path, system_keystore: SystemKeyStore, loss: str
) -> None:
    with Vault.open(made, system_keystore) as vault:
        names = (database_key_name(vault.id), wrapping_key_name(vault.id, 1))
    for name in names:
        if loss == "emptied":
            system_keystore.delete(name)
        else:
            system_keystore.set(name, "not a key")
    with pytest.raises(KeyMissing):
        Vault.open(made, system_keystore)
    Vault.recover(made, system_keystore, CODE)
    with Vault.open(made, SystemKeyStore(timeout=20)) as vault:
        assert vault.people.count() == 1


def test_the_keyring_of_this_session_takes_over_from_another_one(
    vault_folder: Path, system_keystore: SystemKeyStore
) -> None:
    other = MemoryKeyStore(backend="KWallet")
    with Vault.create(vault_folder, other, setup=VaultSetup(CODE), ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(1)])
    with pytest.raises(KeyringChanged):
        Vault.open(vault_folder, system_keystore)
    Vault.recover(vault_folder, system_keystore, CODE)
    with Vault.open(vault_folder, system_keystore) as vault:
        assert (vault.keyring_backend, vault.people.count()) == ("Secret Service", 1)


def test_a_locked_keyring_rotates_nothing_and_takes_no_keys(vault_folder: Path) -> None:
    script = (
        BEGIN
        + """
before = files_of(folder)
lock()
raises(errors.KeyringLocked, vault.rotate_epoch)
raises(errors.KeyringLocked, vault.rotate_database_key)
raises(errors.KeyringLocked, lambda: vault.set_recovery(RecoveryCode(bytes(16))))
assert {name: data for name, data in files_of(folder).items() if name in ("keys.bin", "escrow.bin", "vault.db")} == {
    name: before[name] for name in ("keys.bin", "escrow.bin", "vault.db")}
vault.close()
raises(errors.KeyringLocked, lambda: Vault.recover(folder, SystemKeyStore(timeout=20), code))
unlock()
with Vault.open(folder, SystemKeyStore(timeout=20)) as vault:
    print("epoch", vault.rotate_epoch())
    vault.rotate_database_key()
keys_and_people()
"""
    )
    lines = run_in_own_desktop(script, str(vault_folder)).splitlines()
    assert lines.count("KeyringLocked") == 4
    assert "epoch 2" in lines
    assert lines[-1] == "people 1"


def test_a_keyring_that_answers_too_late_never_overwrites_a_newer_key(vault_folder: Path) -> None:
    """It is stopped, given up, and does what it was asked for later: that must not undo the rotation after it."""
    script = (
        BEGIN
        + """
rotation.BACKGROUND_TIMEOUT = keystore.BACKGROUND_TIMEOUT = database_key.BACKGROUND_TIMEOUT = 1.0
process = daemon()
for _ in range(2):
    os.kill(process, signal.SIGSTOP)
    try:
        raises(errors.KeyringTimeout, vault.rotate_epoch)
        raises(errors.KeyringTimeout, vault.rotate_database_key)
    finally:
        os.kill(process, signal.SIGCONT)
    rotation.BACKGROUND_TIMEOUT = keystore.BACKGROUND_TIMEOUT = database_key.BACKGROUND_TIMEOUT = 20.0
    vault.rotate_epoch()
    vault.rotate_database_key()
    rotation.BACKGROUND_TIMEOUT = keystore.BACKGROUND_TIMEOUT = database_key.BACKGROUND_TIMEOUT = 1.0
vault.close()
keys_and_people()
print("epoch", [name for name in range(1, 9) if store.get(keystore.wrapping_key_name(vault_id, name))])
"""
    )
    lines = run_in_own_desktop(script, str(vault_folder)).splitlines()
    assert lines.count("KeyringTimeout") == 4
    assert lines[-2:] == ["people 1", "epoch [3]"]


def test_without_a_keyring_recovering_changes_nothing(made: Path, system_keystore: SystemKeyStore) -> None:
    before = files_of(made)
    script = """
import sys
from pathlib import Path
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import errors
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault
try:
    Vault.recover(Path(sys.argv[1]), SystemKeyStore(timeout=20), RecoveryCode(bytes(range(16))))
except errors.KeyringUnavailable as error:
    print(error.code)
"""
    assert run_without_desktop(script, str(made)).splitlines()[-1] == "KeyringUnavailable"
    assert files_of(made) == before
