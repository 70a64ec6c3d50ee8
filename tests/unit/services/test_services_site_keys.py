"""Where a site's keys live: a file under a passphrase, and the way back with the recovery code."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.domain.recovery_code import RecoveryCode
from desktop.services.errors import PassphraseNeeded
from desktop.services.site import KeyPlace, Site, SiteKind, SiteState
from desktop.vault.errors import DiskFull, KeyringChanged, VaultExists, VaultMissing
from desktop.vault.key_errors import KeyPlaceDamaged, PassphraseUnfit, PassphraseWrong, RecoveryCodeWrong
from desktop.vault.layout import passphrase_file
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, files_of

FIRST, SECOND = "seven small green boats", "ten slow yellow trams"
CODE = RecoveryCode(bytes(range(16)))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(SiteKind.DESK, tmp_path / "desk" / "vault", "unused")


@pytest.fixture
def made(site: Site) -> Site:
    site.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST, setup=VaultSetup(CODE))
    return site


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> MemoryKeyStore:
    """The session's keyring."""
    memory = MemoryKeyStore()
    memory.cancelled = memory.on_waiting = None  # type: ignore[attr-defined]
    monkeypatch.setattr(Site, "_keyring", lambda *_: memory)
    return memory


def test_a_desk_under_a_passphrase_opens_with_it_alone(made: Site) -> None:
    assert (made.state(), made.place(), made.recoverable()) == (SiteState.READY, KeyPlace.PASSPHRASE, True)
    with pytest.raises(PassphraseNeeded):
        made.open()
    with pytest.raises(PassphraseWrong):
        made.open(passphrase=SECOND)
    desk = made.open(passphrase=FIRST)
    assert desk.vault.keyring_backend == "a passphrase file"
    desk.close()
    with pytest.raises(VaultExists):
        made.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST)


def test_an_unfit_passphrase_or_a_full_disk_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for unfit in ("too short", "passwordpassword", "x" * 129):
        with pytest.raises(PassphraseUnfit):
            site.create(place=KeyPlace.PASSPHRASE, passphrase=unfit)

    def full(*_: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr("desktop.vault.creation.KeyFile.create", full)
    with pytest.raises(DiskFull):
        site.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST)
    assert (site.state(), site.place()) == (SiteState.NONE, KeyPlace.KEYRING)
    assert list(site.folder.parent.iterdir()) == []


@pytest.mark.parametrize("place", list(KeyPlace))
def test_a_lost_vault_is_noticed_and_never_replaced(made: Site, keyring: MemoryKeyStore, place: KeyPlace) -> None:
    made.folder.rename(made.folder.with_name("moved"))
    for passphrase in (FIRST, SECOND):
        with pytest.raises(VaultMissing):
            made.create(place=place, passphrase=passphrase)
    assert not made.folder.exists()
    made.folder.with_name("moved").rename(made.folder)
    made.open(passphrase=FIRST).close()


def test_a_forgotten_passphrase_is_replaced_with_the_code(made: Site) -> None:
    made.recover(CODE, passphrase=SECOND)
    with pytest.raises(PassphraseWrong):
        made.open(passphrase=FIRST)
    made.open(passphrase=SECOND).close()
    assert {path.name for path in made.folder.parent.iterdir()} == {"vault", "vault.keys"}


def test_a_damaged_file_is_replaced_with_the_code(made: Site) -> None:
    passphrase_file(made.folder).write_bytes(b"rubbish")
    with pytest.raises(KeyPlaceDamaged):
        made.open(passphrase=FIRST)
    made.recover(CODE, passphrase=SECOND)
    made.open(passphrase=SECOND).close()


def test_keys_move_into_the_keyring_and_out_of_it(made: Site, keyring: MemoryKeyStore) -> None:
    passphrase_file(made.folder).unlink()
    with pytest.raises(KeyringChanged):
        made.open()
    made.recover(CODE)
    desk = made.open()
    assert desk.vault.keyring_backend == keyring.backend
    desk.close()
    made.recover(CODE, passphrase=SECOND)
    assert made.place() is KeyPlace.PASSPHRASE
    made.open(passphrase=SECOND).close()


def test_a_wrong_code_leaves_file_and_passphrase_as_they_were(made: Site, keyring: MemoryKeyStore) -> None:
    made.open(passphrase=FIRST).close()  # makes the lock file
    before = passphrase_file(made.folder).read_bytes(), files_of(made.folder)
    for passphrase in (None, SECOND):
        with pytest.raises(RecoveryCodeWrong):
            made.recover(RecoveryCode(bytes(16)), passphrase=passphrase)
    assert (passphrase_file(made.folder).read_bytes(), files_of(made.folder)) == before
    assert keyring.values == {}
    assert {path.name for path in made.folder.parent.iterdir()} == {"vault", "vault.keys"}
    made.open(passphrase=FIRST).close()


def test_a_site_without_escrow_says_so(site: Site) -> None:
    site.create(place=KeyPlace.PASSPHRASE, passphrase=FIRST)
    assert not site.recoverable()
    assert Vault.exists(site.folder)
