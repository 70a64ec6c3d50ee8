"""The int8 index of a large gallery: the plain product's results, nothing kept of who was removed, and its limits."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from desktop.domain.ids import PersonId
from desktop.recognition import gallery_index
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.gallery_index import GalleryIndex, Shortlist
from desktop.vision.types import Vector

LARGE = 24_000
Rows = NDArray[np.float32]


def _gaussian(random: np.random.Generator, count: int, dimension: int) -> Rows:
    return random.standard_normal((count, dimension)).astype(np.float32)


def _alike(random: np.random.Generator, count: int, dimension: int) -> Rows:
    return _gaussian(random, 1, dimension) + 0.02 * _gaussian(random, count, dimension)


def _few_dimensions(random: np.random.Generator, count: int, dimension: int) -> Rows:
    return _gaussian(random, count, dimension) * np.float32(0.5) ** np.arange(dimension, dtype=np.float32)


def _axes(random: np.random.Generator, count: int, dimension: int) -> Rows:
    """One large component in each row: the coarsest step there can be."""
    rows = 0.05 * _gaussian(random, count, dimension)
    rows[np.arange(count), random.integers(dimension, size=count)] = random.choice([-1.0, 1.0], size=count)
    return rows


def _corners(random: np.random.Generator, count: int, dimension: int) -> Rows:
    """Every component as large as can be: the largest sums of products."""
    return random.choice([-1.0, 1.0], size=(count, dimension), p=[0.1, 0.9]).astype(np.float32)


KINDS: list[Callable[[np.random.Generator, int, int], Rows]] = [_gaussian, _alike, _few_dimensions, _axes, _corners]


def normalised(rows: Rows) -> Rows:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Rows = (rows / lengths).astype(np.float32)
    return unit


def snapshot_of(rows: Rows, templates: int = 1) -> GallerySnapshot:
    return GallerySnapshot.build("m", [PersonId(f"p{row // templates:05d}") for row in range(len(rows))], rows)


def index_of(snapshot: GallerySnapshot) -> GalleryIndex:
    assert snapshot.index is not None
    return snapshot.index


def assert_same_as_plain(snapshot: GallerySnapshot, probe: Vector, top: int, within: float = 1e-6) -> None:
    """Scores equal place by place, and each that of its person: who scores the same may stand in any order."""
    found, plain = snapshot.search(probe, top), replace(snapshot, index=None).search(probe, top)
    assert [entry.score for entry in found] == pytest.approx([entry.score for entry in plain], abs=within)
    assert len({entry.person_id for entry in found}) == len(plain)
    for entry in found:
        assert snapshot.score_of(probe, entry.person_id) == pytest.approx(entry.score, abs=within)


@pytest.fixture(scope="class")
def every_gallery_indexed() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery_index, "SMALLEST", 1)
        patch.setattr(gallery_index, "_MOST", 1.0)
        yield


@pytest.fixture(scope="module")
def large_rows() -> Rows:
    return normalised(_gaussian(np.random.default_rng(1), LARGE, 128))


@pytest.mark.usefixtures("every_gallery_indexed")
class TestBound:
    @settings(max_examples=150, deadline=None)
    @given(
        kind=st.sampled_from(KINDS),
        probe_kind=st.sampled_from(KINDS),
        count=st.integers(1, 300),
        dimension=st.sampled_from([3, 32, 128, 509]),
        templates=st.integers(1, 4),
        top=st.integers(1, 5),
        own=st.booleans(),
        seed=st.integers(0, 10_000),
    )
    def test_equal_to_the_plain_product(
        self,
        kind: Callable[[np.random.Generator, int, int], Rows],
        probe_kind: Callable[[np.random.Generator, int, int], Rows],
        count: int,
        dimension: int,
        templates: int,
        top: int,
        own: bool,
        seed: int,
    ) -> None:
        random = np.random.default_rng(seed)
        snapshot = snapshot_of(kind(random, count, dimension), templates)
        for person in random.choice(snapshot.people, size=snapshot.people // 4, replace=False):
            snapshot = snapshot.without(PersonId(f"p{person:05d}"))
        probe = probe_kind(random, 1, dimension)
        if own:
            probe = snapshot.vectors[-1:] + 0.01 * probe
        probe = normalised(probe)[0]
        # float32 sums in two orders, of vectors made to round badly: each is off by up to 6e-8 a product
        assert_same_as_plain(snapshot, probe, top, within=max(1e-6, 1.2e-7 * dimension))
        listed = index_of(snapshot).shortlist(probe, min(top, snapshot.people))
        assert listed is not None, "the index took part"
        scores = snapshot.vectors.astype(np.float64) @ probe.astype(np.float64)
        alive = snapshot.vectors.any(axis=1)
        assert alive[listed.rows].all()
        alive[listed.rows] = False
        assert (scores[alive] < listed.floor).all(), "whoever is not listed scores less than the floor"

    @pytest.mark.parametrize("seed", range(5))
    def test_rounding_of_a_row_that_points_at_the_probe(self, seed: int) -> None:
        """The index understates the best row by all its rounding, and the probe lies on its own steps: d is 0."""
        random = np.random.default_rng(seed)
        rows = normalised(_gaussian(random, 300, 128))
        step = np.abs(rows).max() / 127
        rest = rows[0] - step * np.rint(rows[0] / step)
        probe = normalised(np.rint(63 * rest / np.abs(rest).max())[None, :])[0]
        rivals = normalised(_gaussian(random, 20_000, 128))
        rivals = rivals[np.abs(rivals).max(axis=1) < 127 * step]
        codes = np.rint(rivals / step)
        ahead = step * (codes - np.rint(rows[0] / step)) @ probe
        behind = (rows[0] - rivals) @ probe
        rival = rivals[np.where(behind > 1e-4, ahead, -1.0).argmax()]
        pair = snapshot_of(np.stack([rows[0], rival, rows[np.abs(rows).max(axis=1).argmax()]])).without(
            PersonId("p00002")
        )
        self._assert_overtaken(pair, probe, at_least=0.9 * float(np.linalg.norm(rest)))

    @pytest.mark.parametrize("seed", range(5))
    def test_rounding_of_the_probe_that_points_at_a_row(self, seed: int) -> None:
        """The same the other way round: the rows lie on the gallery's steps, e is 0."""
        random = np.random.default_rng(seed)
        probe = normalised(_gaussian(random, 1, 128))[0]
        step = np.abs(probe).max() / 63
        rest = probe - step * np.rint(probe / step)
        row = normalised(np.rint(127 * rest / np.abs(rest).max())[None, :])[0]
        rivals = random.permuted(np.tile(row, (20_000, 1)), axis=1)
        ahead = step * (rivals - row) @ np.rint(probe / step)
        behind = (row - rivals) @ probe
        rival = rivals[np.where(behind > 1e-4, ahead, -1.0).argmax()]
        self._assert_overtaken(snapshot_of(np.stack([row, rival])), probe, at_least=0.9 * float(np.linalg.norm(rest)))

    def _assert_overtaken(self, snapshot: GallerySnapshot, probe: Vector, at_least: float) -> None:
        """The first row is the best, the second is ahead of it in the index by `at_least`, and both are listed."""
        index = index_of(snapshot)
        assert (snapshot.vectors[0] - snapshot.vectors[1]) @ probe > 0.0
        whole = np.rint(probe / (np.abs(probe).max() / 63))
        sums = whole @ index.codes.astype(np.float64)
        unit = np.abs(probe).max() / 63 * index._step
        assert (sums[1] - sums[0]) * unit >= at_least
        listed = index.shortlist(probe, 1)
        assert listed is not None
        assert listed.rows.tolist() == [0, 1]
        assert snapshot.search(probe, 1)[0].person_id == "p00000"

    @pytest.mark.parametrize("value", [0.0, np.nan, np.inf])
    def test_a_probe_that_says_nothing_has_no_shortlist(self, value: float) -> None:
        snapshot = snapshot_of(_gaussian(np.random.default_rng(0), 50, 8))
        assert index_of(snapshot).shortlist(np.full(8, value, dtype=np.float32), 2) is None


