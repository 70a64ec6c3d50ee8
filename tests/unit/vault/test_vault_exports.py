"""Which packages were given out is remembered as long as the person is there; reading a person is one instant."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.domain.erasure import Category
from desktop.domain.export import ExportCopy, ExportKind
from desktop.domain.ids import ExportId, PersonId, random_id
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault
from tests.helpers.exports import photo, sightings
from tests.helpers.vaults import new_person, vector


def copy_of(person_id: PersonId, number: int = 1) -> ExportCopy:
    at = datetime(2026, 5, number, tzinfo=UTC)
    return ExportCopy(ExportId(random_id()), person_id, at, ExportKind.ACCESS, Path(f"/stick/{number}.zip"), bytes(32))


def test_packages_are_remembered_and_forgotten(vault: Vault) -> None:
    ada, bob = vault.people.add_many([new_person(1), new_person(2)])
    first, second, other = copy_of(ada), copy_of(ada, 2), copy_of(bob)
    for each in (second, first, other):
        vault.exports.add(each)
    assert vault.exports.list_for(ada) == [first, second]
    vault.exports.forget(first.id)
    vault.exports.forget(first.id)
    assert vault.exports.list_for(ada) == [second]
    assert (vault.exports.known(first.id), vault.exports.known(second.id)) == (False, True)
    assert "stick" not in repr(second)


def test_they_go_with_their_person(vault: Vault) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    copy = copy_of(ada)
    vault.exports.add(copy)
    assert vault.erasures.preview([ada]).goes[Category.EXPORTS] == 1
    assert vault.people.remove(ada)
    assert not vault.exports.known(copy.id)
    assert vault.exports.list_for(ada) == []
    for unknown in (ada, PersonId(random_id())):
        with pytest.raises(PersonUnknown):
            vault.exports.add(copy_of(unknown))


def test_everything_about_a_person_is_read_at_once(vault: Vault) -> None:
    picture = photo()
    ada, bob = vault.people.add_many([new_person(1, "Ada", picture), new_person(2, "Bob", photo(2))])
    vault.sightings.append_many([*sightings(ada, 600), *sightings(bob, 3)])
    copy = vault.copies.read(ada)
    assert copy.details.name == "Ada"
    assert len(copy.sightings) == 600, "more than the list of a page"
    assert copy.sightings[0].started_at < copy.sightings[-1].started_at
    assert {each.person_id for each in copy.sightings} == {ada}
    assert copy.templates[0].vector == tuple(vector(1).tolist())
    assert [vault.copies.open(ada, each) for each in copy.photos] == [picture]
    assert "Ada" not in repr(copy)
    assert vault.people.remove(ada)
    with pytest.raises(PersonUnknown):
        vault.copies.open(ada, copy.photos[0])
    with pytest.raises(PersonUnknown):
        vault.copies.read(ada)
