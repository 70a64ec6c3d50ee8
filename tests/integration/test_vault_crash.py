"""kill -9 at any instant: what was acknowledged is there, nothing is half there, and it opens again at once."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from desktop.domain.sightings import SightingFilter
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST

KILLS = 10
MANY_KILLS = pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(1800)])
REOPEN_WITHIN = 10.0  # seconds; a generous bound for a busy machine
MOST_REOPEN_WITHIN = 1.0  # nine of ten

BEGIN = """
import itertools, sys
from datetime import UTC, datetime
from pathlib import Path
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, SightingId
from desktop.domain.sightings import Sighting
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.vaults import TEST_BALLAST, new_person

folder, keystore = Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2]))
"""

WRITER = (
    BEGIN
    + """
vault = Vault.open(folder, keystore)
ready()
for number in itertools.count():
    if number % 4 == 0:
        say("person", vault.people.add_many([new_person(number, photo=bytes(20_000))])[0])
    now = datetime.now(UTC)
    name = f"{sys.argv[3]}-{number}"
    vault.sightings.append_many([Sighting(SightingId(name), CameraId("c"), Band.UNKNOWN, now, now)])
    say("sighting", name)
"""
)

CREATOR = (
    BEGIN
    + """
ready()
Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST)
say("created")
"""
)


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


def reopen(folder: Path, keyring_file: Path, times: list[float] | None = None) -> Vault:
    started = time.monotonic()
    vault = Vault.open(folder, FileKeyStore(keyring_file))
    took = time.monotonic() - started
    assert took < REOPEN_WITHIN
    if times is not None:
        times.append(took)
    return vault


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [KILLS, MANY_KILLS])
def test_no_acknowledged_row_is_lost_in_mid_write(vault_folder: Path, keyring_file: Path, kills: int) -> None:
    Vault.create(vault_folder, FileKeyStore(keyring_file), ballast_bytes=TEST_BALLAST).close()
    people: set[str] = set()
    sightings: set[str] = set()
    times: list[float] = []
    moments = random.Random(7)
    for kill in range(kills):
        arguments = [str(vault_folder), str(keyring_file), str(kill)]
        for words in killed(WRITER, arguments, after=moments.uniform(0.02, 1.0)):
            (people if words[0] == "person" else sightings).add(words[1])
        with reopen(vault_folder, keyring_file, times) as vault:
            assert people <= vault.people.names().keys()
            stored = {each.id for each in vault.sightings.query(SightingFilter(limit=1_000_000))}
            assert sightings <= stored
            assert len(stored) - len(sightings) <= kill + 1  # at most one unacknowledged row a kill
            assert vault.check_integrity() == []
            for person in vault.people.list(limit=100_000):
                assert person.templates == 1
                assert vault.people.photo(person.id) == bytes(20_000)
            people = set(vault.people.names())
            sightings = {str(each) for each in stored}
    assert len(people) > kills
    assert len(sightings) > kills
    assert sorted(times)[kills * 9 // 10 - 1] < MOST_REOPEN_WITHIN


@pytest.mark.timeout(600)
def test_a_creation_is_whole_or_leaves_room_for_another(vault_folder: Path, keyring_file: Path) -> None:
    moments = random.Random(3)
    for kill in range(KILLS):
        folder = vault_folder / str(kill)
        killed(CREATOR, [str(folder), str(keyring_file)], after=moments.uniform(0.0, 0.4))
        keystore = FileKeyStore(keyring_file)
        if Vault.exists(folder):
            with Vault.open(folder, keystore) as vault:
                assert vault.check_integrity() == []
        else:
            assert not folder.exists()
            Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST).close()
