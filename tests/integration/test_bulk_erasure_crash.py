"""kill -9 in the middle of an order to erase several people: it is carried on to its end at the next start, each with a
complete result, or it was never given."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop.domain.ids import PersonId
from desktop.vault.vault import Vault
from tests.helpers.desks import open_desk, wait_until
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, new_person

ERASER = """
import sys
from pathlib import Path
from desktop.services.desk import Desk
from tests.helpers.desks import CHEAP, default_pack, staff
from tests.helpers.file_keystore import FileKeyStore

desk = Desk.open(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])), pack=default_pack(), cost=CHEAP)
desk._keeper.close()
staff(desk)
chosen = sorted(desk._vault.people.names())[:6]
say("chosen", *chosen)
carry_out = desk.erasures.carry_out
def told(order, progress):
    say("begun", *order.subjects)
    done = carry_out(order, progress)
    say("erased", *order.subjects)
    return done
desk.erasures.carry_out = told
ready()
desk.bulk_erasures.erase(chosen)
"""


def erase_and_kill(folder: Path, keyring_file: Path, kills: int) -> None:
    keystore = FileKeyStore(keyring_file)
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        added = set(vault.people.add_many([new_person(each, photo=bytes(3000)) for each in range(8 * kills)]))
    moments = random.Random(11)
    for _ in range(kills):
        with Vault.open(folder, keystore) as vault:
            before = set(vault.people.names())
        said = killed(ERASER, [str(folder), str(keyring_file)], after=moments.uniform(0.02, 0.5))
        begun = {PersonId(word) for words in said if words[0] == "begun" for word in words[1:]}
        with open_desk(folder, keystore, staffed=False) as desk:
            vault = desk._vault
            wait_until(lambda v=vault: v.erasure_queue.get() is None and not v.erasures.standing())
            left = set(vault.people.names())
            ordered = set(sorted(before)[:6])
            assert left in (before, before - ordered), "all of them or nobody"
            assert not begun or left == before - ordered
            results = [each.result for each in vault.erasures.results(1000)]
            assert sorted(each.subjects for each in results) == sorted((each,) for each in added - left)
            assert all(each.complete for each in results)
            assert vault.check_integrity() == []


@pytest.mark.timeout(300)
def test_an_order_is_carried_on_or_was_never_given(vault_folder: Path, tmp_path: Path) -> None:
    erase_and_kill(vault_folder, tmp_path / "keyring.json", 2)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_thirty_kills_end_with_everybody_who_was_ordered_erased(vault_folder: Path, tmp_path: Path) -> None:
    erase_and_kill(vault_folder, tmp_path / "keyring.json", 30)
