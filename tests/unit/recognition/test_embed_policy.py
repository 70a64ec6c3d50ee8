"""Which faces are embedded: never without notice or outside the area, soon when it matters, seldom when it does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.decision import Band, Thresholds
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId, TrackId
from desktop.recognition.embed_policy import EmbedReason, EmbedRules, FairShare, choose, promise, reason_for, yaw
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.identity import TrackIdentity
from desktop.recognition.track import Track, TrackState
from desktop.vision.types import Vector
from tests.helpers.vectors import DIMENSION, near, unit
from tests.helpers.walkers import SIZE, face_at

MODEL = "model-1"
IN_FORCE = Thresholds(match=0.45, possible=0.38, calibrated=True, fmr=1e-4)
LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
RULES = EmbedRules()
GALLERY = Gallery(MODEL, DIMENSION)
GALLERY.swap(GallerySnapshot.build(MODEL, [PersonId("ann"), PersonId("ben")], np.stack([unit(0), unit(1)])))


def camera(*, notice: bool = True, area: tuple[tuple[float, float], ...] = ()) -> Camera:
    return Camera(CameraId("door"), "Door", SourceSpec(SourceKind.VIDEO, "door.mp4"), area, notice)


def track(
    number: int = 1, *, x: float = 300, side: float = 80, score: float = 0.9, nose: float = 0.0, hits: int = 3
) -> Track:
    face = face_at(Box(x, 200, side, 1.2 * side), score, nose=nose)
    return Track(TrackId(number), face.box, 0.0, 0.0, 0.0, score, face.landmarks, face, hits=hits)


def identity(number: int = 1) -> TrackIdentity:
    return TrackIdentity(TrackId(number), DIMENSION)


def like_ann(seed: int) -> Vector:
    return near(near(unit(0), 0.7, 5), 0.97, seed)


def nobody(seed: int) -> Vector:
    return near(unit(20), 0.97, seed)


def embed(known: TrackIdentity, vector: Vector, at: float, *, value: float = 0.8) -> None:
    known.requested(at, value)
    known.add_embedding(vector, 0.8, at, GALLERY, IN_FORCE)


class TestWho:
    def test_a_new_face_is_embedded_at_once(self) -> None:
        (request,) = choose(camera(), [(track(), identity())], 0.0, SIZE)
        assert (request.reason, request.track.id) == (EmbedReason.NEW, 1)
        assert 0.5 < request.promise <= 1

    def test_without_the_notice_nobody_is(self) -> None:
        assert choose(camera(notice=False), [(track(), identity())], 0.0, SIZE) == []

    @pytest.mark.parametrize(("x", "inside"), [(100, True), (595, True), (605, False), (900, False)])
    def test_only_with_the_centre_in_the_area(self, x: float, inside: bool) -> None:
        assert bool(choose(camera(area=LEFT_HALF), [(track(x=x), identity())], 0.0, SIZE)) is inside

    @given(st.floats(0, 1200), st.sampled_from([-0.2, 0.0, 0.2]), st.floats(20, 200), st.floats(0.3, 1.0))
    def test_outside_the_area_never(self, x: float, nose: float, side: float, score: float) -> None:
        one = track(x=x, side=side, score=score, nose=nose)
        if choose(camera(area=LEFT_HALF), [(one, identity())], 0.0, SIZE):
            assert one.box.centre[0] <= 640

    def test_lost_faces_are_not(self) -> None:
        gone = track()
        gone.face, gone.state = None, TrackState.LOST
        assert choose(camera(), [(gone, identity())], 0.0, SIZE) == []

    def test_tiny_faces_are_not(self) -> None:
        assert choose(camera(), [(track(side=34), identity())], 0.0, SIZE) == []
        assert choose(camera(), [(track(side=40), identity())], 0.0, SIZE)

    def test_low_scores_are_not(self) -> None:
        assert choose(camera(), [(track(score=0.45), identity())], 0.0, SIZE) == []

    def test_a_doubtful_detection_waits_to_be_seen_again(self) -> None:
        assert choose(camera(), [(track(score=0.65, hits=1), identity())], 0.0, SIZE) == []
        assert choose(camera(), [(track(score=0.65, hits=2), identity())], 0.1, SIZE)

    def test_a_turned_face_only_when_nothing_better_comes(self) -> None:
        turned = track(nose=0.3)
        assert abs(yaw(turned.landmarks)) > RULES.max_yaw
        known = identity()
        assert choose(camera(), [(turned, known)], 0.5, SIZE) == []
        assert choose(camera(), [(turned, known)], 1.1, SIZE)
        embed(known, nobody(0), 1.1)
        assert choose(camera(), [(turned, known)], 9.0, SIZE) == [], "it has been embedded once"

    def test_a_face_that_is_coming_in_is_waited_for(self) -> None:
        known = identity()
        assert choose(camera(), [(track(x=-30), known)], 0.1, SIZE) == []
        assert choose(camera(), [(track(x=-10), known)], 0.2, SIZE)
        assert choose(camera(), [(track(x=-30), known)], 1.1, SIZE), "it does not come in any further"

    def test_the_budget_goes_to_the_most_urgent(self) -> None:
        due, new, doubtful = identity(1), identity(2), identity(3)
        embed(due, nobody(0), 0.0)
        embed(doubtful, like_ann(0), 4.9)
        subjects = [(track(1, x=100), due), (track(2, x=400), new), (track(3, x=700), doubtful)]
        reasons = [(request.track.id, request.reason) for request in choose(camera(), subjects, 5.0, SIZE, budget=9)]
        assert reasons == [(2, EmbedReason.NEW), (3, EmbedReason.DOUBTFUL), (1, EmbedReason.RECHECK)]
        assert [request.track.id for request in choose(camera(), subjects, 5.0, SIZE, budget=2)] == [2, 3]
        assert choose(camera(), subjects, 5.0, SIZE, budget=0) == []

    def test_of_two_alike_the_one_that_waited_longer(self) -> None:
        first, second = identity(1), identity(2)
        embed(first, nobody(0), 1.0)
        embed(second, nobody(0), 0.5)
        subjects = [(track(1, x=100), first), (track(2, x=400), second)]
        assert [request.track.id for request in choose(camera(), subjects, 30.0, SIZE, budget=1)] == [2]


class TestWhen:
    def test_not_while_one_is_pending(self) -> None:
        known = identity()
        known.requested(0.0, 0.8)
        assert reason_for(track(), known, 0.2, SIZE, 0.8) is None
        assert reason_for(track(), known, 2.1, SIZE, 0.8) is EmbedReason.NEW, "it was lost on the way"

    def test_a_refused_frame_is_followed_by_another_try(self) -> None:
        known = identity()
        known.requested(0.0, 0.8)
        known.dismissed(0.0)
        assert reason_for(track(), known, 0.12, SIZE, 0.8) is None
        assert reason_for(track(), known, 0.25, SIZE, 0.8) is EmbedReason.NEW

    def test_one_frame_that_fits_is_followed_by_the_next(self) -> None:
        known = identity()
        embed(known, like_ann(0), 0.0)
        assert known.verdict.band is Band.POSSIBLE
        assert reason_for(track(), known, 0.125, SIZE, 0.8) is EmbedReason.DOUBTFUL

    def test_a_match_is_checked_every_few_seconds(self) -> None:
        known = identity()
        for seed in range(2):
            embed(known, like_ann(seed), 0.125 * seed)
        assert known.verdict.band is Band.MATCH
        assert reason_for(track(), known, 2.9, SIZE, 0.99) is None
        assert reason_for(track(), known, 3.2, SIZE, 0.8) is EmbedReason.RECHECK

    def test_a_check_that_does_not_fit_is_repeated_at_once(self) -> None:
        known = identity()
        for seed in range(2):
            embed(known, like_ann(seed), 0.125 * seed)
        embed(known, nobody(0), 3.2)
        assert known.strikes == 1
        assert reason_for(track(), known, 3.325, SIZE, 0.8) is EmbedReason.DOUBTFUL

    def test_a_better_look_at_an_unknown_face(self) -> None:
        known = identity()
        embed(known, nobody(0), 0.0, value=0.5)
        assert reason_for(track(), known, 0.3, SIZE, 0.6) is None
        assert reason_for(track(), known, 0.3, SIZE, 0.7) is EmbedReason.BETTER

    def test_once_nothing_covers_it_any_more_it_is_looked_at_again(self) -> None:
        known, one = identity(), track()
        one.overlapping = True
        embed(known, nobody(0), 0.0, value=promise(one, SIZE))
        one.overlapping = False
        assert reason_for(one, known, 0.3, SIZE, promise(one, SIZE)) is EmbedReason.BETTER

    def test_after_an_overlap_it_is_verified_when_it_is_over(self) -> None:
        known, one = identity(), track()
        for seed in range(2):
            embed(known, like_ann(seed), 0.125 * seed)
        one.doubt(1.0)
        known.observe(one)
        assert reason_for(one, known, 1.0, SIZE, 0.8) is None, "it would not count"
        assert reason_for(one, known, 1.125, SIZE, 0.8) is EmbedReason.AMBIGUOUS

    def test_a_name_that_is_doubted_again_and_again_is_not_verified_at_every_frame(self) -> None:
        known, one = identity(), track()
        for seed in range(2):
            embed(known, like_ann(seed), 0.125 * seed)
        verified = []
        for at in np.arange(8, 32) * 0.125:
            one.doubt_before(at)
            known.observe(one)
            if reason_for(one, known, at, SIZE, 0.8) is EmbedReason.AMBIGUOUS:
                embed(known, like_ann(int(8 * at)), at)
                verified.append(at)
        assert verified[0] == 1.0, "the first time at once"
        assert np.diff(verified) == pytest.approx(0.375)

    def test_a_doubt_costs_a_stranger_no_embedding_while_it_lasts(self) -> None:
        known, one = identity(), track()
        for seed in range(2):
            embed(known, nobody(seed), 0.6 * seed)
        for at in (1.0, 1.125, 1.25):
            one.doubt_before(at)
            known.observe(one)
            assert reason_for(one, known, at, SIZE, 0.8) is None
        assert reason_for(one, known, 1.375, SIZE, 0.8) is None
        assert reason_for(one, known, 1.5, SIZE, 0.8) is EmbedReason.AMBIGUOUS, "it has been calm for long enough"

    def test_a_stranger_in_endless_doubt_is_looked_at_in_the_end(self) -> None:
        known, one = identity(), track()
        embed(known, nobody(0), 0.0)
        looked = []
        for at in np.arange(1, 40) * 0.125:
            one.doubt_before(at)
            known.observe(one)
            if reason_for(one, known, at, SIZE, 0.8) is EmbedReason.AMBIGUOUS:
                embed(known, nobody(int(8 * at)), at)
                looked.append(at)
        assert looked == pytest.approx([1.5, 3.0, 4.5])

    def test_strangers_are_looked_at_ever_more_seldom(self) -> None:
        times = stay(30.0, nobody)
        pauses = np.diff(times)
        assert len(times) <= 6
        assert (pauses[1:] >= pauses[:-1]).all()
        assert pauses.max() <= RULES.unknown_longest + 0.2


def stay(seconds: float, look: Callable[[int], Vector], *, fps: float = 8.0, delay: float = 0.09) -> list[float]:
    """Capture times of the frames embedded of one face that stays in view; vectors arrive `delay` s later."""
    known, one = identity(), track()
    under_way: list[tuple[float, Vector]] = []
    times: list[float] = []
    for step in range(round(seconds * fps)):
        at = step / fps
        while under_way and under_way[0][0] + delay <= at:
            asked, vector = under_way.pop(0)
            known.add_embedding(vector, 0.8, asked, GALLERY, IN_FORCE)
        for request in choose(camera(), [(one, known)], at, SIZE):
            known.requested(at, request.promise)
            under_way.append((at, look(step)))
            times.append(at)
    return times


class TestCost:
    @pytest.mark.parametrize("look", [like_ann, nobody], ids=["enrolled", "stranger"])
    @pytest.mark.parametrize("seconds", [2.0, 4.0, 6.0])
    def test_a_passage_takes_about_three(self, look: Callable[[int], Vector], seconds: float) -> None:
        assert 2 <= len(stay(seconds, look)) <= 4

    @pytest.mark.parametrize("look", [like_ann, nobody], ids=["enrolled", "stranger"])
    def test_half_a_minute_at_the_desk_takes_less_than_a_twentieth_of_the_frames(
        self, look: Callable[[int], Vector]
    ) -> None:
        assert len(stay(30.0, look)) <= 30 * 8 / 20

    def test_even_a_face_that_stays_in_doubt_is_bounded(self) -> None:
        times = stay(30.0, lambda seed: near(near(unit(0), 0.41, 5), 0.99, seed))
        assert len(times) <= 16
        assert times[3] < 1.0, "the first tries follow each other"


class TestPromise:
    def test_near_frontal_and_whole_is_best(self) -> None:
        best = promise(track(side=120), SIZE)
        assert best > 0.85
        for worse in (track(side=50), track(side=120, nose=0.2), track(side=120, x=-60), track(side=120, score=0.6)):
            assert promise(worse, SIZE) < best - 0.1

    @given(st.floats(-300, 1400), st.floats(1, 600), st.floats(-0.4, 0.4), st.floats(0.3, 1.0))
    def test_between_nothing_and_all(self, x: float, side: float, nose: float, score: float) -> None:
        assert 0 <= promise(track(x=x, side=side, nose=nose, score=score), SIZE) <= 1

    @pytest.mark.parametrize("roll", [0.0, 0.4, -0.7])
    def test_yaw_does_not_depend_on_tilt(self, roll: float) -> None:
        landmarks = track(nose=0.12).landmarks
        turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]], dtype=np.float32)
        assert yaw(landmarks @ turn.T) == pytest.approx(yaw(landmarks), abs=0.01)
        assert yaw(landmarks) > 25

    def test_a_frontal_face_looks_straight_ahead_and_no_eyes_are_a_profile(self) -> None:
        assert yaw(track().landmarks) == pytest.approx(0, abs=1)
        assert yaw(np.zeros((5, 2), dtype=np.float32)) == 90


class TestFairShare:
    A, B = CameraId("a"), CameraId("b")

    def test_a_camera_gets_its_burst_and_then_its_share(self) -> None:
        share = FairShare(per_second=10, burst=4)
        first = share.budget(self.A, 0.0, 2)
        assert first >= 4
        share.spend(self.A, first)
        assert share.budget(self.A, 0.0, 2) == 0
        assert share.budget(self.A, 0.2, 2) == 1
        assert share.budget(self.A, 0.6, 2) == 3

    def test_a_busy_camera_does_not_take_anothers_share(self) -> None:
        share = FairShare(per_second=10, burst=4)
        taken = {self.A: 0, self.B: 0}
        for step in range(100):
            at = step * 0.1
            for name, wanted in ((self.A, 9), (self.B, 1)):
                granted = min(wanted, share.budget(name, at, 2))
                share.spend(name, granted)
                taken[name] += granted
        assert taken[self.B] >= 45
        assert taken[self.A] <= 10 * 10 + 12 - taken[self.B] + 4

    def test_what_a_quiet_camera_leaves_goes_to_a_busy_one(self) -> None:
        share = FairShare(per_second=10, burst=4)
        taken = 0
        for step in range(100):
            share.budget(self.B, step * 0.1, 2)
            granted = share.budget(self.A, step * 0.1, 2)
            share.spend(self.A, granted)
            taken += granted
        assert taken >= 90

    def test_many_cameras_still_get_one_a_second_each(self) -> None:
        share = FairShare(per_second=5, burst=2)
        names = [CameraId(str(number)) for number in range(20)]
        taken = dict.fromkeys(names, 0)
        for step in range(50):
            for name in names:
                granted = min(1, share.budget(name, step * 0.2, len(names)))
                share.spend(name, granted)
                taken[name] += granted
        assert min(taken.values()) >= 9

    def test_a_clock_that_begins_anew_breaks_nothing(self) -> None:
        share = FairShare(per_second=10, burst=4)
        share.spend(self.A, share.budget(self.A, 100.0, 1))
        assert share.budget(self.A, 0.0, 1) == 0
        assert share.budget(self.A, 0.5, 1) == 5
        share.remove(self.A)
        assert share.budget(self.A, 0.5, 1) >= 4
