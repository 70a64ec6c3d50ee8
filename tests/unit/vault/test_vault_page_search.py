"""Searching decrypted pages: every marker that is there, none that is not."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.errors import Cancelled
from desktop.domain.progress import UNWATCHED
from desktop.vault.page_search import MarkerSearch
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person

FEW_LETTERS = st.lists(st.sampled_from([0, 1, 97]), max_size=60).map(bytes)


@given(FEW_LETTERS, st.sets(st.lists(st.sampled_from([0, 1, 97]), min_size=4, max_size=9).map(bytes), max_size=8))
def test_the_search_finds_exactly_what_a_plain_search_finds(text: bytes, markers: set[bytes]) -> None:
    assert MarkerSearch(markers).in_text(text) == {marker for marker in markers if marker in text}


@pytest.mark.parametrize("place", [0, 1, 2, 3, 5000, 9999 - 24, 10_000 - 24])
def test_a_marker_is_found_at_any_place_among_thousands(place: int) -> None:
    markers = [os.urandom(24) for _ in range(3000)]
    text = bytearray(os.urandom(10_000))
    text[place : place + 24] = markers[77]
    assert MarkerSearch(markers).in_text(bytes(text)) == {markers[77]}


def test_too_short_a_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="short"):
        MarkerSearch([b"abc"])


def test_pages_are_searched_to_the_end_with_progress_and_can_be_given_up(vault: Vault) -> None:
    people = vault.people.add_many([new_person(number, photo=os.urandom(40_000)) for number in range(40)])
    shares: list[float] = []

    class Watching:
        stop = False

        def report(self, share: float) -> None:
            shares.append(share)

        def cancelled(self) -> bool:
            return self.stop

    watching = Watching()
    reader = vault._store.pages()
    size = reader.size()
    search = MarkerSearch([person.encode() for person in people] + [b"nowhere to be found"])
    searched = search.in_pages(reader, watching)
    assert searched.found == {person.encode() for person in people}
    assert searched.unreadable == 0
    assert searched.read == size - 32  # the WAL's header
    assert shares == sorted(shares)
    assert len(shares) >= 3
    watching.stop = True
    with pytest.raises(Cancelled):
        search.in_pages(reader, watching)
    assert MarkerSearch([]).in_pages(reader, UNWATCHED).found == set()
