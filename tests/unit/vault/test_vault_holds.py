"""A legal hold keeps rows from being erased, also in the middle of a preparation; its words go with the person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from desktop.domain.decision import Band
from desktop.domain.erasure import Category, ErasureOrder, SubjectKind
from desktop.domain.holds import Hold
from desktop.domain.ids import CameraId, HoldId, OperatorId, PersonId, SightingId, random_id
from desktop.domain.retention import Kept
from desktop.domain.sightings import Sighting
from desktop.vault.errors import HoldUnknown, PersonUnknown, SubjectHeld
from desktop.vault.hold_models import HoldRow
from desktop.vault.records import utc_now
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person

WEEK = timedelta(days=7)


def hold_on(person_id: PersonId | None = None, category: Kept | None = None) -> Hold:
    now = utc_now()
    return Hold(
        HoldId(random_id()), person_id, category, "claim of Zebulon", "Legal", now, now + WEEK, OperatorId(random_id())
    )


def test_nobody_who_is_held_is_erased_and_then_everything_goes(vault: Vault) -> None:
    ada, bob = vault.people.add_many([new_person(1), new_person(2)])
    hold = hold_on(ada)
    vault.holds.place(hold)
    assert vault.holds.people(utc_now()) == {ada}
    for subjects in ((ada,), (bob, ada)):
        with pytest.raises(SubjectHeld):
            vault.erasures.erase(ErasureOrder(subjects))
    assert vault.people.count() == 2
    vault.holds.release(hold.id, utc_now())
    result = vault.erasures.erase(ErasureOrder((ada,))).result
    assert result.complete
    assert result.erased[Category.HOLDS] == 1
    assert vault.holds.list() == []
    with pytest.raises(HoldUnknown):
        vault.holds.release(hold.id, utc_now())


def test_a_hold_that_is_placed_while_an_erasure_is_prepared_is_in_time(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    draft = vault.erasures._draft

    def placed_just_then(order: ErasureOrder) -> object:
        vault.holds.place(hold_on(ada))
        return draft(order)

    monkeypatch.setattr(vault.erasures, "_draft", placed_just_then)
    with pytest.raises(SubjectHeld):
        vault.erasures.erase(ErasureOrder((ada,)))
    assert vault.people.name(ada) is not None
    assert vault.erasures.standing() == []


def test_it_is_too_late_for_whoever_is_being_erased(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    vault.erasures.erase(ErasureOrder((ada,)))
    with pytest.raises(PersonUnknown):
        vault.holds.place(hold_on(ada))


def test_it_ends_by_itself(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    hold = hold_on(ada)
    vault.holds.place(hold)
    held = vault.holds.held
    assert held(SubjectKind.PERSON, [ada], hold.ends_at - timedelta(seconds=1)) == {ada}
    assert held(SubjectKind.PERSON, [ada], hold.ends_at) == set()


def test_a_category_keeps_whoever_has_something_of_it(vault: Vault) -> None:
    ada, bob, cy = vault.people.add_many([new_person(1, photo=b"x" * 99), new_person(2), new_person(3)])
    now = utc_now()
    seen = Sighting(SightingId(random_id()), CameraId("c"), Band.MATCH, now, now, bob, 0.7, 0.5)
    vault.sightings.append_many([seen])
    everybody = [ada, bob, cy]
    photo = vault.withdrawals.photos_of(ada)
    for category, people, photos in (
        (Kept.PHOTOS, {ada}, set(photo)),
        (Kept.SIGHTINGS, {bob}, set()),
        (Kept.STRANGERS, set(), set()),
        (Kept.PEOPLE, set(everybody), set(photo)),
    ):
        hold = hold_on(category=category)
        vault.holds.place(hold)
        assert vault.holds.categories(now) == {category}
        assert vault.holds.held(SubjectKind.PERSON, everybody, now) == people, category
        assert vault.holds.held(SubjectKind.PHOTO, photo, now) == photos, category
        assert vault.holds.held(SubjectKind.DRAFT, ["d"], now) == set()
        vault.holds.release(hold.id, now)
    vault.holds.place(hold_on(category=Kept.ARCHIVE))
    assert vault.holds.held(SubjectKind.ARCHIVE, ["a"], now) == {"a"}


def test_the_words_are_sealed_and_read_back(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    vault.holds.place(hold_on(ada))
    vault.holds.place(hold_on(category=Kept.AUDIT))
    assert {(each.reason, each.owner) for each in vault.holds.list()} == {("claim of Zebulon", "Legal")}
    rows = vault.read(lambda live: live.execute(select(HoldRow.__table__)).all())
    assert b"Zebulon" not in repr(rows).encode()
