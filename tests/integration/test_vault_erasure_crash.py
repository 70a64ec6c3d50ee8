"""kill -9 in the middle of erasures: whoever was said to be erased is, nobody else is lost, the rest is finished."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.erasure import ErasureOrder, LeftOut
from desktop.domain.ids import PersonId
from desktop.vault import destruction, erasure
from desktop.vault.keyfile import KeyFile
from desktop.vault.keystore import wrapping_key_name
from desktop.vault.vault import Vault
from tests.helpers.erasures import OldCopy
from tests.helpers.file_keystore import FileKeyStore
from tests.helpers.killing import killed
from tests.helpers.vaults import TEST_BALLAST, new_person

ERASER = """
import sys
from pathlib import Path
from desktop.domain.erasure import ErasureOrder
from desktop.vault.vault import Vault
from tests.helpers.file_keystore import FileKeyStore

vault = Vault.open(Path(sys.argv[1]), FileKeyStore(Path(sys.argv[2])))
people = sorted(vault.people.names())
ready()
while people:
    group, people = people[:2], people[2:]
    say("begin", *group)
    assert vault.erasures.erase(ErasureOrder(tuple(group))).result.complete
    say("erased", *group)
"""

PHOTO = bytes(30_000)


@pytest.fixture
def keyring_file(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


def names(people: set[PersonId], number: dict[PersonId, int]) -> set[str]:
    return {f"Person Number {number[person]}" for person in people}


def erase_and_kill(folder: Path, keyring_file: Path, copies: Path, kills: int) -> None:
    keystore = FileKeyStore(keyring_file)
    with Vault.create(folder, keystore, ballast_bytes=TEST_BALLAST) as vault:
        added = vault.people.add_many([new_person(each, photo=PHOTO) for each in range(40 * kills)])
        number = {person: each for each, person in enumerate(added)}
        old = OldCopy.of(vault, copies)
    moments = random.Random(13)
    alive, interrupted = set(added), 0
    for _ in range(kills):
        said = killed(ERASER, [str(folder), str(keyring_file)], after=moments.uniform(0.0, 0.8))
        begun = {PersonId(word) for words in said if words[0] == "begin" for word in words[1:]}
        acknowledged = {PersonId(word) for words in said if words[0] == "erased" for word in words[1:]}
        with Vault.open(folder, keystore) as vault:
            left = set(vault.people.names())
            assert alive - begun <= left <= alive - acknowledged
            assert len(alive - left) % 2 == 0, "of two people who go together, one stayed"
            keys = KeyFile.open(folder / "keys.bin")
            photos = {photo for person in left for photo in vault.withdrawals.photos_of(person)}
            assert set(keys.keys) == left | photos
            assert all(keystore.get(wrapping_key_name(vault.id, epoch)) is None for epoch in range(keys.header.epoch))
            assert old.readable_names(keystore, vault.id, folder / "keys.bin") == names(left, number)
            if keys.header.epoch > 1:
                assert old.readable_names(keystore, vault.id, old.folder / "keys.bin") == set()
            standing = vault.erasures.standing()
            interrupted += len(standing)
            assert len(standing) <= 1
            assert all(each.result.complete for each in vault.erasures.finish())
            assert {entry.subject_id for entry in vault.erasures.ledger()} == set(added) - left
            assert vault.check_integrity() == []
            assert vault.templates.count() == len(left)
            assert all(vault.people.photo(person) == PHOTO for person in left)
        alive = left
    assert alive != set(added)
    assert interrupted, "no kill came in the middle of an erasure: choose other moments"


@pytest.mark.timeout(600)
def test_an_erasure_is_finished_or_never_begun(vault_folder: Path, keyring_file: Path, tmp_path: Path) -> None:
    erase_and_kill(vault_folder, keyring_file, tmp_path / "old", 8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_sixty_kills_lose_nobody_and_bring_nobody_back(vault_folder: Path, keyring_file: Path, tmp_path: Path) -> None:
    erase_and_kill(vault_folder, keyring_file, tmp_path / "old", 60)


STEPS = {
    "intent": (destruction, "rotate_epoch"),
    "keys": (destruction.Destruction, "_delete_rows"),
    "rows": (erasure.ErasureRepository, "_wal_is_cut"),
    "checkpoint": (erasure, "prove"),
    "proof": (erasure.ErasureRepository, "_write_companions"),
    "companions": (erasure.ErasureRepository, "_record"),
}


@pytest.mark.parametrize("step", STEPS)
def test_an_erasure_is_carried_on_from_every_step(
    vault_folder: Path, keyring_file: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash right after each step, played by not doing the next one."""

    class Crash(BaseException):
        pass

    def crash(*_: Any, **__: Any) -> None:
        raise Crash

    keystore = FileKeyStore(keyring_file)
    vault = Vault.create(vault_folder, keystore, ballast_bytes=TEST_BALLAST)
    ada, bob = vault.people.add_many([new_person(1), new_person(2)])
    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], crash)
        with pytest.raises(Crash):
            vault.erasures.erase(ErasureOrder((ada,)))
    vault.close()
    with Vault.open(vault_folder, keystore) as again:
        assert set(again.people.names()) == {bob}
        assert again.people.get(ada) is None
        assert again.templates.count() == 1
        assert set(KeyFile.open(vault_folder / "keys.bin").keys) == {bob}
        assert [entry.subject_id for entry in again.erasures.ledger()] == [ada]
        (finished,) = again.erasures.finish()
        assert finished.result.complete
        assert (finished.result.epoch_before, finished.result.epoch_after) == (1, 2)
        found = finished.result.proof
        assert found is not None
        assert found.seen_before == found.markers >= 8
        assert found.left_out[LeftOut.INTERRUPTED] == 6  # name, contact and note in two encodings
        assert again.check_integrity() == []
