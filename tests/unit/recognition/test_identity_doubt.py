"""What doubt about a track takes from it, and what gives the name back."""

from __future__ import annotations

import pytest

from desktop.domain.decision import Band
from desktop.recognition.gallery import Gallery
from tests.helpers.identities import (
    ANN,
    BEN,
    IN_FORCE,
    a_track,
    enrolled,
    identity,
    like,
    named,
    stranger,
)


@pytest.fixture
def gallery() -> Gallery:
    return enrolled()


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
