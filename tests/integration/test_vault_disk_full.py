"""A disk without room: a real file system of 8 MB, and a limit on the size of files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.helpers.small_disk import own_mounts, run

# Runs in a process of its own, because the file system is mounted in a mount namespace of its own (no trace is left
# on the machine) and because a limit on file sizes cannot be taken back.
BEGIN = """
import os, sys, resource, shutil, subprocess
from pathlib import Path
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.erasure import ErasureOrder
from desktop.domain.people import PersonDetails
from desktop.vault import ballast
from desktop.vault.errors import DiskFailed, DiskFull, VaultError
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, new_person

place = Path(sys.argv[1])
keystore = MemoryKeyStore()
BALLAST = 2 * 1024 * 1024  # more than what a checkpoint may add to the database
photo = os.urandom(60_000)

def fill(vault, kinds):
    '''Enrol until it fails; the ids that were acknowledged.'''
    people = []
    for number in range(10_000):
        try:
            people.append(vault.people.add_many([new_person(number, photo=photo)])[0])
        except kinds as error:
            print(type(error).__name__)
            return people
    sys.exit("never full")

def use_up(path):
    with path.open("ab", buffering=0) as file:
        try:
            while file.write(bytes(4096)):
                pass
        except OSError:
            pass

def check(vault, people):
    assert set(vault.people.names()) == set(people), (len(vault.people.names()), len(people))
    assert {person.id for person in vault.people.list(limit=10_000)} == set(people)
    assert all(vault.people.photo(person) == photo for person in people)
    assert vault.check_integrity() == []
"""

SMALL_DISK = (
    BEGIN
    + """
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
folder = place / "vault"
vault = Vault.create(folder, keystore, ballast_bytes=BALLAST)
people = fill(vault, DiskFull)
assert len(people) > 20
check(vault, people)
try:
    vault.people.add_many([new_person(1, photo=bytes(3_000_000))])
    sys.exit("there was room after all")
except DiskFull as error:
    assert "undone" in str(error)
check(vault, people)

# Use up the last byte, then remove somebody all the same.
rest = place / "rest"
use_up(rest)
assert shutil.disk_usage(place).free == 0
gone = people.pop()
result = vault.erasures.erase(ErasureOrder((gone,))).result
assert result.complete, result.missing
assert result.proof.holds and result.proof.seen_before >= 8, result.proof
check(vault, people)

# A withdrawal needs no more room: its event, the proof sealed anew, the erasure.
use_up(rest)
withdrawn = people.pop()
given = vault.consents.newest(withdrawn)
end = ConsentEvent(given.consent_id, withdrawn, ConsentState.WITHDRAWN, given.at)
vault.withdrawals.record([end])
assert vault.archive.put(withdrawn, given.at, given.at)
assert vault.erasures.erase(ErasureOrder((withdrawn,))).result.complete
assert vault.archive.count() == 1
check(vault, people)
vault.close()

# A full disk does not keep the desk from opening either.
use_up(rest)
vault = Vault.open(folder, keystore)
check(vault, people)
assert vault.people.remove(people.pop()) is True
rest.unlink()
people += vault.people.add_many([new_person(5, photo=photo)])
check(vault, people)
vault.close()
Vault.open(folder, keystore).close()
assert (folder / ballast.FILE_NAME).stat().st_size == BALLAST, "the ballast was not put back"

# No room for a new vault: nothing stays behind, not even keys.
before = dict(keystore.values)
try:
    Vault.create(place / "second", keystore, ballast_bytes=64 * 1024 * 1024)
    sys.exit("there was room after all")
except DiskFull:
    pass
assert keystore.values == before
assert sorted(path.name for path in place.iterdir()) == ["vault"]
print("people", len(people))
"""
)

ROTATION = (
    BEGIN
    + """
from desktop.vault.key_errors import NoRoomToRotate

subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
folder = place / "vault"
vault = Vault.create(folder, keystore, ballast_bytes=0)
people = vault.people.add_many([new_person(number, photo=photo) for number in range(40)])
assert vault.check_integrity() == []
use_up(place / "rest")
os.truncate(place / "rest", (place / "rest").stat().st_size - 1_000_000)
written, store = [], keystore.set
keystore.set = lambda name, value, **given: (written.append(name), store(name, value, **given))
before = sorted(folder.iterdir())
try:
    vault.rotate_database_key()
    sys.exit("there was room after all")
except NoRoomToRotate as error:
    assert str(error).endswith("then try again.") and "1.0 MB are free" in str(error), error
assert sorted(folder.iterdir()) == before
assert not [name for name in written if "database-key" in name], written
(place / "rest").unlink()
vault.rotate_database_key()
check(vault, people)
vault.close()
"""
)

FILE_LIMIT = (
    BEGIN
    + """
folder = place / "vault"
vault = Vault.create(folder, keystore, ballast_bytes=0)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))
people = fill(vault, (DiskFull, DiskFailed))
assert len(people) > 5
check(vault, people)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
people += vault.people.add_many([new_person(99, photo=photo)])
check(vault, people)
vault.close()
with Vault.open(folder, keystore) as vault:
    check(vault, people)
print("people", len(people))
"""
)


def test_a_full_disk_loses_nothing_and_people_can_still_be_removed(tmp_path: Path) -> None:
    command = own_mounts()
    if command is None:
        pytest.skip("this machine lets nobody mount a small file system; the file limit below still runs")
    output = run([*command, sys.executable, "-c", SMALL_DISK, str(tmp_path)])
    assert "DiskFull" in output
    assert "vault.ballast_released" in output
    assert "people" in output


def test_a_write_that_the_system_refuses_loses_nothing(tmp_path: Path) -> None:
    assert "people" in run([sys.executable, "-c", FILE_LIMIT, str(tmp_path)])


def test_a_rotation_that_does_not_fit_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    command = own_mounts()
    if command is None:
        pytest.skip("this machine lets nobody mount a small file system")
    output = run([*command, sys.executable, "-c", ROTATION, str(tmp_path)])
    assert "vault.database_key_rotated" in output
