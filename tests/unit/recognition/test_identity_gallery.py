"""Who a track is taken for while the gallery changes: one by one, in any order, and under threads."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.decision import Band, Thresholds
from desktop.domain.ids import PersonId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.track import NEVER
from tests.helpers.identities import (
    ANN,
    BEN,
    IN_FORCE,
    MODEL,
    a_track,
    enrolled,
    filled,
    identity,
    like,
    named,
    stranger,
)
from tests.helpers.vectors import DIMENSION


@pytest.fixture
def gallery() -> Gallery:
    return enrolled()


class TestGalleryChange:
    def test_a_removed_person_is_not_shown_from_that_moment(self, gallery: Gallery) -> None:
        known = named(gallery)
        gallery.remove(ANN)
        assert known.shown(gallery.snapshot).person_id is None
        assert known.on_gallery_changed(gallery, IN_FORCE).person_id is None
        assert known.verdict.band is Band.UNKNOWN
        assert known.revision == gallery.revision
        assert known.stable == 0

    def test_somebody_elses_removal_changes_nothing(self, gallery: Gallery) -> None:
        known = named(gallery)
        gallery.remove(BEN)
        assert known.shown(gallery.snapshot).person_id == ANN
        assert known.on_gallery_changed(gallery, IN_FORCE).person_id == ANN

    def test_whoever_is_enrolled_while_in_view_is_named_without_a_new_embedding(self) -> None:
        gallery = filled(Gallery(MODEL, DIMENSION), BEN)
        known = identity()
        for step in range(2):
            known.add_embedding(like(ANN, seed=step), 0.9, 0.1 * step, gallery, IN_FORCE)
        assert known.verdict.person_id is None
        filled(gallery, ANN, BEN)
        assert known.on_gallery_changed(gallery, IN_FORCE).person_id == ANN

    def test_a_gallery_past_the_calibration_takes_the_match_back(self, gallery: Gallery) -> None:
        known = named(gallery)
        too_many = Thresholds(match=0.52, possible=0.45, calibrated=False, fmr=1e-5)
        assert known.on_gallery_changed(gallery, too_many).band is Band.POSSIBLE

    def test_without_an_embedding_nothing_is_decided(self, gallery: Gallery) -> None:
        verdict = identity().on_gallery_changed(gallery, IN_FORCE)
        assert (verdict.band, verdict.threshold) == (Band.UNKNOWN, 0.45)

    def test_a_swap_during_a_search_is_noticed(self, gallery: Gallery) -> None:
        """The gallery changes while an embedding is being decided: the verdict rests on the new state."""
        known = named(gallery)

        class Slow(Gallery):
            """Looks like `gallery`, but removes Ann as soon as somebody has taken the snapshot."""

            def __init__(self) -> None:
                self.taken = False

            @property
            def snapshot(self) -> GallerySnapshot:
                held = gallery.snapshot
                if not self.taken:
                    self.taken = True
                    gallery.remove(ANN)
                return held

        verdict = known.add_embedding(like(ANN, seed=9), 0.9, 5.0, Slow(), IN_FORCE)
        assert verdict.person_id is None
        assert known.revision == gallery.revision


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("embed"), st.sampled_from(["ann", "ben", "stranger"]), st.floats(0, 1)),
        st.tuples(st.just("doubt"), st.booleans()),
        st.tuples(st.just("gallery"), st.sampled_from([(), (ANN,), (BEN,), (ANN, BEN)])),
        st.tuples(st.just("remove"), st.sampled_from([ANN, BEN])),
    ),
    max_size=25,
)


@settings(max_examples=120, deadline=None)
@given(STEPS, st.booleans())
def test_a_match_names_somebody_in_the_gallery_and_rests_on_undoubted_frames(steps: list[tuple], told: bool) -> None:
    gallery = filled(Gallery(MODEL, DIMENSION), ANN, BEN)
    known, track = identity(), a_track()
    since_doubt: list[str] = []
    ever: list[str] = []
    for number, (kind, *values) in enumerate(steps):
        at = 1.0 + 0.1 * number
        if kind == "embed":
            vector = stranger(number) if values[0] == "stranger" else like(PersonId(values[0]), seed=number)
            known.add_embedding(vector, values[1], at, gallery, IN_FORCE)
            since_doubt.append(values[0])
            ever.append(values[0])
        elif kind == "doubt":
            track.doubt(at)
            known.observe(track)
            since_doubt = []
        elif kind == "gallery":
            filled(gallery, *values[0])
        else:
            gallery.remove(values[0])
        if kind in ("gallery", "remove") and told:
            known.on_gallery_changed(gallery, IN_FORCE)
        shown = known.shown(gallery.snapshot)
        if shown.band is Band.MATCH:
            assert shown.person_id is not None
            assert shown.person_id in gallery.snapshot
            assert since_doubt.count(shown.person_id) >= 1
            assert ever.count(shown.person_id) >= 2
            assert known.clear_from is not None
            assert known.clear_from > known.doubt_at
        if shown.band is Band.UNKNOWN:
            assert shown.person_id is None
        assert known.doubt_at == track.doubt_at or track.doubt_at == NEVER


def test_under_threads_no_removed_person_is_shown() -> None:
    gallery = filled(Gallery(MODEL, DIMENSION), ANN, BEN)
    known = [identity() for _ in range(4)]
    wrong: list[object] = []
    stop = threading.Event()

    def embed() -> None:
        turn = 0
        while not stop.is_set():
            for one in known:
                one.add_embedding(like(ANN, seed=turn % 50), 0.8, 0.01 * turn, gallery, IN_FORCE)
            turn += 1

    def look() -> None:
        while not stop.is_set():
            for one in known:
                held = gallery.snapshot
                shown = one.shown(held)
                if shown.person_id is not None and shown.person_id not in held:
                    wrong.append(shown)

    threads = [threading.Thread(target=embed), threading.Thread(target=look)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        filled(gallery, ANN, BEN)
        for one in known:
            one.on_gallery_changed(gallery, IN_FORCE)
        gallery.remove(ANN)
        for one in known:
            if one.on_gallery_changed(gallery, IN_FORCE).person_id == ANN:
                wrong.append("kept after the change was told")
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not wrong
