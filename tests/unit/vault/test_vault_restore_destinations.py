"""After a restore: destinations that the backup did not know, and companions that know of more erasures than it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.backups import DestinationPlan, RestoreReport, Schedule
from desktop.domain.erasure import ErasureOrder, Missing, SubjectKind
from desktop.domain.progress import UNWATCHED
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault import companion
from desktop.vault.backup_errors import CompanionDamaged, DestinationAhead
from desktop.vault.key_errors import RecoveryCodeWrong
from desktop.vault.restore import RestoreOrder
from desktop.vault.signing import SigningKey
from desktop.vault.vault import Vault
from tests.helpers.backups import CODE, add_destination, back_up, recoverable_vault
from tests.helpers.vaults import MemoryKeyStore, new_person


class TwoPlaces:
    """A vault with three people, backed up to two destinations; of the first, an old backup is restored elsewhere."""

    def __init__(self, root: Path) -> None:
        self.first, self.second = root / "first", root / "second"
        self.folder, self.keystore = root / "desk" / "vault", MemoryKeyStore()
        self.bare, self.bare_keystore = root / "bare" / "vault", MemoryKeyStore("Other place")
        with recoverable_vault(self.folder, self.keystore) as vault:
            self.people = vault.people.add_many([new_person(number) for number in range(3)])
            self.backup = self.first / back_up(vault, add_destination(vault, self.first)).folder
            back_up(vault, add_destination(vault, self.second))

    def erase_out_of_reach_of_the_first(self) -> None:
        self.first.rename(self.first.with_name("away"))
        with Vault.open(self.folder, self.keystore) as vault:
            assert vault.erasures.erase(ErasureOrder((self.people[0],))).result.missing == (Missing.COMPANIONS,)
        self.first.with_name("away").rename(self.first)

    def restore(self) -> RestoreReport:
        return Vault.restore(RestoreOrder(self.backup, self.bare, CODE), self.bare_keystore, UNWATCHED)

    def open(self) -> Vault:
        return Vault.open(self.bare, self.bare_keystore)

    def companion_of(self, place: Path) -> companion.Companion:
        return companion.read(place / "companion.bin", CODE)


@pytest.fixture
def places(tmp_path: Path) -> TwoPlaces:
    return TwoPlaces(tmp_path)


def test_a_destination_that_the_backup_did_not_know_is_in_the_list_again(places: TwoPlaces) -> None:
    report = places.restore()
    assert report.destinations_added == (str(places.second),)
    assert report.unlisted is None
    with places.open() as vault:
        listed = vault.backups.destinations.list()
        assert [(one.plan.path, one.companion_epoch) for one in listed] == [
            (str(places.first), 0),
            (str(places.second), 0),
        ]
        result = vault.erasures.erase(ErasureOrder((places.people[0],))).result
        assert result.complete
    for place in (places.first, places.second):
        assert [entry.subject_id for entry in places.companion_of(place).ledger] == [places.people[0]]


def test_where_it_is_out_of_reach_an_erasure_names_it(places: TwoPlaces) -> None:
    places.second.rename(places.second.with_name("away"))
    places.restore()
    with places.open() as vault:
        result = vault.erasures.erase(ErasureOrder((places.people[0],))).result
        assert result.unreachable == (str(places.second),)


def test_a_backup_that_was_carried_elsewhere_is_told(places: TwoPlaces, tmp_path: Path) -> None:
    places.first.rename(tmp_path / "carried")
    places.backup = tmp_path / "carried" / places.backup.name
    assert places.restore().unlisted == str(tmp_path / "carried")
    with places.open() as vault:
        added = vault.backups.add(DestinationPlan(str(tmp_path / "carried"), 7, Schedule.OFF))
        assert vault.backups.destinations.get(added).companion_epoch == 0  # erasures reach what lies there
        assert vault.backups.companions.write_behind() == [vault.backups.destinations.list()[1]]


def test_a_destination_that_was_removed_is_not_told_of_any_more(places: TwoPlaces) -> None:
    with Vault.open(places.folder, places.keystore) as vault:
        vault.backups.remove(vault.backups.destinations.list()[1].id)
    assert places.restore().destinations_added == ()


def test_a_companion_that_knows_of_more_erasures_is_not_written_over(places: TwoPlaces) -> None:
    places.erase_out_of_reach_of_the_first()
    places.restore()
    before = (places.second / "companion.bin").read_bytes()
    with places.open() as vault:
        assert places.people[0] in vault.people.names()  # nothing on the way here knew better
        one, other = vault.backups.destinations.list()
        assert (vault.backups.ahead(one), vault.backups.ahead(other)) == (False, True)
        vault.rotate_epoch()  # the numbers alone would not tell any more
        vault.rotate_epoch()
        assert vault.backups.ahead(other)
        assert vault.backups.companions.write_behind() == [vault.backups.destinations.get(other.id)]
        with pytest.raises(DestinationAhead):
            back_up(vault, other.id)
        result = vault.erasures.erase(ErasureOrder((places.people[1],))).result
        assert result.unreachable == (str(places.second),)
        assert not vault.backups.remove(other.id)
    assert (places.second / "companion.bin").read_bytes() == before


def test_its_erasures_are_taken_over_with_the_code(places: TwoPlaces) -> None:
    places.erase_out_of_reach_of_the_first()
    places.restore()
    with places.open() as vault:
        other = vault.backups.destinations.list()[1]
        with pytest.raises(RecoveryCodeWrong):
            vault.backups.open_companion(other.id, RecoveryCode(bytes(16)))
        known = vault.backups.open_companion(other.id, CODE)
        assert vault.erasures.unknown(known.ledger, SubjectKind.PERSON) == [places.people[0]]
        vault.erasures.erase(ErasureOrder((places.people[0],)))
        assert vault.erasures.unknown(known.ledger, SubjectKind.PERSON) == []
        vault.backups.take_over(known, AuditDraft(AuditAction.ERASURES_TAKEN_OVER))
        assert not vault.backups.ahead(other)
        assert vault.backups.companions.write_behind() == []
        assert [each.result.complete for each in vault.erasures.finish()] == [True]
    assert {entry.subject_id for entry in places.companion_of(places.second).ledger} == {places.people[0]}


def test_a_restore_over_the_desk_respects_every_ledger_it_finds(places: TwoPlaces) -> None:
    """The desk itself was restored and rotated since; only the companion beside the backup knows of an erasure."""
    newer = places.second
    with Vault.open(places.folder, places.keystore) as vault:
        there = newer / back_up(vault, vault.backups.destinations.list()[1].id).folder
    places.erase_out_of_reach_of_the_first()
    places.restore()
    with places.open() as vault:
        for _ in range(3):
            vault.rotate_epoch()
    report = Vault.restore(RestoreOrder(there, places.bare, CODE), places.bare_keystore, UNWATCHED)
    assert report.erased_again == 1
    with places.open() as vault:
        assert places.people[0] not in vault.people.names()
        assert places.people[1] in vault.people.names()


def test_a_companion_that_somebody_else_sealed_is_not_believed(places: TwoPlaces) -> None:
    with Vault.open(places.folder, places.keystore) as vault:
        own = vault.backups.destinations.list()[1]
        honest = places.companion_of(places.second)
        made = replace(honest, signing_key=SigningKey.new())
        public = vault.recovery_policy().public_key
        assert public is not None
        companion.put(companion.prepare(places.second, made, public))
        with pytest.raises(CompanionDamaged):
            vault.backups.open_companion(own.id, CODE)
