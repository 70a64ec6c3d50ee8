"""kill -9 in the middle of a backup: nothing half-made ever counts, and the next backup is as good as any."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from desktop.domain.progress import UNWATCHED
from desktop.vault import companion
from desktop.vault.backup_folder import find
from desktop.vault.keyfile import parse
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.vaults import new_person
from tests.integration.test_vault_crash import killed

KILLS = 5

MAKER = """
import sys
from pathlib import Path
from desktop.vault.vault import Vault
from tests.helpers.backups import back_up
from tests.helpers.file_keystore import FileKeyStore

vault = Vault.open(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])))
destination = vault.backups.destinations.list()[0].id
ready()
while True:
    say("created", back_up(vault, destination).folder)
"""


@pytest.mark.timeout(600)
def test_a_backup_is_whole_or_not_there(tmp_path: Path) -> None:
    folder, keyring, place = tmp_path / "vault", tmp_path / "keyring.json", tmp_path / "stick"
    with recoverable_vault(folder, FileKeyStore(keyring)) as vault:
        vault.people.add_many([new_person(number, photo=bytes(60_000)) for number in range(60)])
        destination_id = add_destination(vault, place, keep=3)
        started = time.monotonic()
        back_up(vault, destination_id)
        takes = time.monotonic() - started  # a busy machine takes longer, and is killed later
        people = set(vault.people.names())
        keys = people | {photo for person in people for photo in vault.withdrawals.photos_of(person)}
    moments = random.Random(5)
    acknowledged = 0
    for _ in range(KILLS):
        said = killed(MAKER, [str(folder), str(keyring)], after=moments.uniform(0.02, max(0.6, 6 * takes)))
        said = [words for words in said if words[0] == "created"]  # the child logs, too
        acknowledged += len(said)
        with Vault.open(folder, FileKeyStore(keyring)) as vault:
            destination = vault.backups.destinations.list()[0]
            whole = {path.name for path, _ in find(place, vault.id)}
            assert {words[1] for words in said[-2:]} <= whole  # of three that are kept
            if destination.companion_epoch:  # 0: it was about to be written
                for one in vault.backups.refresh(destination.id):
                    vault.backups.verify(one, UNWATCHED)
                opened = companion.read(place / "companion.bin", CODE)
                assert opened.keys is not None
                assert parse(opened.keys).keys.keys() == keys
            made = back_up(vault, destination.id)
            assert not [entry for entry in place.iterdir() if entry.name.startswith(".")]
            assert made.folder in {path.name for path, _ in find(place, vault.id)}
    assert acknowledged > KILLS
