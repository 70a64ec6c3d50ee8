"""kill -9 in the middle of withdrawals: whoever was said to be withdrawn is never matched again, the erasure is carried
on, and what proves the consent is there once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop.domain.ids import PersonId
from desktop.services.gallery_feed import utc_now
from desktop.vault.keyfile import KeyFile
from desktop.vault.vault import Vault
from tests.helpers.desks import open_desk, wait_until
from tests.helpers.erasures import OldCopy
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, new_person

WITHDRAWER = """
import sys
from pathlib import Path
from desktop.services.desk import Desk
from desktop.vault.vault import Vault
from tests.helpers.desks import CHEAP, default_pack, staff
from tests.helpers.file_keystore import FileKeyStore

desk = Desk.open(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])), pack=default_pack(), cost=CHEAP)
desk._keeper.close()
staff(desk)
people = sorted(desk._vault.people.names())
ready()
for person in people:
    say("begin", person)
    done = desk.withdrawals.withdraw(person)
    assert done.ended and not done.waits
    say("withdrawn", person)
"""

PHOTO = bytes(30_000)


def withdraw_and_kill(folder: Path, keyring_file: Path, copies: Path, kills: int) -> None:
    keystore = FileKeyStore(keyring_file)
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        added = vault.people.add_many([new_person(each, photo=PHOTO) for each in range(40 * kills)])
        number = {person: each for each, person in enumerate(added)}
        old = OldCopy.of(vault, copies)
    moments = random.Random(7)
    alive = set(added)
    for _ in range(kills):
        said = killed(WITHDRAWER, [str(folder), str(keyring_file)], after=moments.uniform(0.05, 0.6))
        begun = {PersonId(words[1]) for words in said if words[0] == "begin"}
        acknowledged = {PersonId(words[1]) for words in said if words[0] == "withdrawn"}
        with Vault.open(folder, keystore) as vault:
            matchable = vault.templates.standing(utc_now()).matchable
            assert alive - begun <= matchable <= alive - acknowledged
        with open_desk(folder, keystore) as desk:  # the housekeeper carries on
            vault = desk._vault
            wait_until(lambda v=vault: not v.withdrawals.waiting(utc_now()) and not v.erasures.standing())
            left = set(vault.people.names())
            assert left == matchable, "withdrawn, and still stored"
            gone = set(added) - left
            archived = vault.archive.list(vault.archive.find()[:500])
            assert {each.person_id for each in archived} == gone
            assert len(archived) == len(gone)
            assert {each.name for each in archived} == {f"Person Number {number[person]}" for person in gone}
            photos = {photo for person in left for photo in vault.withdrawals.photos_of(person)}
            keys = set(KeyFile.open(folder / "keys.bin").keys)
            assert left | photos <= keys
            assert not keys & gone
            assert old.readable_names(keystore, vault.id, folder / "keys.bin") == {
                f"Person Number {number[person]}" for person in left
            }
            assert vault.check_integrity() == []
        alive = left
    assert alive != set(added)


@pytest.mark.timeout(600)
def test_a_withdrawal_is_carried_on_or_never_begun(vault_folder: Path, tmp_path: Path) -> None:
    withdraw_and_kill(vault_folder, tmp_path / "keyring.json", tmp_path / "old", 4)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_forty_kills_keep_every_proof_once_and_bring_nobody_back(vault_folder: Path, tmp_path: Path) -> None:
    withdraw_and_kill(vault_folder, tmp_path / "keyring.json", tmp_path / "old", 40)
