"""kill -9 in the middle of a restore: the vault is the former one or the restored one, whole, never nothing."""

from __future__ import annotations

import random
import shutil
import time
from pathlib import Path

import pytest

from desktop.domain.progress import UNWATCHED
from desktop.vault.restore import RestoreOrder
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.vaults import new_person
from tests.integration.test_vault_crash import killed

KILLS = 8

RESTORER = """
import sys
from pathlib import Path
from desktop.domain.progress import UNWATCHED
from desktop.vault.restore import RestoreOrder
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE
from tests.helpers.file_keystore import FileKeyStore

order = RestoreOrder(Path(sys.argv[3]), Path(sys.argv[1]), CODE)
ready()
while True:
    Vault.restore(order, FileKeyStore(Path(sys.argv[2])), UNWATCHED)
    say("created")
"""


@pytest.mark.timeout(600)
def test_a_restore_is_whole_or_did_not_happen(tmp_path: Path) -> None:
    folder, keyring, place = tmp_path / "desk" / "vault", tmp_path / "keyring.json", tmp_path / "stick"
    with recoverable_vault(folder, FileKeyStore(keyring)) as vault:
        people = set(vault.people.add_many([new_person(number, photo=bytes(60_000)) for number in range(60)]))
        backup = place / back_up(vault, add_destination(vault, place)).folder
    started = time.monotonic()
    Vault.restore(RestoreOrder(backup, folder, CODE), FileKeyStore(keyring), UNWATCHED)
    takes = time.monotonic() - started  # a busy machine takes longer, and is killed later
    moments = random.Random(13)
    restored = 0
    for _ in range(KILLS):
        with Vault.open(folder, FileKeyStore(keyring)) as vault:
            later = set(vault.people.add_many([new_person(999)])) | set(vault.people.names())
        said = killed(
            RESTORER, [str(folder), str(keyring), str(backup)], after=moments.uniform(0.02, max(0.5, 2 * takes))
        )
        assert Vault.exists(folder)
        with Vault.open(folder, FileKeyStore(keyring)) as vault:
            now = set(vault.people.names())
            assert now in (people, later)
            assert now == people or not said
            restored += now == people
            assert vault.check_integrity() == []
            assert all(vault.people.photo(person) == bytes(60_000) for person in people)
        left = {path.name for path in folder.parent.iterdir()}
        assert not {name for name in left if name.endswith(".restored")}
        for aside in folder.parent.glob("vault.before-restore-*"):
            shutil.rmtree(aside)
    assert restored
