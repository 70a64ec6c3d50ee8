"""People in a real vault on the disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, table

from desktop.domain.consent import ConsentState, PlainConsent
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId, random_id
from desktop.domain.people import PersonDetails, PersonKind
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault.anchor import COUNTED, LEDGER
from desktop.vault.errors import PersonUnknown
from desktop.vault.keyfile import KeyFile
from desktop.vault.records import NewTemplate
from desktop.vault.vault import Vault
from tests.helpers.vaults import MODEL, MemoryKeyStore, new_person, template, vector

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff\xe0 a photo"
DETAILS = PersonDetails("Ada Lovelace", PersonKind.EMPLOYEE, "ada@example.org", "prefers the side door")
CONSENT = PlainConsent("signed form", "en-GB", NOW + timedelta(days=365))


def rows(vault: Vault) -> dict[str, int]:
    return vault.read(lambda c: {n: c.scalar(select(func.count()).select_from(table(n))) or 0 for n in COUNTED})


def add_ada(vault: Vault) -> PersonId:
    return vault.people.add(DETAILS, CONSENT, [template(1), template(2)], PHOTO, at=NOW)


def test_what_was_enrolled_is_there_also_after_reopening(
    vault: Vault, vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    ada = add_ada(vault)
    vault.close()
    with Vault.open(vault_folder, keystore) as again:
        summary = again.people.get(ada, now=NOW)
        assert summary is not None
        assert summary.details == DETAILS
        assert summary.consent is ConsentState.GIVEN
        assert summary.consent_until == CONSENT.valid_until
        assert summary.enrolled_at == NOW
        assert summary.templates == 2
        assert again.people.photo(ada) == PHOTO
        assert again.people.name(ada) == "Ada Lovelace"
        (stored,) = again.consent_proofs.list(ada)
        assert (stored.proof, stored.at) == (PlainConsent("signed form", "en-GB"), NOW)
        owners, vectors, _ = again.templates.for_matching(MODEL, NOW)
        assert owners == (ada, ada)
        expected = np.stack([vector(1), vector(2)])
        assert np.array_equal(np.sort(vectors, axis=0), np.sort(expected, axis=0))
        assert vectors.dtype == np.float32


def test_listing_searches_sorts_and_pages(vault: Vault) -> None:
    names = ["Zoë Braun", "ada lovelace", "Bob Straße", "Ada Byron", "王秀英"]
    ids = dict(zip(names, vault.people.add_many([new_person(i, name) for i, name in enumerate(names)]), strict=True))
    assert [each.details.name for each in vault.people.list()] == [
        "Ada Byron",
        "ada lovelace",
        "Bob Straße",
        "Zoë Braun",
        "王秀英",
    ]
    assert [each.id for each in vault.people.list("ADA")] == [ids["Ada Byron"], ids["ada lovelace"]]
    assert [each.id for each in vault.people.list("strasse")] == [ids["Bob Straße"]]
    assert [each.id for each in vault.people.list("秀")] == [ids["王秀英"]]
    assert [each.details.name for each in vault.people.list(limit=2, offset=1)] == ["ada lovelace", "Bob Straße"]
    assert vault.people.list("nobody") == []
    assert (vault.people.count(), vault.people.count("ada")) == (5, 2)
    assert vault.people.names() == {person_id: name for name, person_id in ids.items()}


def test_changed_details_are_kept_and_found(vault: Vault) -> None:
    ada = add_ada(vault)
    vault.people.update(ada, PersonDetails("Ada King", PersonKind.CONTRACTOR, "", "married"))
    summary = vault.people.get(ada)
    assert summary is not None
    assert summary.details == PersonDetails("Ada King", PersonKind.CONTRACTOR, "", "married")
    assert vault.people.count("lovelace") == 0
    assert [each.id for each in vault.people.list("king")] == [ada]


def test_a_failing_enrolment_leaves_nobody_half_enrolled(vault: Vault) -> None:
    before = rows(vault)
    bad = NewTemplate(np.full(4, np.nan, np.float32), MODEL)
    with pytest.raises(ValueError, match="finite"):
        vault.people.add(DETAILS, CONSENT, [template(1), bad], PHOTO)
    assert rows(vault) == before
    assert vault.people.list() == []
    assert add_ada(vault) in vault.people.names()


def test_removing_leaves_nothing_of_the_person_and_everything_of_others(vault: Vault) -> None:
    bob = vault.people.add_many([new_person(7, "Bob", PHOTO)])[0]
    before = rows(vault)
    ada = add_ada(vault)
    sighting = Sighting(
        SightingId(random_id()), CameraId("c"), Band.MATCH, NOW, NOW + timedelta(seconds=3), ada, 0.8, 0.5
    )
    vault.sightings.append_many([sighting])
    assert vault.people.remove(ada) is True

    assert rows(vault) == {**before, LEDGER: 1}
    assert vault.people.get(ada) is None
    assert vault.people.name(ada) is None
    assert vault.people.photo(ada) is None
    assert vault.consents.history(ada) == []
    assert vault.consent_proofs.list(ada) == []
    assert vault.sightings.query(SightingFilter()) == []
    assert vault.templates.for_matching(MODEL, datetime.now(UTC))[0] == (bob,)
    assert set(KeyFile.open(vault.path / "keys.bin").keys) == {bob, *vault.withdrawals.photos_of(bob)}
    assert vault.people.photo(bob) == PHOTO


def test_removing_twice_or_nobody_says_so(vault: Vault) -> None:
    ada = add_ada(vault)
    vault.people.remove(ada)
    with pytest.raises(PersonUnknown):
        vault.people.remove(ada)
    with pytest.raises(PersonUnknown):
        vault.people.remove(PersonId("never"))
    with pytest.raises(PersonUnknown):
        vault.people.update(ada, DETAILS)
    with pytest.raises(PersonUnknown):
        vault.templates.add(ada, [template(1)])


def test_a_reader_on_an_older_snapshot_meets_nobody_who_was_removed(vault: Vault) -> None:
    ada = add_ada(vault)
    bob = vault.people.add_many([new_person(7, "Bob")])[0]

    room = vault.people._room
    room.gone.add(ada)  # as the removal does before the key is dropped
    assert vault.people.get(ada) is None
    assert vault.templates.for_matching(MODEL, NOW + timedelta(days=1))[0] in ((bob,), ())
    assert ada not in vault.templates.standing(NOW + timedelta(days=1)).matchable
    assert vault.people.photo(ada) is None


def test_an_empty_batch_does_nothing(vault: Vault) -> None:
    assert vault.people.add_many([]) == []
    assert vault.templates.for_matching(MODEL, NOW)[1].shape == (0, 0)
