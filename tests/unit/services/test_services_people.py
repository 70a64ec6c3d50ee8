"""Listing, changing, withdrawing and removing people."""

from __future__ import annotations

import pytest

from desktop.domain.ids import PersonId, random_id
from desktop.domain.people import PersonDetails, PersonKind
from desktop.services.desk import Desk
from desktop.services.errors import NameInvalid
from desktop.services.hub import PeopleChanged
from desktop.vault.errors import DiskFull, PersonUnknown
from tests.helpers.desks import CONSENT, Heard, enrol, source_path

NOBODY = PersonId(random_id())


def full(*_: object, **__: object) -> None:
    raise DiskFull


def test_list_search_and_count(desk: Desk) -> None:
    enrol(desk, "Zoë Ärlig", "astronaut.png")
    enrol(desk, "Bo Li", "obama.jpg")
    assert [person.details.name for person in desk.people.list()] == ["Bo Li", "Zoë Ärlig"]
    assert [person.details.name for person in desk.people.list("ÄRL")] == ["Zoë Ärlig"]
    assert [person.details.name for person in desk.people.list(limit=1, offset=1)] == ["Zoë Ärlig"]
    assert (desk.people.count(), desk.people.count("li")) == (2, 2)
    assert desk.people.list("nobody") == []


def test_change_rectifies_the_fields(desk: Desk) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    heard = Heard(desk)
    desk.people.change(person_id, PersonDetails(" Ada  Right ", PersonKind.CONTRACTOR, "a@example.org", "n"))
    assert desk.people.get(person_id).details == PersonDetails("Ada Right", PersonKind.CONTRACTOR, "a@example.org", "n")
    assert desk.people.name_of(person_id) == "Ada Right"
    assert heard.of(PeopleChanged)
    with pytest.raises(NameInvalid):
        desk.people.change(person_id, PersonDetails(" "))
    with pytest.raises(PersonUnknown):
        desk.people.change(NOBODY, PersonDetails("Eve"))


def test_whoever_withdrew_is_not_found_by_a_picture_either(desk: Desk) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    enrol(desk, "Bea", "biden.jpg")
    assert desk.gallery_size == 2
    desk.withdrawals.withdraw(person_id)
    assert desk.gallery_size == 1
    desk._feed.refresh()
    assert desk.gallery_size == 1
    assert desk.enrolment.check_photo(source_path("obama3.jpg"), CONSENT).closest is None
