"""Backups: made whole or not at all, proven, thinned out, beside a fresh companion."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.backups import DestinationId, DestinationPlan, Schedule
from desktop.domain.errors import Cancelled
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault import backup, backup_copy, backup_folder, cipher, companion, companions
from desktop.vault.backup_errors import (
    BackupDamaged,
    BackupNotProven,
    DestinationInvalid,
    DestinationTaken,
    DestinationUnknown,
    DestinationUnreachable,
    RecoveryCodeNeeded,
)
from desktop.vault.backup_folder import Manifest, folder_name, read_manifest
from desktop.vault.engine import Store
from desktop.vault.keyfile import KeyFile, parse
from desktop.vault.keystore import database_key_name, wrapping_key_name
from desktop.vault.signing import SigningKey
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, names_in, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person


@pytest.fixture
def vault(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Vault]:
    with recoverable_vault(vault_folder, keystore) as fresh:
        fresh.people.add_many([new_person(number, photo=os.urandom(20_000)) for number in range(20)])
        yield fresh


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
def destination(vault: Vault, place: Path) -> DestinationId:
    return add_destination(vault, place)


def add_weight(vault: Vault) -> None:
    """Enough pages that SQLite writes the copy in several goes."""
    vault.people.add_many([new_person(number, photo=os.urandom(100_000)) for number in range(100, 180)])


class Watch:
    """A progress that remembers, and cancels once it has reached `stop`."""

    def __init__(self, stop: float = 2.0) -> None:
        self.shares: list[float] = []
        self.stop = stop

    def report(self, share: float) -> None:
        self.shares.append(share)

    def cancelled(self) -> bool:
        return bool(self.shares) and self.shares[-1] >= self.stop


def test_a_backup_is_whole_signed_and_private(
    vault: Vault, destination: DestinationId, place: Path, keystore: MemoryKeyStore
) -> None:
    made = back_up(vault, destination)
    assert names_in(place) == ["companion.bin", made.folder]
    assert made.folder == f"north-gate-{made.at.strftime('%Y%m%dT%H%M%SZ')}"
    folder = place / made.folder
    assert names_in(folder) == ["manifest.json", "manifest.sig", "vault.db"]
    for path in (folder / "vault.db", folder / "manifest.json", place / "companion.bin"):
        assert path.stat().st_mode & 0o077 == 0, path.name
    manifest = read_manifest(folder)
    assert manifest.vault_id == vault.id
    assert manifest.counts["people"] == manifest.counts["photos"] == 20
    assert manifest.sha256 == backup_copy.hash_file(folder / "vault.db", UNWATCHED)
    assert bytes.fromhex(manifest.signer) == vault.signing_key.public_key
    key = bytes.fromhex(keystore.values[database_key_name(vault.id)])
    facts = backup_copy.read_facts(folder / "vault.db", key)
    assert facts is not None
    assert facts.counts == manifest.counts
    assert backup_copy.read_facts(folder / "vault.db", os.urandom(32)) is None
    assert not (folder / "vault.db").read_bytes().startswith(cipher.PLAINTEXT_HEADER)
    stored = vault.backups.destinations.get(destination)
    assert (stored.last_success, stored.last_error, stored.companion_epoch) == (made.at, None, 1)
    assert vault.backups.destinations.backups(destination) == [made]
    assert vault.check_integrity() == []


def test_the_backup_holds_no_persons_key_and_the_companion_opens_with_the_code_only(
    vault: Vault, destination: DestinationId, place: Path, keystore: MemoryKeyStore
) -> None:
    made = back_up(vault, destination)
    wrapped = list(KeyFile.open(vault.path / "keys.bin").keys.values())
    secrets = [bytes.fromhex(value) for name, value in keystore.values.items() if "key" in name]
    for path in (*(place / made.folder).iterdir(), place / "companion.bin"):
        content = path.read_bytes()
        assert not any(each in content for each in (*wrapped, *secrets)), path.name
        assert not any(each.hex().encode() in content for each in secrets), path.name
    opened = companion.read(place / "companion.bin", CODE)
    assert opened.database_key.hex() == keystore.values[database_key_name(vault.id)]
    assert opened.wrapping_key is not None
    assert opened.wrapping_key.hex() == keystore.values[wrapping_key_name(vault.id, 1)]
    assert opened.keys is not None
    photos = {photo for person in vault.people.names() for photo in vault.withdrawals.photos_of(person)}
    assert parse(opened.keys).keys.keys() == set(vault.people.names()) | photos
    assert opened.signing_key.public_key == vault.signing_key.public_key
    assert "Companion" in repr(opened)
    assert opened.database_key.hex() not in repr(opened)


def test_strict_erasure_keeps_the_persons_keys_out_of_the_companion(
    tmp_path: Path, keystore: MemoryKeyStore, place: Path
) -> None:
    with recoverable_vault(tmp_path / "strict", keystore, strict=True) as vault:
        vault.people.add_many([new_person(1)])
        back_up(vault, add_destination(vault, place))
        opened = companion.read(place / "companion.bin", CODE)
        assert opened.wrapping_key is None
        assert opened.keys is None
        assert opened.database_key.hex() == keystore.values[database_key_name(vault.id)]


def test_without_a_recovery_code_there_is_no_backup(vault_folder: Path, place: Path) -> None:
    with Vault.create(vault_folder, MemoryKeyStore(), ballast_bytes=0) as vault:
        destination = add_destination(vault, place)
        with pytest.raises(RecoveryCodeNeeded):
            back_up(vault, destination)
        assert names_in(place) == []
        assert vault.backups.destinations.get(destination).last_error == "RecoveryCodeNeeded"


def test_the_oldest_go_beyond_the_plans_number_and_nothing_else(
    vault: Vault, destination: DestinationId, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "holiday pictures").mkdir()
    (place / "north-gate-20000101T000000Z").mkdir()  # named like ours, but without a manifest of ours
    foreign = place / "foreign-20000101T000000Z"
    with recoverable_vault(place.parent / "other" / "vault", MemoryKeyStore()) as other:
        elsewhere = add_destination(other, place.parent / "elsewhere")
        theirs = back_up(other, elsewhere)
        shutil.copytree(place.parent / "elsewhere" / theirs.folder, foreign)
    vault.backups.destinations.change(destination, DestinationPlan(str(place), 2, Schedule.OFF))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = []
    for day in range(4):
        monkeypatch.setattr(backup, "utc_now", lambda day=day: start + timedelta(days=day))
        made.append(back_up(vault, destination))
    left = [one.folder for one in made[2:]]
    assert names_in(place) == sorted(
        ["companion.bin", "holiday pictures", "north-gate-20000101T000000Z", foreign.name, *left]
    )
    assert [one.folder for one in vault.backups.destinations.backups(destination)] == left[::-1]


def test_two_backups_in_one_second_both_stay(
    vault: Vault, destination: DestinationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "utc_now", lambda: datetime(2026, 1, 1, tzinfo=UTC))
    first, second = back_up(vault, destination), back_up(vault, destination)
    assert {first.folder, second.folder} == {"north-gate-20260101T000000Z", "north-gate-20260101T000000Z-2"}


def test_the_backup_just_made_stays_where_the_clock_was_set_back(
    vault: Vault, destination: DestinationId, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.backups.destinations.change(destination, DestinationPlan(str(place), 2, Schedule.OFF))
    made = []
    for year in (2028, 2027, 2026):
        monkeypatch.setattr(backup, "utc_now", lambda year=year: datetime(year, 1, 1, tzinfo=UTC))
        made.append(back_up(vault, destination))
    kept = {one.folder for one in vault.backups.destinations.backups(destination)}
    assert kept == {made[0].folder, made[2].folder}


def test_progress_rises_and_cancelling_leaves_nothing(
    vault: Vault, destination: DestinationId, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_copy, "_STEPS", 50)
    add_weight(vault)
    whole = Watch()
    back_up(vault, destination, whole)
    assert whole.shares == sorted(whole.shares)
    assert whole.shares[-1] == 1.0
    assert len([share for share in whole.shares if 0 < share < 0.7]) > 5
    before = names_in(place)
    for stop in (0.3, 0.75):
        with pytest.raises(Cancelled):
            back_up(vault, destination, Watch(stop))
        assert names_in(place) == before
    assert vault.backups.destinations.get(destination).last_error is None  # a wish is not a failure
    vault.people.add_many([new_person(99)])


def test_an_erasure_does_not_wait_for_a_backup(
    vault: Vault, destination: DestinationId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkpoint needs all readers gone: the backup gives way and begins anew."""
    monkeypatch.setattr(backup_copy, "_STEPS", 20)
    add_weight(vault)
    person = next(iter(vault.people.names()))
    removed: list[bool] = []
    begun = threading.Event()

    class Slow(Watch):
        def report(self, share: float) -> None:
            super().report(share)
            if 0 < share < 0.7 and not begun.is_set():
                begun.set()
                while not vault.backups._room.store.draining:
                    pass

    watch = Slow()
    thread = threading.Thread(target=lambda: (begun.wait(30), removed.append(vault.people.remove(person))))
    thread.start()
    made = back_up(vault, destination, watch)
    thread.join()
    assert removed == [True]  # nothing was left in the WAL
    assert watch.shares != sorted(watch.shares)  # it did begin anew
    facts = read_manifest(Path(vault.backups.destinations.get(destination).plan.path) / made.folder)
    assert facts.counts["people"] == 99