class TestErasure:
    def test_nothing_is_left_of_a_removed_person(self, large_rows: Rows) -> None:
        gallery = Gallery("m", 128)
        gallery.swap(snapshot_of(large_rows, templates=3))
        index = index_of(gallery.snapshot)
        codes, offsets = index.codes.copy(), index.offsets.copy()
        gallery.remove(PersonId("p00002"))
        gallery.remove(PersonId("p00004"))
        removed = np.r_[6:9, 12:15]
        assert not index.codes[:, removed].any()
        assert len(set(index.offsets[removed])) == 1, "the same for everybody who was removed"
        kept = np.setdiff1d(np.arange(LARGE), removed)
        assert np.array_equal(index.codes[:, kept], codes[:, kept])
        assert np.array_equal(index.offsets[kept], offsets[kept])
        assert index_of(gallery.snapshot) is index, "no second copy"

    def test_a_swap_and_a_wipe_leave_nothing(self, large_rows: Rows) -> None:
        gallery = Gallery("m", 128)
        gallery.swap(snapshot_of(large_rows))
        first = index_of(gallery.snapshot)
        gallery.swap(snapshot_of(large_rows))
        second = index_of(gallery.snapshot)
        gallery.wipe()
        for index in (first, second):
            assert not index.codes.any()
            assert len(set(index.offsets)) == 1

    def test_it_holds_nothing_but_what_is_overwritten(self, large_rows: Rows) -> None:
        index = index_of(snapshot_of(large_rows, templates=3))
        arrays = {name: value for name, value in vars(index).items() if isinstance(value, np.ndarray)}
        assert set(arrays) == {"codes", "offsets", "_starts"}
        assert sum(array.nbytes for array in (index.codes, index.offsets)) <= 0.3 * large_rows.nbytes

    def test_a_wiped_snapshot_finds_nobody_alike(self, large_rows: Rows) -> None:
        snapshot = snapshot_of(large_rows)
        snapshot.wipe()
        assert all(entry.score == 0.0 for entry in snapshot.search(large_rows[5]))


