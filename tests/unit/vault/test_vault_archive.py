"""What proves a consent outlives the person's key, and ends on its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.ids import ArchiveId, PersonId
from desktop.vault.errors import ArchiveUnknown, PersonUnknown
from desktop.vault.keyfile import KeyFile
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, new_person

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def archived(vault: Vault, person: PersonId, until: datetime = NOW + DAY) -> ArchiveId:
    """The person's one record, archived."""
    (archive_id,) = vault.archive.put(person, NOW, until)
    return archive_id


def test_a_record_that_is_archived_again_is_one_record_and_the_vault_opens(
    vault: Vault, keystore: MemoryKeyStore
) -> None:
    """As after a crash between archiving and erasing."""
    (ada,) = vault.people.add_many([new_person(1, "Ada Lovelace")])
    first = archived(vault, ada)
    assert archived(vault, ada, NOW + 2 * DAY) == first
    assert vault.archive.get(first).keep_until == NOW + 2 * DAY
    vault.close()
    with Vault.open(vault.path, keystore) as again:
        assert again.archive.count() == 1


def test_a_record_holds_who_what_and_how_and_nothing_of_the_face(vault: Vault) -> None:
    (ada,) = vault.people.add_many([new_person(1, "Ada Lovelace", bytes(2000))])
    (given,) = vault.consents.history(ada)
    found = vault.archive.get(archived(vault, ada))
    assert (found.name, found.person_id, found.consent_id) == ("Ada Lovelace", ada, given.consent_id)
    assert found.events == (given,)
    assert [proof["how"] for proof in found.proofs] == ["signed form"]
    assert (found.archived_at, found.keep_until) == (NOW, NOW + DAY)
    assert vault.archive.of_record(given.consent_id) == found
    assert "Ada" not in repr(found)
    assert "signed" not in repr(found)


def test_it_outlives_the_person_and_another_keeps_theirs(
    vault_folder: Path, vault: Vault, keystore: MemoryKeyStore
) -> None:
    ada, bob = vault.people.add_many([new_person(1, "Ada Lovelace"), new_person(2, "Bob Example")])
    of_ada = archived(vault, ada)
    assert vault.erasures.erase(ErasureOrder((ada,), ErasureReason.WITHDRAWAL)).result.complete
    assert set(KeyFile.open(vault.path / "keys.bin").keys) == {bob, of_ada}
    assert vault.archive.get(of_ada).name == "Ada Lovelace"
    vault.close()
    with Vault.open(vault_folder, keystore) as again:
        assert again.archive.get(of_ada).name == "Ada Lovelace"
        assert again.people.get(ada) is None


def test_archiving_again_takes_the_newer_content(vault: Vault) -> None:
    (ada,) = vault.people.add_many([new_person(1)])
    first = archived(vault, ada)
    (given,) = vault.consents.history(ada)
    end = ConsentEvent(given.consent_id, ada, ConsentState.WITHDRAWN, NOW)
    vault.withdrawals.record([end])
    assert archived(vault, ada, NOW + 2 * DAY) == first
    assert vault.archive.count() == 1
    found = vault.archive.get(first)
    assert found.events == (given, end)
    assert found.keep_until == NOW + 2 * DAY


def test_it_ends_at_the_exact_instant(vault: Vault) -> None:
    (ada,) = vault.people.add_many([new_person(1)])
    archive_id = archived(vault, ada, NOW)
    assert vault.archive.over(NOW - timedelta(microseconds=1)) == []
    assert vault.archive.over(NOW) == [archive_id]
    order = ErasureOrder((archive_id,), ErasureReason.RETENTION, kind=SubjectKind.ARCHIVE)
    result = vault.erasures.erase(order).result
    assert result.complete
    assert result.proof is not None
    assert result.proof.found == 0
    assert vault.archive.count() == 0
    assert archive_id not in KeyFile.open(vault.path / "keys.bin").keys
    with pytest.raises(ArchiveUnknown):
        vault.archive.get(archive_id)


def test_records_are_found_by_name_and_by_the_consent(vault: Vault) -> None:
    people = vault.people.add_many(
        [new_person(number, name) for number, name in enumerate(("Ada L", "Bob Ä", "Ada M"))]
    )
    ids = [vault.archive.put(person, NOW + number * DAY, NOW)[0] for number, person in enumerate(people)]
    assert vault.archive.find() == ids[::-1]
    assert vault.archive.find("ada") == [ids[2], ids[0]]
    assert vault.archive.find("ä") == [ids[1]]
    assert [each.name for each in vault.archive.list([ids[1], "gone", ids[0]])] == ["Bob Ä", "Ada L"]
    with pytest.raises(ArchiveUnknown):
        vault.archive.of_record("nothing")


def test_nobody_unknown_is_archived(vault: Vault) -> None:
    with pytest.raises(PersonUnknown):
        vault.archive.put(PersonId("nobody"), NOW, NOW)
