"""Who a track is taken for: bands, doubt, re-check, gallery changes, and what is forgotten."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.decision import Band, Thresholds
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId, TrackId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.track import NEVER, Track
from desktop.vision.types import Vector
from tests.helpers.vectors import DIMENSION, near, unit
from tests.helpers.walkers import face_at

MODEL = "model-1"
IN_FORCE = Thresholds(match=0.45, possible=0.38, calibrated=True, fmr=1e-4)
ANN, BEN = PersonId("ann"), PersonId("ben")
SEEDS = {ANN: 0, BEN: 1}


def filled(gallery: Gallery, *people: PersonId) -> Gallery:
    vectors = np.stack([unit(SEEDS[person]) for person in people]) if people else np.empty((0, DIMENSION), np.float32)
    gallery.swap(GallerySnapshot.build(MODEL, people, vectors, based_on=gallery.revision))
    return gallery


@pytest.fixture
def gallery() -> Gallery:
    return filled(Gallery(MODEL, DIMENSION), ANN, BEN)


def like(person: PersonId, cosine: float = 0.7, seed: int = 0) -> Vector:
    """An embedding of `person` in this camera; different seeds are different moments."""
    session = near(unit(SEEDS[person]), cosine, seed=100 + SEEDS[person])
    return near(session, 0.97, seed)


def stranger(seed: int = 0) -> Vector:
    return near(unit(20), 0.97, seed)


def a_track(at: float = 0.0) -> Track:
    face = face_at(Box(300, 200, 60, 72))
    return Track(TrackId(1), face.box, at, at, at, face.score, face.landmarks, face, hits=3)


def identity() -> TrackIdentity:
    return TrackIdentity(TrackId(1), DIMENSION)


def named(gallery: Gallery, person: PersonId = ANN) -> TrackIdentity:
    known = identity()
    for step in range(3):
        known.add_embedding(like(person, seed=step), 0.8, 0.1 * step, gallery, IN_FORCE)
    assert known.verdict.band is Band.MATCH
    return known


class TestNaming:
    def test_two_agreeing_embeddings_name_a_person(self, gallery: Gallery) -> None:
        known = identity()
        first = known.add_embedding(like(ANN, seed=1), 0.8, 0.0, gallery, IN_FORCE)
        assert (first.band, first.person_id) == (Band.POSSIBLE, ANN)
        assert known.clear_from is None
        second = known.add_embedding(like(ANN, seed=2), 0.8, 0.2, gallery, IN_FORCE)
        assert (second.band, second.person_id, second.frames) == (Band.MATCH, ANN, 2)
        assert known.verdict == second
        assert known.clear_from == 0.0
        assert known.revision == gallery.revision
        assert (known.embeddings, known.fresh, known.last_at) == (2, 2, 0.2)

    def test_a_stranger_stays_unknown(self, gallery: Gallery) -> None:
        known = identity()
        for step in range(6):
            assert known.add_embedding(stranger(step), 0.9, 0.5 * step, gallery, IN_FORCE).band is Band.UNKNOWN
        assert known.verdict.person_id is None
        assert known.stable == 6

    def test_an_empty_gallery_knows_nobody(self) -> None:
        known = identity()
        assert known.add_embedding(like(ANN), 0.9, 0.0, Gallery(MODEL, DIMENSION), IN_FORCE).band is Band.UNKNOWN

    def test_several_weak_frames_together_reach_what_none_reaches_alone(self, gallery: Gallery) -> None:
        known = identity()
        frames = [near(unit(0), 0.42, seed) for seed in range(4)]
        verdicts = [known.add_embedding(frame, 0.7, 0.2 * at, gallery, IN_FORCE) for at, frame in enumerate(frames)]
        assert verdicts[0].band is Band.POSSIBLE
        assert verdicts[-1].band is Band.MATCH
        assert verdicts[-1].score > 0.55

    def test_the_callers_vector_is_copied(self, gallery: Gallery) -> None:
        known = identity()
        vector = like(ANN)
        known.add_embedding(vector, 0.8, 0.0, gallery, IN_FORCE)
        vector.fill(0.0)
        assert known.add_embedding(like(ANN, seed=2), 0.8, 0.2, gallery, IN_FORCE).score > 0.6


class TestDoubt:
    def test_doubt_drops_the_name_at_once(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        track.doubt(1.0)
        assert known.observe(track)
        assert (known.verdict.band, known.verdict.person_id) == (Band.UNKNOWN, None)
        assert known.clear_from is None
        assert known.awaiting
        assert not known.observe(track), "the same doubt changes nothing more"

    def test_only_a_later_embedding_brings_it_back_and_one_is_enough(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        track.doubt(1.0)
        known.observe(track)
        for at in (0.9, 1.0):
            assert known.add_embedding(like(ANN), 0.9, at, gallery, IN_FORCE).band is Band.UNKNOWN
        known.observe(track)
        assert track.ambiguous
        assert known.add_embedding(like(ANN, seed=3), 0.9, 1.1, gallery, IN_FORCE).band is Band.MATCH
        assert known.clear_from == 1.1
        known.observe(track)
        assert not track.ambiguous
        assert not known.awaiting

    def test_a_frame_before_and_a_frame_after_the_doubt_agree(self, gallery: Gallery) -> None:
        known, track = identity(), a_track()
        assert known.add_embedding(like(ANN), 0.9, 0.9, gallery, IN_FORCE).band is Band.POSSIBLE
        track.doubt(1.0)
        known.observe(track)
        assert known.add_embedding(like(ANN, seed=3), 0.9, 1.1, gallery, IN_FORCE).band is Band.MATCH

    def test_somebody_else_needs_two_after_a_doubt(self, gallery: Gallery) -> None:
        known, track = named(gallery, ANN), a_track()
        track.doubt(1.0)
        known.observe(track)
        assert known.add_embedding(like(BEN), 0.9, 1.1, gallery, IN_FORCE).band is Band.POSSIBLE
        known.observe(track)
        assert track.ambiguous, "one embedding is not enough"
        assert known.add_embedding(like(BEN, seed=4), 0.9, 1.2, gallery, IN_FORCE).band is Band.MATCH

    def test_who_was_removed_meanwhile_is_not_recognised_again(self, gallery: Gallery) -> None:
        known, track = named(gallery, ANN), a_track()
        track.doubt(1.0)
        known.observe(track)
        gallery.remove(ANN)
        for step in range(3):
            assert known.add_embedding(like(ANN, seed=step), 0.9, 1.1 + step, gallery, IN_FORCE).person_id is None

    def test_a_name_does_not_go_over_to_a_stranger(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        track.doubt(1.0)
        known.observe(track)
        for step in range(5):
            assert known.add_embedding(stranger(step), 0.9, 1.1 + step, gallery, IN_FORCE).band is Band.UNKNOWN
        known.observe(track)
        assert not track.ambiguous, "settled: nobody"

    def test_after_a_swap_each_gets_their_own_name(self, gallery: Gallery) -> None:
        known, track = named(gallery, ANN), a_track()
        track.doubt(1.0)
        known.observe(track)
        for step in range(2):
            verdict = known.add_embedding(like(BEN, seed=step), 0.9, 1.1 + step, gallery, IN_FORCE)
        assert (verdict.band, verdict.person_id) == (Band.MATCH, BEN)

    def test_an_embedding_that_was_under_way_is_dropped(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        known.requested(0.95, 0.8)
        track.doubt(1.0)
        known.observe(track)
        assert known.pending_at is None
        known.add_embedding(like(ANN), 0.9, 0.95, gallery, IN_FORCE)
        assert known.fresh == 0
        assert known.verdict.person_id is None

    def test_a_track_that_was_never_embedded_awaits_nothing(self) -> None:
        known, track = identity(), a_track()
        track.doubt(1.0)
        assert not known.observe(track)
        assert not known.awaiting
        assert known.doubt_at == 1.0

    def test_doubt_that_goes_on_keeps_it_unknown(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        for step in range(5):
            track.doubt(1.0 + 0.1 * step)
            known.observe(track)
            known.add_embedding(like(ANN, seed=step), 0.9, 1.0 + 0.1 * step, gallery, IN_FORCE)
            assert known.verdict.band is Band.UNKNOWN
        assert known.doubt_at == pytest.approx(1.4)


class TestRecheck:
    def test_one_bad_frame_does_not_cost_the_name(self, gallery: Gallery) -> None:
        known = named(gallery)
        assert known.add_embedding(stranger(), 0.8, 3.0, gallery, IN_FORCE).person_id == ANN
        assert known.strikes == 1
        assert known.add_embedding(like(ANN, seed=8), 0.8, 3.1, gallery, IN_FORCE).person_id == ANN
        assert known.strikes == 0

    def test_two_clearly_different_ones_do(self, gallery: Gallery) -> None:
        known = named(gallery)
        known.add_embedding(stranger(1), 0.8, 3.0, gallery, IN_FORCE)
        verdict = known.add_embedding(stranger(2), 0.8, 3.1, gallery, IN_FORCE)
        assert (verdict.band, verdict.person_id) == (Band.UNKNOWN, None)

    def test_frames_of_low_quality_prove_no_difference(self, gallery: Gallery) -> None:
        known = named(gallery)
        for step in range(3):
            known.add_embedding(stranger(step), 0.1, 3.0 + step, gallery, IN_FORCE)
        assert known.strikes == 0
        assert known.verdict.person_id == ANN

    def test_another_person_takes_over_after_two(self, gallery: Gallery) -> None:
        known = named(gallery, ANN)
        known.add_embedding(like(BEN, seed=1), 0.8, 3.0, gallery, IN_FORCE)
        verdict = known.add_embedding(like(BEN, seed=2), 0.8, 3.1, gallery, IN_FORCE)
        assert (verdict.band, verdict.person_id) == (Band.MATCH, BEN)
        assert known.clear_from == 3.0

    def test_an_enrolled_person_in_a_strangers_track_is_found(self, gallery: Gallery) -> None:
        known = identity()
        for step in range(5):
            known.add_embedding(stranger(step), 0.9, 0.1 * step, gallery, IN_FORCE)
        for step in range(2):
            verdict = known.add_embedding(like(ANN, seed=step), 0.9, 3.0 + step, gallery, IN_FORCE)
        assert verdict.person_id == ANN


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


class TestForgetting:
    def test_at_the_end_the_vectors_are_zeros(self, gallery: Gallery) -> None:
        known = named(gallery)
        vectors = known._probe.vectors
        assert vectors.any()
        known.forget()
        assert not vectors.any()
        assert known.verdict.person_id == ANN, "for the last event"

    def test_an_embedding_that_comes_too_late_is_dropped(self, gallery: Gallery) -> None:
        known = identity()
        known.requested(0.0, 0.5)
        known.forget()
        known.add_embedding(like(ANN), 0.9, 0.0, gallery, IN_FORCE)
        assert len(known._probe) == 0
        assert known.embeddings == 0

    def test_doubt_overwrites_what_was_known(self, gallery: Gallery) -> None:
        known, track = named(gallery), a_track()
        vectors = known._probe.vectors
        track.doubt(1.0)
        known.observe(track)
        assert not vectors.any()


class TestRequests:
    def test_what_is_pending(self, gallery: Gallery) -> None:
        known = identity()
        known.requested(1.0, 0.6)
        assert (known.pending_at, known.tried_at, known.best_promise) == (1.0, 1.0, 0.0)
        known.add_embedding(like(ANN), 0.9, 1.0, gallery, IN_FORCE)
        assert (known.pending_at, known.best_promise) == (None, 0.6)

    def test_dismissed_frames_promise_nothing(self) -> None:
        known = identity()
        known.requested(1.0, 0.6)
        known.dismissed(1.0)
        assert (known.pending_at, known.tried_at, known.best_promise) == (None, 1.0, 0.0)

    def test_an_older_answer_does_not_end_a_newer_request(self, gallery: Gallery) -> None:
        known = identity()
        known.requested(2.0, 0.6)
        known.dismissed(1.0)
        assert known.pending_at == 2.0


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