class TestRemovalUnderASearch:
    def test_who_came_next_is_found_though_not_on_the_list(
        self, large_rows: Rows, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = large_rows.copy()
        rows[7] = normalised(rows[5:6] + 0.05 * rows[8:9])[0]
        snapshot = snapshot_of(rows)
        expected = replace(snapshot_of(rows).without(PersonId("p00007")), index=None).search(rows[5])
        shortlist = GalleryIndex.shortlist

        def remove_meanwhile(index: GalleryIndex, probe: Vector, top: int) -> Shortlist | None:
            listed = shortlist(index, probe, top)
            assert listed is not None
            assert len(listed.rows) == 2
            snapshot.without(PersonId("p00007"))
            return listed

        monkeypatch.setattr(GalleryIndex, "shortlist", remove_meanwhile)
        found = snapshot.search(rows[5])
        assert [entry.person_id for entry in found] == [entry.person_id for entry in expected]
        assert [entry.score for entry in found] == pytest.approx([entry.score for entry in expected], abs=1e-6)

    def test_those_who_stay_are_found_all_the_time(self, large_rows: Rows) -> None:
        gallery = Gallery("m", 128)
        gallery.swap(snapshot_of(large_rows))
        stop, wrong, searches = threading.Event(), list[object](), []

        def look(row: int) -> None:
            while not stop.is_set():
                best = gallery.search(large_rows[row])[0]
                searches.append(row)
                if best.person_id != f"p{row:05d}" or abs(best.score - 1.0) > 1e-5:
                    wrong.append(best)

        threads = [threading.Thread(target=look, args=(row,)) for row in (LARGE - 1, LARGE - 2, LARGE - 3)]
        for thread in threads:
            thread.start()
        for row in range(400):
            gallery.remove(PersonId(f"p{row:05d}"))
        stop.set()
        for thread in threads:
            thread.join(10)
        assert not wrong
        assert set(searches) == {LARGE - 1, LARGE - 2, LARGE - 3}


class TestWhereItPays:
    def test_a_small_gallery_has_none(self, large_rows: Rows) -> None:
        assert snapshot_of(large_rows[: gallery_index.SMALLEST - 1]).index is None

    def test_other_processors_have_none(self, large_rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(platform, "machine", lambda: "arm64")
        assert snapshot_of(large_rows).index is None

    def test_faces_all_alike_have_none(self) -> None:
        snapshot = snapshot_of(_alike(np.random.default_rng(2), LARGE, 32))
        assert snapshot.index is None

    def test_a_probe_like_many_is_compared_with_all(self, large_rows: Rows) -> None:
        rows = large_rows.copy()
        rows[: LARGE // 20] = normalised(_alike(np.random.default_rng(3), LARGE // 20, 128))
        snapshot = snapshot_of(rows)
        assert index_of(snapshot).shortlist(rows[3], 2) is None
        assert_same_as_plain(snapshot, rows[3], 2)

    @pytest.mark.parametrize("templates", [1, 3])
    def test_few_are_listed_of_a_large_gallery(self, large_rows: Rows, templates: int) -> None:
        snapshot = snapshot_of(large_rows, templates)
        unknown = normalised(_gaussian(np.random.default_rng(4), 20, 128))
        for probe in (*unknown, *large_rows[:20]):
            listed = index_of(snapshot).shortlist(probe, 2)
            assert listed is not None
            assert len(listed.rows) < 0.004 * LARGE
            assert_same_as_plain(snapshot, probe, 2)