def test_a_copy_that_does_not_read_back_is_no_backup(
    vault: Vault, destination: DestinationId, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = backup_copy.copy_database

    def flipping(store: Store, target: Path, progress: Progress) -> bytes:
        key = honest(store, target, progress)
        data = bytearray(target.read_bytes())
        data[len(data) // 2] ^= 1
        target.write_bytes(data)
        return key

    monkeypatch.setattr(backup, "copy_database", flipping)
    with pytest.raises(BackupNotProven):
        back_up(vault, destination)
    assert names_in(place) == []
    assert vault.backups.destinations.get(destination).last_error == "BackupNotProven"


def test_the_audit_log_tells_of_success_and_failure(vault: Vault, destination: DestinationId, place: Path) -> None:
    made = back_up(vault, destination)
    place.rename(place.with_name("unplugged"))
    with pytest.raises(DestinationUnreachable):
        back_up(vault, destination)
    failed, worked = vault.audit.list(AuditFilter(), 0, 2)
    assert (failed.action, failed.object_id) == (AuditAction.BACKUP_FAILED, destination)
    assert (worked.action, worked.object_id) == (AuditAction.BACKUP_MADE, destination)
    assert worked.detail["sha256"] == made.sha256


def test_an_unplugged_disk_is_said_and_found_again(vault: Vault, destination: DestinationId, place: Path) -> None:
    back_up(vault, destination)
    away = place.rename(place.with_name("unplugged"))
    with pytest.raises(DestinationUnreachable):
        back_up(vault, destination)
    place.mkdir()  # the mount point is left as an empty folder
    with pytest.raises(DestinationUnreachable):
        back_up(vault, destination)
    assert names_in(place) == []
    place.rmdir()
    away.rename(place)
    back_up(vault, destination)
    stored = vault.backups.destinations.get(destination)
    assert stored.last_error is None
    assert len(vault.backups.destinations.backups(destination)) == 2


def test_pulled_out_in_the_middle(vault: Vault, destination: DestinationId, place: Path) -> None:
    class Pull(Watch):
        def report(self, share: float) -> None:
            super().report(share)
            if share > 0.7 and place.exists():
                shutil.rmtree(place)

    with pytest.raises(DestinationUnreachable):
        back_up(vault, destination, Pull())
    assert vault.backups.destinations.get(destination).last_error == "DestinationUnreachable"
    assert vault.check_integrity() == []


def test_what_a_killed_backup_left_is_swept_at_the_next(vault: Vault, destination: DestinationId, place: Path) -> None:
    ours = place / f".{vault.id}.part"
    ours.mkdir()
    (ours / "vault.db").write_bytes(b"half")
    (place / f".{vault.id}.part-old").mkdir()
    (place / f".companion.bin.{vault.id}-0011").write_bytes(b"half")
    theirs = place / ".11111111-1111-4111-8111-111111111111.part"
    theirs.mkdir()
    made = back_up(vault, destination)
    assert names_in(place) == sorted([theirs.name, "companion.bin", made.folder])


def test_verify_reads_every_byte(vault: Vault, destination: DestinationId, place: Path) -> None:
    made = back_up(vault, destination)
    checked = vault.backups.verify(made, Watch())
    assert checked.verified_at > made.verified_at
    assert vault.backups.destinations.backups(destination) == [checked]
    database = place / made.folder / "vault.db"
    data = database.read_bytes()
    for cut in (data[:-4096], data[:-1] + bytes([data[-1] ^ 1])):
        database.write_bytes(cut)
        with pytest.raises(BackupDamaged):
            vault.backups.verify(checked, UNWATCHED)
    database.write_bytes(data)
    manifest = place / made.folder / "manifest.json"
    text = manifest.read_bytes()
    manifest.write_bytes(text.replace(b'"people":20', b'"people":19'))
    with pytest.raises(BackupDamaged):
        vault.backups.verify(checked, UNWATCHED)


def test_a_manifest_signed_by_somebody_else_is_not_ours(vault: Vault, destination: DestinationId, place: Path) -> None:
    made = back_up(vault, destination)
    manifest = read_manifest(place / made.folder)
    forger = SigningKey.new()
    forged = place / "forged"
    shutil.copytree(place / made.folder, forged)
    for name in ("manifest.json", "manifest.sig"):
        (forged / name).unlink()
    fake = replace(manifest, signer=forger.public_key.hex(), made_at="2099-01-01T00:00:00+00:00")
    backup_folder.write_manifest(forged, fake, forger)
    assert vault.backups.refresh(destination) == [made]


def test_refresh_learns_what_is_there(vault: Vault, destination: DestinationId, place: Path) -> None:
    first, second = back_up(vault, destination), back_up(vault, destination)
    shutil.rmtree(place / first.folder)
    assert vault.backups.refresh(destination) == [second]
    assert vault.backups.destinations.backups(destination) == [second]


def test_a_folder_of_another_desk_is_refused(vault: Vault, place: Path) -> None:
    with recoverable_vault(place.parent / "other", MemoryKeyStore()) as other:
        back_up(other, add_destination(other, place))
    before = names_in(place)
    with pytest.raises(DestinationTaken):
        back_up(vault, add_destination(vault, place))
    assert names_in(place) == before


def test_destinations_inside_the_vault_relative_or_twice_are_refused(
    vault: Vault, destination: DestinationId, place: Path
) -> None:
    for path in (str(vault.path), str(vault.path / "backups"), "backups", str(place)):
        with pytest.raises(DestinationInvalid):
            vault.backups.destinations.add(DestinationPlan(path))
    with pytest.raises(DestinationUnknown):
        vault.backups.destinations.get(DestinationId("nobody"))


def test_companions_are_rewritten_and_those_out_of_reach_named(vault: Vault, tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("near", "far", "unused")]
    near, far, _ = (add_destination(vault, place) for place in places)
    for one in (near, far):
        back_up(vault, one)
    person = next(iter(vault.people.names()))
    vault.people.remove(person)
    away = places[1].rename(tmp_path / "unplugged")
    missed = vault.backups.companions.write_all()
    assert [one.id for one in missed] == [far]
    opened = companion.read(places[0] / "companion.bin", CODE)
    assert opened.keys is not None
    assert person not in parse(opened.keys).keys
    assert names_in(places[2]) == []
    away.rename(places[1])
    assert vault.backups.companions.write_all() == []
    opened = companion.read(places[1] / "companion.bin", CODE)
    assert opened.keys is not None
    assert person not in parse(opened.keys).keys


def test_companions_can_be_written_from_within_the_writers_thread(vault: Vault, destination: DestinationId) -> None:
    back_up(vault, destination)
    store = vault.backups._room.store
    assert store.call(vault.backups.companions.write_all) == []


def test_an_erasure_does_not_wait_for_a_dead_network_folder(
    vault: Vault, destination: DestinationId, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(vault, destination)
    old = (place / "companion.bin").read_bytes()
    hang = threading.Event()
    honest = companion.prepare

    def hanging(*arguments: object) -> Path:
        hang.wait(30)
        return honest(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(companions, "WAIT_SECONDS", 0.2)
    with monkeypatch.context() as patch:
        patch.setattr(companion, "prepare", hanging)
        assert [one.id for one in vault.backups.companions.write_all()] == [destination]
    assert (place / "companion.bin").read_bytes() == old
    assert vault.backups.companions.write_all() == []  # it answers again
    newest = (place / "companion.bin").read_bytes()
    hang.set()  # the late one must not take the newer one's place
    for thread in threading.enumerate():
        if thread.name == "vault-companion":
            thread.join()
    assert (place / "companion.bin").read_bytes() == newest
    assert not list(place.glob(".companion*"))


def test_removing_a_destination_takes_its_companion_away(vault: Vault, destination: DestinationId, place: Path) -> None:
    made = back_up(vault, destination)
    assert vault.backups.remove(destination) is True
    assert names_in(place) == [made.folder]
    assert vault.backups.destinations.list() == []


def test_removing_one_out_of_reach_says_that_a_companion_is_left(
    vault: Vault, destination: DestinationId, place: Path
) -> None:
    back_up(vault, destination)
    place.rename(place.with_name("unplugged"))
    assert vault.backups.remove(destination) is False
    assert vault.backups.destinations.list() == []


@pytest.mark.parametrize(
    ("site", "name"), [("Empfang Süd / 2", "empfang-sud-2"), ("受付", "consentry"), ("..", "consentry")]
)
def test_folder_names_suit_every_file_system(site: str, name: str) -> None:
    assert folder_name(site, datetime(2026, 11, 24, 7, 5, 9, tzinfo=UTC)) == f"{name}-20261124T070509Z"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b'{"format":1}', b"\xff"])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several kinds of unreadable
        Manifest.from_bytes(data)
