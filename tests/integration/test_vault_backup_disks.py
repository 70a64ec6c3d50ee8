"""Destinations that are full or write-protected: real file systems in a mount namespace of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.integration.test_vault_disk_full import own_mounts, run

BEGIN = """
import os, subprocess, sys
from pathlib import Path
from desktop.domain.progress import UNWATCHED
from desktop.vault.backup_errors import DestinationFull, DestinationRefused
from desktop.vault.vault import Vault
from tests.helpers.backups import add_destination, back_up, names_in, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person

home = Path(sys.argv[1])
vault = recoverable_vault(home / "vault", MemoryKeyStore())
stick = home / "stick"
stick.mkdir()

def mount(options):
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(stick)], check=True)

def attempt(kind):
    try:
        back_up(vault, destination)
    except kind as error:
        assert str(stick) in str(error)
        assert vault.backups.destinations.get(destination).last_error == kind.__name__
        assert vault.check_integrity() == []
        return
    sys.exit("it worked after all")
"""

FULL = (
    BEGIN
    + """
mount("size=6m")
destination = add_destination(vault, stick)
vault.people.add_many([new_person(number, photo=os.urandom(100_000)) for number in range(20)])
first = back_up(vault, destination)
vault.people.add_many([new_person(number, photo=os.urandom(100_000)) for number in range(20, 40)])
before = (stick / "companion.bin").read_bytes()
attempt(DestinationFull)
assert names_in(stick) == ["companion.bin", first.folder]
assert (stick / "companion.bin").read_bytes() == before

# A destination where not even the companion fits: the old one stays, and the erasure hears of it.
with (stick / "rest").open("ab", buffering=0) as file:
    try:
        while file.write(bytes(4096)):
            pass
    except OSError:
        pass
assert [one.id for one in vault.backups.companions.write_all()] == [destination]
assert (stick / "companion.bin").read_bytes() == before
assert not list(stick.glob(".*"))
(stick / "rest").unlink()
assert vault.backups.companions.write_all() == []
vault.close()
"""
)

READ_ONLY = (
    BEGIN
    + """
mount("size=20m")
destination = add_destination(vault, stick)
vault.people.add_many([new_person(1)])
first = back_up(vault, destination)
subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
attempt(DestinationRefused)
assert names_in(stick) == ["companion.bin", first.folder]
assert [one.id for one in vault.backups.companions.write_all()] == [destination]
checked = vault.backups.verify(first, UNWATCHED)
assert checked.verified_at > first.verified_at
vault.close()
"""
)


@pytest.mark.parametrize("script", [FULL, READ_ONLY], ids=["full", "read-only"])
def test_a_destination_that_takes_no_more(script: str, tmp_path: Path) -> None:
    command = own_mounts()
    assert command is not None, "this test needs root or user namespaces"
    run([*command, sys.executable, "-c", script, str(tmp_path)])
