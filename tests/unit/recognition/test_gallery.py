"""The gallery: exact search, removal, revisions, refusal of foreign templates, and atomic swaps under threads."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.ids import PersonId
from desktop.recognition.gallery import GONE, Gallery, GalleryModelMismatch, GallerySnapshot
from tests.helpers.vectors import DIMENSION, near, unit

MODEL = "model-1"


def people(*names: str) -> list[PersonId]:
    return [PersonId(name) for name in names]


def snapshot(names: Sequence[str], seeds: Sequence[int] | None = None, *, based_on: int = 0) -> GallerySnapshot:
    vectors = np.stack([unit(seed) for seed in (seeds if seeds is not None else range(len(names)))])
    return GallerySnapshot.build(MODEL, people(*names), vectors, based_on=based_on)


def gallery_of(*names: str) -> Gallery:
    gallery = Gallery(MODEL, DIMENSION)
    gallery.swap(snapshot(names))
    return gallery


class TestSearch:
    def test_the_two_best_different_people(self) -> None:
        ann, ben = unit(0), unit(1)
        vectors = np.stack([ben, ann, near(ann, 0.9, 1), near(ann, 0.8, 2)])
        built = GallerySnapshot.build(MODEL, people("ben", "ann", "ann", "ann"), vectors)
        first, second = built.search(near(ann, 0.95, 3))
        assert (first.person_id, second.person_id) == ("ann", "ben")
        assert first.score == pytest.approx(0.95, abs=1e-5)
        assert built.people == 2

    def test_an_empty_gallery_finds_nobody(self) -> None:
        gallery = Gallery(MODEL, DIMENSION)
        assert gallery.search(unit(0)) == []
        assert gallery.search_many(np.stack([unit(0), unit(1)])) == [[], []]

    def test_a_gallery_of_one_has_no_second(self) -> None:
        assert [entry.person_id for entry in gallery_of("ann").search(unit(0))] == ["ann"]

    def test_rows_of_other_length_are_normalised(self) -> None:
        built = GallerySnapshot.build(MODEL, people("ann"), 3.0 * unit(0)[None, :])
        assert built.search(unit(0))[0].score == pytest.approx(1.0)

    def test_the_caller_keeps_its_vectors(self) -> None:
        vectors = np.stack([unit(0)])
        gallery = Gallery(MODEL, DIMENSION)
        gallery.swap(GallerySnapshot.build(MODEL, people("ann"), vectors))
        gallery.remove(PersonId("ann"))
        assert np.array_equal(vectors[0], unit(0))

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=40), st.integers(0, 1000), st.integers(1, 4))
    def test_the_same_as_looking_at_every_row(self, owners: list[str], seed: int, top: int) -> None:
        random = np.random.default_rng(seed)
        vectors = random.standard_normal((len(owners), DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        probes = random.standard_normal((3, DIMENSION)).astype(np.float32)
        probes /= np.linalg.norm(probes, axis=1, keepdims=True)
        gone = PersonId(owners[0]) if seed % 3 == 0 else None
        built = GallerySnapshot.build(MODEL, people(*owners), vectors)
        if gone is not None:
            built = built.without(gone)
        for probe, found in zip(probes, built.search_many(probes, top), strict=True):
            best: dict[str, float] = {}
            for owner, row in zip(owners, vectors, strict=True):
                if owner != gone:
                    best[owner] = max(best.get(owner, -1.0), float(row @ probe))
            expected = sorted(best.items(), key=lambda entry: -entry[1])[:top]
            assert [entry.person_id for entry in found] == [owner for owner, _ in expected]
            assert [entry.score for entry in found] == pytest.approx([score for _, score in expected], abs=1e-5)
            for owner, score in best.items():
                assert built.score_of(probe, PersonId(owner)) == pytest.approx(score, abs=1e-5)

    def test_a_probe_of_another_dimension_is_refused(self) -> None:
        with pytest.raises(ValueError, match="dimensions"):
            gallery_of("ann").search(unit(0)[:-1])


class TestBuild:
    def test_one_owner_a_row(self) -> None:
        with pytest.raises(ValueError, match="one owner a row"):
            GallerySnapshot.build(MODEL, people("ann", "ben"), unit(0)[None, :])

    @pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
    def test_templates_that_say_nothing_are_refused(self, value: float) -> None:
        with pytest.raises(ValueError, match="zero or not finite"):
            GallerySnapshot.build(MODEL, people("ann"), np.full((1, DIMENSION), value, dtype=np.float32))

    def test_vectors_cannot_be_written(self) -> None:
        with pytest.raises(ValueError, match="read-only"):
            snapshot(["ann"]).vectors[0, 0] = 1.0


class TestChange:
    def test_every_change_is_a_higher_revision(self) -> None:
        gallery = Gallery(MODEL, DIMENSION)
        seen = [gallery.revision, gallery.swap(snapshot(["ann", "ben"]))]
        seen += [gallery.remove(PersonId("ann")), gallery.remove(PersonId("nobody")), gallery.swap(snapshot(["ben"]))]
        assert seen == sorted(set(seen))
        assert gallery.revision == seen[-1]
        assert seen[0] > 0

    def test_a_removed_person_is_gone_at_once(self) -> None:
        gallery = gallery_of("ann", "ben", "cay")
        before = gallery.snapshot
        gallery.remove(PersonId("ben"))
        assert PersonId("ben") not in gallery.snapshot
        assert PersonId("ann") in gallery.snapshot
        assert gallery.people == 2
        assert {entry.person_id for entry in gallery.search(unit(1), top=3)} == {"ann", "cay"}
        assert gallery.snapshot.score_of(unit(1), PersonId("ben")) == GONE
        assert PersonId("ben") in before, "the old snapshot still says what it said"

    def test_the_vectors_of_a_removed_person_are_zeros_everywhere(self) -> None:
        gallery = gallery_of("ann", "ben")
        before = gallery.snapshot
        gallery.remove(PersonId("ann"))
        for held in (before, gallery.snapshot):
            assert not held.vectors[held.owners.index(PersonId("ann"))].any()
            assert held.vectors[held.owners.index(PersonId("ben"))].any()

    def test_a_swap_wipes_the_old_vectors(self) -> None:
        gallery = gallery_of("ann")
        before = gallery.snapshot
        gallery.swap(snapshot(["ben"]))
        assert not before.vectors.any()
        assert gallery.search(unit(0))[0].person_id == "ben"

    def test_wipe_leaves_nobody(self) -> None:
        gallery = gallery_of("ann")
        before = gallery.snapshot
        gallery.wipe()
        assert gallery.people == 0
        assert not before.vectors.any()

    def test_templates_of_another_model_are_refused(self) -> None:
        gallery = gallery_of("ann")
        other = GallerySnapshot.build("model-2", people("ben"), unit(0)[None, :])
        with pytest.raises(GalleryModelMismatch, match=r"model-2.*model-1"):
            gallery.swap(other)
        assert gallery.search(unit(0))[0].person_id == "ann"

    def test_vectors_of_another_dimension_are_refused(self) -> None:
        with pytest.raises(GalleryModelMismatch):
            gallery_of("ann").swap(GallerySnapshot.build(MODEL, people("ben"), unit(0)[None, :-1]))


class TestRace:
    """A snapshot read from the vault before somebody was removed must not bring them back."""

    def test_removed_while_the_snapshot_was_being_read(self) -> None:
        gallery = gallery_of("ann", "ben")
        stale = snapshot(["ann", "ben"], based_on=gallery.revision)
        gallery.remove(PersonId("ann"))
        gallery.swap(stale)
        assert PersonId("ann") not in gallery.snapshot
        assert gallery.people == 1
        assert not stale.vectors[0].any()

    def test_consent_given_again_counts_when_read_afterwards(self) -> None:
        gallery = gallery_of("ann")
        gallery.remove(PersonId("ann"))
        gallery.swap(snapshot(["ann"], based_on=gallery.revision))
        assert PersonId("ann") in gallery.snapshot

    def test_whoever_does_not_say_when_it_was_read_brings_nobody_back(self) -> None:
        gallery = gallery_of("ann")
        gallery.remove(PersonId("ann"))
        gallery.swap(snapshot(["ann"]))
        assert PersonId("ann") not in gallery.snapshot


def test_searches_during_swaps_see_one_whole_gallery() -> None:
    """In one gallery everybody's vector is +v, in the other -v: a torn read would mix their names or signs."""
    names = [f"p{place:02d}" for place in range(40)]
    probe = unit(0)
    gallery = Gallery(MODEL, DIMENSION)

    def build(sign: float, prefix: str) -> GallerySnapshot:
        vectors = np.tile(sign * probe, (len(names), 1)).astype(np.float32)
        return GallerySnapshot.build(MODEL, people(*(prefix + name for name in names)), vectors)

    gallery.swap(build(1.0, "plus-"))
    stop = threading.Event()
    wrong: list[object] = []

    def look() -> None:
        while not stop.is_set():
            held = gallery.snapshot
            for entry in held.search(probe, top=3):
                sign = 1.0 if entry.person_id.startswith("plus-") else -1.0
                # 0 is what a snapshot that was wiped under the search gives: it can only make people less alike
                if not (abs(entry.score - sign) < 1e-5 or abs(entry.score) < 1e-5) or entry.person_id not in held:
                    wrong.append(entry)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    revisions = []
    for turn in range(150):
        revisions.append(gallery.swap(build(-1.0, "minus-") if turn % 2 == 0 else build(1.0, "plus-")))
        revisions.append(gallery.remove(PersonId("plus-p07")))
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not wrong
    assert revisions == sorted(set(revisions))


def test_removals_from_many_threads_all_count() -> None:
    names = [f"p{place:02d}" for place in range(60)]
    vectors = np.random.default_rng(3).standard_normal((len(names), DIMENSION)).astype(np.float32)
    gallery = Gallery(MODEL, DIMENSION)
    gallery.swap(GallerySnapshot.build(MODEL, people(*names), vectors))

    def drop(part: list[str]) -> None:
        for name in part:
            gallery.remove(PersonId(name))

    threads = [threading.Thread(target=drop, args=(names[start:50:4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    left = gallery.snapshot
    assert left.people == 10
    assert {entry.person_id for entry in left.search(unit(0), top=60)} == set(names[50:])
    assert sum(bool(row.any()) for row in left.vectors) == 10
