"""No table about a subject is forgotten, and markers belong to one subject alone."""

from __future__ import annotations

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.erasure import Category, LeftOut, SubjectKind
from desktop.domain.ids import CameraId
from desktop.vault.markers import MOST_PER_SUBJECT, Markers, collect
from desktop.vault.models import Base
from desktop.vault.page_search import MarkerSearch
from desktop.vault.subjects import SUBJECTS
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person

PEOPLE = SUBJECTS[SubjectKind.PERSON]


def gathered(vault: Vault, *people: str) -> Markers:
    return vault.read(lambda c: collect(c, vault._room.sealer, PEOPLE, people))


def test_every_table_that_refers_to_a_subject_is_on_its_list() -> None:
    for kind, tables in SUBJECTS.items():
        root = tables.root.table
        listed = {(holding.table.name, holding.owner.name) for holding in tables.others}
        referring = {
            (table.name, key.parent.name)
            for table in Base.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table is root
        }
        assert referring == listed, f"a table about a {kind} is missing in desktop.vault.subjects"


def test_every_table_with_sealed_fields_is_about_some_subject() -> None:
    sealed = {table.name for table in Base.metadata.tables.values() if "sealed" in table.columns}
    about = {holding.table.name for tables in SUBJECTS.values() for holding in tables.all}
    assert sealed <= about


def test_markers_are_few_and_of_one_person_alone(vault: Vault) -> None:
    ada, bob = vault.people.add_many([new_person(1, "Ada Lovelace", bytes(9000)), new_person(1, "Bob Straße")])
    of_ada, of_bob = gathered(vault, ada), gathered(vault, bob)
    assert 10 < len(of_ada.all) <= MOST_PER_SUBJECT
    assert "Ada Lovelace".encode("utf-16-le") in of_ada.plain
    assert b"p1@example.org" in of_ada.plain
    assert of_ada.stored.isdisjoint(of_bob.stored)
    assert ada.encode() not in of_ada.all, "the id stays in the ledger"
    many = gathered(vault, *vault.people.add_many([new_person(number) for number in range(500)]))
    assert 500 * 3 <= len(many.all) <= 3000


def test_what_may_occur_by_chance_is_not_searched_for(vault: Vault) -> None:
    person = vault.people.add_many([new_person(1, "Bo")])[0]
    markers = gathered(vault, person)
    assert not {b"Bo", "Bo".encode("utf-16-le")} & markers.plain
    assert markers.left_out[LeftOut.SHORT] == 2


def test_a_name_that_the_site_uses_too_proves_nothing_and_a_stray_one_counts(vault: Vault) -> None:
    """A camera may be called after somebody; the same name anywhere else is what the proof is there to find."""
    ada, zoe = vault.people.add_many([new_person(1, "Ada Lovelace"), new_person(2, "Zoë Stray")])
    camera = Camera(CameraId("c"), "Office of Ada Lovelace", SourceSpec(SourceKind.VIDEO, "a.mp4"))
    vault.cameras.add(camera)
    stray = "Zoë Stray".encode()
    for person, shared in ((ada, 1), (zoe, 0)):
        markers = gathered(vault, person)
        seen = MarkerSearch(markers.stored).in_text(b"") | markers.stored | {b"Ada Lovelace", stray}
        vault.read(lambda c, found=markers, all_seen=seen: found.settle(c, SUBJECTS.values(), all_seen))
        assert markers.left_out[LeftOut.SHARED] == shared
        assert markers.left_out[LeftOut.UNSEEN] == 0
        assert b"Ada Lovelace" not in markers.plain
        assert (stray in markers.plain) is (person == zoe)
        assert markers.seen_before == len(markers.stored) + (person == zoe)


def test_what_the_search_does_not_see_beforehand_proves_nothing_afterwards(vault: Vault) -> None:
    markers = gathered(vault, vault.people.add_many([new_person(1)])[0])
    seen = set(sorted(markers.stored)[:3])
    stored = len(markers.stored)
    vault.read(lambda c: markers.settle(c, SUBJECTS.values(), seen))
    assert markers.stored == seen
    assert markers.left_out[LeftOut.UNSEEN] == stored - 3


def test_markers_wait_without_names_and_so_that_they_are_not_found(vault: Vault) -> None:
    markers = gathered(vault, vault.people.add_many([new_person(1, "Ada Lovelace")])[0])
    packed = markers.packed()
    assert packed != markers.packed()
    hexed = [each.hex().encode() for each in markers.all]
    assert MarkerSearch([*markers.all, *hexed]).in_text(packed) == set()
    again = Markers.unpacked(packed)
    assert again.stored == markers.stored
    assert again.plain == set()
    assert again.left_out[LeftOut.INTERRUPTED] == len(markers.plain)
    assert "Ada" not in repr(markers)


def test_counts_are_by_category(vault: Vault) -> None:
    people = vault.people.add_many([new_person(number, photo=b"x" * 9 if number else None) for number in range(3)])
    counts = vault.read(lambda c: PEOPLE.count(c, people))
    assert counts[Category.DETAILS] == counts[Category.TEMPLATES] == 3
    assert counts[Category.PHOTOS] == 2
    assert counts[Category.SIGHTINGS] == 0
    assert set(counts) == {holding.category for holding in PEOPLE.all}
