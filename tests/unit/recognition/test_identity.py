"""Who a track is taken for: bands, re-check, requests, and what is forgotten."""

from __future__ import annotations

import pytest

from desktop.domain.decision import Band
from desktop.recognition.gallery import Gallery
from tests.helpers.identities import (
    ANN,
    BEN,
    IN_FORCE,
    MODEL,
    a_track,
    enrolled,
    identity,
    like,
    named,
    stranger,
)
from tests.helpers.vectors import DIMENSION, near, unit


@pytest.fixture
def gallery() -> Gallery:
    return enrolled()


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
