"""The key file that a passphrase locks: whole or refused, and a wrong passphrase is told from damage."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.vault.errors import DiskFull, KeyringChanged
from desktop.vault.key_errors import KeyPlaceDamaged, PassphraseUnfit, PassphraseWrong
from desktop.vault.layout import passphrase_file
from desktop.vault.passphrase_keystore import BACKEND, PassphraseKeyStore
from desktop.vault.passwords import HashCost
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, new_person

RIGHT, NEXT = "four unrelated words here", "eleven loud purple drums"
CHEAP = HashCost(memory_kib=64, passes=1, lanes=1)
SECRET = "c0ffee" * 10


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return passphrase_file(tmp_path / "vault")


@pytest.fixture
def store(path: Path) -> PassphraseKeyStore:
    made = PassphraseKeyStore.create(path, RIGHT, CHEAP)
    made.set("one", SECRET)
    return made


def test_entries_come_back_with_the_passphrase(store: PassphraseKeyStore, path: Path) -> None:
    store.set("two", "2", timeout=1)
    store.delete("two")
    store.delete("never there")
    again = PassphraseKeyStore.open(path, RIGHT)
    assert (again.get("one"), again.get("two"), again.get("three", timeout=1)) == (SECRET, None, None)
    assert again.backend == BACKEND
    assert path.name == "vault.keys"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.glob("vault.keys*")] == ["vault.keys"]


def test_the_default_cost_is_that_of_rfc_9106(path: Path) -> None:
    PassphraseKeyStore.create(path, RIGHT)
    header = path.read_bytes()[8:20]
    assert [int.from_bytes(header[at : at + 4], "big") for at in (0, 4, 8)] == [65536, 3, 4]
    assert PassphraseKeyStore.open(path, RIGHT).get("one") is None


def test_keyboards_with_another_encoding_type_the_same_passphrase(path: Path) -> None:
    PassphraseKeyStore.create(path, "gro\N{LATIN SMALL LETTER SHARP S}e Pru\u0308fung ﬁn", CHEAP)
    PassphraseKeyStore.open(path, "gro\N{LATIN SMALL LETTER SHARP S}e Pr\u00fcfung fin")


@pytest.mark.parametrize("wrong", ["", "four unrelated words Here", RIGHT + " ", "x" * 5000])
def test_a_wrong_passphrase_is_called_that(store: PassphraseKeyStore, path: Path, wrong: str) -> None:
    before = path.read_bytes()
    with pytest.raises(PassphraseWrong):
        PassphraseKeyStore.open(path, wrong)
    assert path.read_bytes() == before


@pytest.mark.parametrize("unfit", ["", "x" * 14, "x" * 129])
def test_a_passphrase_has_15_to_128_characters(path: Path, unfit: str) -> None:
    with pytest.raises(PassphraseUnfit):
        PassphraseKeyStore.create(path, unfit, CHEAP)
    assert not path.exists()


def test_every_changed_byte_and_every_cut_is_noticed(store: PassphraseKeyStore, path: Path) -> None:
    good = path.read_bytes()
    for place in range(len(good)):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x40]) + good[place + 1 :])
        with pytest.raises(KeyPlaceDamaged):
            PassphraseKeyStore.open(path, RIGHT)
    for length in range(len(good)):
        path.write_bytes(good[:length])
        with pytest.raises(KeyPlaceDamaged):
            PassphraseKeyStore.open(path, RIGHT)
    path.unlink()
    for call in (lambda: PassphraseKeyStore.open(path, RIGHT), lambda: store.get("one"), lambda: store.set("a", "b")):
        with pytest.raises(KeyPlaceDamaged):
            call()
    assert not path.exists()


def test_a_forged_cost_does_not_exhaust_the_computer(store: PassphraseKeyStore, path: Path) -> None:
    import zlib

    good = path.read_bytes()
    for place, value in ((8, 2**31), (8, 1), (12, 2**31), (12, 0), (16, 2**24 - 1), (16, 0)):
        header = good[:place] + value.to_bytes(4, "big") + good[place + 4 : 52]
        path.write_bytes(header + zlib.crc32(header).to_bytes(4, "big") + good[56:])
        with pytest.raises((KeyPlaceDamaged, PassphraseWrong)):
            PassphraseKeyStore.open(path, RIGHT)


def test_a_file_of_another_passphrase_in_its_place_is_noticed(store: PassphraseKeyStore, path: Path) -> None:
    PassphraseKeyStore.create(path, RIGHT, CHEAP)
    with pytest.raises(KeyPlaceDamaged):
        store.get("one")


def test_an_old_nonce_is_never_used_again(store: PassphraseKeyStore, path: Path) -> None:
    nonces = set()
    for _ in range(20):
        store.set("one", SECRET)
        nonces.add(path.read_bytes()[56:68])
    assert len(nonces) == 20


def test_a_full_disk_leaves_the_entries_as_they_were(
    store: PassphraseKeyStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("desktop.vault.files.write_all", full)
    with pytest.raises(DiskFull):
        store.set("one", "other")
    monkeypatch.undo()
    assert PassphraseKeyStore.open(path, RIGHT).get("one") == SECRET


def test_threads_do_not_lose_each_others_entries(store: PassphraseKeyStore, path: Path) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            store.set(f"{number}-{turn}", "x")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = PassphraseKeyStore.open(path, RIGHT)
    assert all(again.get(f"{number}-{turn}") == "x" for number in range(4) for turn in range(10))


def test_a_vault_lives_with_its_keys_in_the_file(store: PassphraseKeyStore, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    with Vault.create(folder, store, ballast_bytes=TEST_BALLAST) as vault:
        vault.people.add_many([new_person(1)])
        vault.rotate_epoch()
        assert vault.keyring_backend == BACKEND
    with Vault.open(folder, PassphraseKeyStore.open(path, RIGHT)) as vault:
        assert vault.people.count() == 1
    with pytest.raises(KeyringChanged):
        Vault.open(folder, MemoryKeyStore())


def test_neither_secret_nor_passphrase_is_readable(
    store: PassphraseKeyStore, path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(PassphraseWrong) as caught:
        PassphraseKeyStore.open(path, "another passphrase of somebody")
    told = "".join(capfd.readouterr()) + f"{store!r}{caught.value!r}"
    content = path.read_bytes()
    for secret in (SECRET, RIGHT, "another passphrase"):
        assert secret not in told
        assert secret.encode() not in content
    assert bytes.fromhex(SECRET) not in content


def test_a_changed_passphrase_opens_the_same_entries_and_the_former_nothing(
    store: PassphraseKeyStore, path: Path
) -> None:
    before = path.read_bytes()
    store.change(NEXT, CHEAP)
    assert store.get("one") == SECRET
    store.set("two", "later")
    again = PassphraseKeyStore.open(path, NEXT)
    assert (again.get("one"), again.get("two")) == (SECRET, "later")
    with pytest.raises(PassphraseWrong):
        PassphraseKeyStore.open(path, RIGHT)
    assert path.read_bytes()[20:52] != before[20:52]  # salt and check are new


@pytest.mark.parametrize(("failing", "opens"), [("write_aside", RIGHT), ("sync_folder", NEXT)])
def test_a_change_that_fails_leaves_a_store_that_works(
    store: PassphraseKeyStore, path: Path, monkeypatch: pytest.MonkeyPatch, failing: str, opens: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "full")

    place = "desktop.vault.files" if failing == "sync_folder" else "desktop.vault.passphrase_keystore"
    monkeypatch.setattr(f"{place}.{failing}", full)
    with pytest.raises(DiskFull):
        store.change(NEXT, CHEAP)
    monkeypatch.undo()
    store.set("two", "later")
    again = PassphraseKeyStore.open(path, opens)
    assert (again.get("one"), again.get("two")) == (SECRET, "later")


def test_a_change_to_an_unfit_passphrase_changes_nothing(store: PassphraseKeyStore, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(PassphraseUnfit):
        store.change("too short", CHEAP)
    assert path.read_bytes() == before
