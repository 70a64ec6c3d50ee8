"""Restoring: everybody back but the erased, onto a bare machine or beside what was there, and nothing else accepted."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditDraft, AuditFilter, AuditPoint
from desktop.domain.backups import RestoreReport
from desktop.domain.erasure import ErasureOrder, Missing
from desktop.domain.errors import Cancelled
from desktop.domain.ids import PersonId
from desktop.domain.progress import UNWATCHED
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import backup_folder, layout, restore_place
from desktop.vault.anchor import Anchor
from desktop.vault.backup_errors import (
    BackupDamaged,
    BackupKeyUnknown,
    BackupMissing,
    BackupOfOtherSite,
    BackupTooNew,
    CompanionDamaged,
    CompanionMissing,
    CompanionOutdated,
)
from desktop.vault.errors import KeyringLocked, VaultInUse
from desktop.vault.key_errors import RecoveryCodeWrong
from desktop.vault.keystore import anchor_name, database_key_name
from desktop.vault.restore import RestoreOrder
from desktop.vault.signing import SigningKey
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.vaults import TEST_BALLAST, MemoryKeyStore, files_of, new_person

PHOTO = os.urandom(5_000)


class Site:
    """A closed vault with five people, one backup of it, and a folder and key place for a bare machine."""

    def __init__(self, root: Path, *, strict: bool = False) -> None:
        self.folder, self.place = root / "desk" / "vault", root / "stick"
        self.keystore = MemoryKeyStore()
        with recoverable_vault(self.folder, self.keystore, strict=strict) as vault:
            self.id = vault.id
            self.people = vault.people.add_many([new_person(number, photo=PHOTO) for number in range(5)])
            self.backup = self.place / back_up(vault, add_destination(vault, self.place)).folder
        self.bare_folder, self.bare_keystore = root / "bare" / "vault", MemoryKeyStore("Other place")

    def open(self) -> Vault:
        return Vault.open(self.folder, self.keystore)

    def onto_bare(self, code: RecoveryCode = CODE, keys: Path | None = None) -> RestoreReport:
        return Vault.restore(RestoreOrder(self.backup, self.bare_folder, code, keys), self.bare_keystore, UNWATCHED)

    def here(self, code: RecoveryCode = CODE, keys: Path | None = None) -> RestoreReport:
        return Vault.restore(RestoreOrder(self.backup, self.folder, code, keys), self.keystore, UNWATCHED)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def readable(vault: Vault) -> set[PersonId]:
    """People whose every field opens."""
    for person in vault.people.list():
        assert vault.people.photo(person.id) == PHOTO
        assert person.details.note.startswith("note")
    return set(vault.people.names())


def test_onto_a_bare_machine(site: Site) -> None:
    report = site.onto_bare()
    assert report.came_back["people"] == report.came_back["photos"] == 5
    assert (report.erased_again, report.unreadable, report.missing, report.moved_aside) == (0, 0, {}, None)
    assert report.keys_at is not None
    with Vault.open(site.bare_folder, site.bare_keystore) as vault:
        assert vault.id == site.id
        assert readable(vault) == set(site.people)
        assert vault.check_integrity() == []
        assert vault.signing_key.fingerprint == report.signer
        assert vault.keyring_backend == "Other place"
        assert (vault.path / "ballast").stat().st_size == TEST_BALLAST
        vault.people.add_many([new_person(9)])
        back_up(vault, vault.backups.destinations.list()[0].id)  # and it can be backed up on
    with Vault.open(site.bare_folder, site.bare_keystore) as vault:
        assert vault.people.count() == 6
    assert sorted(path.name for path in site.bare_folder.parent.iterdir()) == ["vault"]


def test_the_audit_log_goes_on_and_tells_of_both(site: Site) -> None:
    assert site.onto_bare().audit_intact
    with Vault.open(site.bare_folder, site.bare_keystore) as vault:
        told = [entry.action for entry in vault.audit.list(AuditFilter(), 0, 10)]
        assert told[:2] == [AuditAction.ESCROW_WRITTEN, AuditAction.RESTORED]
        assert vault.verify_audit().intact
        assert vault.audit.broken is None


def test_a_log_that_is_not_the_known_one_is_reported(site: Site) -> None:
    """Somebody wrote another log in the place of the one that the key place remembers."""
    with site.open() as vault:
        vault.audit.append(AuditDraft(AuditAction.LOCKED))
        site.backup = site.place / back_up(vault, vault.backups.destinations.list()[0].id).folder
    name = anchor_name(site.id)
    known = Anchor.from_text(site.keystore.values[name])
    site.keystore.values[name] = replace(known, audit=AuditPoint(1, bytes(32))).to_text()
    assert not site.here().audit_intact


def erase(vault: Vault, person: PersonId, *missing: Missing) -> None:
    assert vault.erasures.erase(ErasureOrder((person,))).result.missing == missing


def test_an_old_backup_with_todays_keys_and_the_code_leaves_the_erased_unreadable(site: Site) -> None:
    with site.open() as vault:
        erase(vault, site.people[0])
    for report in (site.onto_bare(), site.here()):
        assert report.came_back["people"] == report.came_back["templates"] == 4
        assert (report.erased_again, report.unreadable) == (1, 0)
    for folder, keystore in ((site.bare_folder, site.bare_keystore), (site.folder, site.keystore)):
        with Vault.open(folder, keystore) as vault:
            assert readable(vault) == set(site.people[1:])
            assert vault.check_integrity() == []


def test_todays_keys_bin_does_where_the_companion_was_out_of_reach(site: Site) -> None:
    with site.open() as vault:
        away = site.place.rename(site.place.with_name("unplugged"))
        erase(vault, site.people[0], Missing.COMPANIONS)
    away.rename(site.place)
    report = site.here()
    assert report.keys_at is None  # the desk's own folder holds newer keys than the companion
    assert (report.erased_again, report.unreadable) == (1, 0)
    with site.open() as vault:
        assert readable(vault) == set(site.people[1:])
        assert [entry.subject_id for entry in vault.erasures.ledger()] == [site.people[0]]


def test_an_outdated_companion_is_refused_where_this_computer_remembers_better(site: Site) -> None:
    with site.open() as vault:
        away = site.place.rename(site.place.with_name("unplugged"))
        erase(vault, site.people[0], Missing.COMPANIONS)
    away.rename(site.place)
    shutil.rmtree(site.folder)
    with pytest.raises(CompanionOutdated):
        site.here()
    assert not site.folder.exists()


def test_over_a_vault_moves_it_aside_whole(site: Site) -> None:
    with site.open() as vault:
        later = vault.people.add_many([new_person(8), new_person(9)])
    before = files_of(site.folder)
    report = site.here()
    assert report.moved_aside is not None
    assert files_of(Path(report.moved_aside)) == before
    assert report.missing["people"] == 2
    with site.open() as vault:
        assert readable(vault) == set(site.people)
    # The vault that was moved aside still opens where it is put back.
    shutil.rmtree(site.folder)
    Path(report.moved_aside).rename(site.folder)
    with site.open() as vault:
        assert set(vault.people.names()) == {*site.people, *later}


def test_an_erasure_reaches_the_vault_that_was_moved_aside(site: Site) -> None:
    report = site.here()
    assert report.moved_aside is not None
    aside = Path(report.moved_aside)
    assert (aside / "keys.bin").exists()
    with site.open() as vault:
        erase(vault, site.people[0])
    assert sorted(path.name for path in aside.iterdir()) == ["ballast", "lock", "vault.db"]


def test_strict_erasure_brings_back_what_is_not_personal(tmp_path: Path) -> None:
    site = Site(tmp_path, strict=True)
    report = site.onto_bare()
    assert report.unreadable == 5
    assert report.came_back["people"] == 0
    with Vault.open(site.bare_folder, site.bare_keystore) as vault:
        assert vault.people.count() == 0
        assert len(vault.backups.destinations.list()) == 1
        assert vault.recovery_policy().escrow_key is None
        assert not (vault.path / layout.ESCROW).exists()
        vault.people.add_many([new_person(1)])


def test_strict_erasure_with_the_key_place_at_hand_brings_everybody_back(tmp_path: Path) -> None:
    site = Site(tmp_path, strict=True)
    assert site.here().unreadable == 0
    with site.open() as vault:
        assert readable(vault) == set(site.people)


def refused(site: Site, kind: type[Exception], code: RecoveryCode = CODE, keys: Path | None = None) -> None:
    """Neither a bare machine nor the desk changes in any way."""
    with pytest.raises(kind):
        site.onto_bare(code, keys)
    assert not site.bare_folder.exists()
    assert site.bare_keystore.values == {}
    before, entries = files_of(site.folder), dict(site.keystore.values)
    with pytest.raises(kind):
        site.here(code, keys)
    assert files_of(site.folder) == before
    assert site.keystore.values == entries
    assert sorted(path.name for path in site.folder.parent.iterdir()) == ["vault"]


@pytest.mark.parametrize("change", ["cut", "flipped", "gone", "manifest", "signature"])
def test_a_damaged_backup(site: Site, change: str) -> None:
    database, manifest = site.backup / "vault.db", site.backup / "manifest.json"
    data = database.read_bytes()
    if change == "cut":
        database.write_bytes(data[: len(data) // 2])
    elif change == "flipped":
        database.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
    elif change == "gone":
        database.unlink()
    elif change == "manifest":
        manifest.write_bytes(manifest.read_bytes().replace(b'"people":5', b'"people":4'))
    else:
        (site.backup / "manifest.sig").write_bytes(b"00" * 64)
    refused(site, BackupDamaged)


def rewrite_manifest(site: Site, signer: SigningKey, **changes: str) -> None:
    manifest = replace(backup_folder.read_manifest(site.backup), **changes, signer=signer.public_key.hex())
    for name in ("manifest.json", "manifest.sig"):
        (site.backup / name).unlink()
    backup_folder.write_manifest(site.backup, manifest, signer)


def test_a_backup_from_the_future(site: Site) -> None:
    with site.open() as vault:
        rewrite_manifest(site, vault.signing_key, revision="9999")
    refused(site, BackupTooNew)


def test_a_backup_that_somebody_else_signed(site: Site) -> None:
    rewrite_manifest(site, SigningKey.new())
    refused(site, BackupDamaged)


def test_another_code(site: Site) -> None:
    refused(site, RecoveryCodeWrong, RecoveryCode(bytes(16)))


def test_a_folder_that_is_no_backup(site: Site) -> None:
    site.backup = site.place
    refused(site, BackupMissing)
    site.backup = site.place / "nowhere"
    refused(site, BackupMissing)


def test_without_any_keys(site: Site) -> None:
    (site.place / "companion.bin").unlink()
    with pytest.raises(CompanionMissing):
        site.onto_bare()
    assert not site.bare_folder.exists()


def test_a_damaged_companion(site: Site) -> None:
    path = site.place / "companion.bin"
    data = path.read_bytes()
    for broken in (data[:-1], data[:20], b"", data[:-5] + b"xxxxx", b"CSTCOMP1\xff\xff\xff\xff"):
        path.write_bytes(broken)
        with pytest.raises(CompanionDamaged):
            site.onto_bare()
    assert not site.bare_folder.exists()


def test_a_backup_of_another_site(site: Site, tmp_path: Path) -> None:
    other = Site(tmp_path / "other")
    before = files_of(site.folder)
    with pytest.raises(BackupOfOtherSite):
        Vault.restore(RestoreOrder(other.backup, site.folder, CODE), site.keystore, UNWATCHED)
    assert files_of(site.folder) == before
    # Nor where the desk's own files are gone, but the key place knows who belongs here.
    shutil.rmtree(site.folder)
    with pytest.raises(BackupOfOtherSite):
        Vault.restore(RestoreOrder(other.backup, site.folder, CODE), site.keystore, UNWATCHED)
    with pytest.raises(BackupOfOtherSite):  # a companion of the other site beside our backup
        site.onto_bare(keys=other.place / "companion.bin")


def test_an_open_vault_is_left_alone(site: Site) -> None:
    with site.open() as vault:
        with pytest.raises(VaultInUse):
            site.here()
        assert vault.people.count() == 5


def test_cancelling_leaves_nothing(site: Site) -> None:
    class Impatient:
        def report(self, share: float) -> None:
            self.share = share

        def cancelled(self) -> bool:
            return self.share > 0.5

    with pytest.raises(Cancelled):
        Vault.restore(RestoreOrder(site.backup, site.bare_folder, CODE), site.bare_keystore, Impatient())
    assert list(site.bare_folder.parent.iterdir()) == []


def test_a_key_place_that_refuses_leaves_nothing(site: Site) -> None:
    def locked(kind: str) -> None:
        if kind == "set" and site.bare_keystore.writes == 2:
            raise KeyringLocked

    site.bare_keystore.before = locked
    with pytest.raises(KeyringLocked):
        site.onto_bare()
    assert site.bare_keystore.values == {}
    assert list(site.bare_folder.parent.iterdir()) == []


def test_a_backup_under_an_earlier_database_key_comes_back_under_todays(site: Site) -> None:
    former = site.keystore.values[database_key_name(site.id)]
    with site.open() as vault:
        vault.rotate_database_key()
        assert vault.backups.companions.write_all() == []
    key = site.keystore.values[database_key_name(site.id)]
    assert key != former
    site.onto_bare()
    site.here()
    for folder, keystore in ((site.folder, site.keystore), (site.bare_folder, site.bare_keystore)):
        assert keystore.values[database_key_name(site.id)] == key
        with Vault.open(folder, keystore) as vault:
            assert readable(vault) == set(site.people)
            assert vault.check_integrity() == []


def test_an_earlier_database_key_under_an_earlier_code_is_said(site: Site) -> None:
    newer = RecoveryCode(bytes(range(1, 17)))
    with site.open() as vault:
        vault.rotate_database_key()
        vault.set_recovery(newer)
    with pytest.raises(BackupKeyUnknown):
        site.onto_bare(newer)
    with pytest.raises(RecoveryCodeWrong):
        site.onto_bare(CODE)


class Crash(BaseException):
    pass


def crash(*_: object) -> None:
    raise Crash


def test_killed_before_the_former_vault_was_moved_aside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(restore_place, "_move_aside", crash)
        patch.setattr("desktop.vault.restore_build._put_back", lambda *_: None)
        with pytest.raises(Crash):
            site.here()
    assert layout.restored_folder(site.folder).exists()
    with site.open() as vault:
        assert readable(vault) == set(site.people)
    assert sorted(path.name for path in site.folder.parent.iterdir()) == ["vault"]


def test_killed_between_the_two_renames(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.open() as vault:
        vault.people.add_many([new_person(9)])
    with monkeypatch.context() as patch:
        honest = restore_place.finish_restore
        patch.setattr(restore_place, "finish_restore", lambda folder: honest(folder) if folder.exists() else crash())
        patch.setattr("desktop.vault.restore_build._put_back", lambda *_: None)
        with pytest.raises(Crash):
            site.here()
    assert not site.folder.exists()
    assert Vault.exists(site.folder)  # nobody is offered to set up a new desk here
    with site.open() as vault:
        assert readable(vault) == set(site.people)
