"""The open-set decision: thresholds that follow the gallery's size, bands and their hysteresis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.decision import (
    Band,
    Calibration,
    Candidate,
    DecisionRules,
    Thresholds,
    Verdict,
    decide,
    thresholds_for,
)
from desktop.domain.ids import PersonId

CALIBRATION = Calibration(((1e-2, 0.30), (1e-3, 0.38), (1e-4, 0.45), (1e-5, 0.52)))
IN_FORCE = Thresholds(match=0.45, possible=0.38, calibrated=True, fmr=1e-4)
ANN, BEN = PersonId("ann"), PersonId("ben")
RULES = DecisionRules()


def ranked(ann: float, ben: float = 0.0) -> list[Candidate]:
    return sorted([Candidate(ANN, ann), Candidate(BEN, ben)], key=lambda entry: -entry.score)


class TestCalibration:
    @pytest.mark.parametrize(("fmr", "threshold"), CALIBRATION.points)
    def test_the_measured_points_are_met(self, fmr: float, threshold: float) -> None:
        assert CALIBRATION.threshold(fmr) == pytest.approx(threshold)

    def test_between_two_points_the_threshold_is_linear_in_the_logarithm(self) -> None:
        assert CALIBRATION.threshold(10**-2.5) == pytest.approx(0.34)

    def test_beyond_the_last_point_nothing_is_invented(self) -> None:
        assert CALIBRATION.threshold(1e-9) == pytest.approx(0.52)

    @given(st.floats(1e-6, 0.5), st.floats(1e-6, 0.5))
    def test_a_lower_fmr_never_has_a_lower_threshold(self, one: float, other: float) -> None:
        low, high = sorted((one, other))
        assert CALIBRATION.threshold(low) >= CALIBRATION.threshold(high)

    @pytest.mark.parametrize(
        "points", [((1e-3, 0.4),), ((1e-4, 0.4), (1e-3, 0.5)), ((1e-3, 0.5), (1e-4, 0.4)), ((0.0, 0.4), (0.0, 0.5))]
    )
    def test_points_out_of_order_are_refused(self, points: tuple[tuple[float, float], ...]) -> None:
        with pytest.raises(ValueError, match="calibration"):
            Calibration(points)


class TestThresholds:
    def test_a_hundred_people_need_a_hundredth_of_the_fmr(self) -> None:
        found = thresholds_for(CALIBRATION, 0.01, 100)
        assert found.fmr == pytest.approx(1e-4, rel=0.02)
        assert found.match == pytest.approx(0.45, abs=0.005)
        assert found.possible == pytest.approx(0.38, abs=0.005)
        assert found.calibrated

    def test_the_fpir_of_the_whole_gallery_is_the_wanted_one(self) -> None:
        people = 37
        fmr = thresholds_for(CALIBRATION, 0.02, people).fmr
        assert 1 - (1 - fmr) ** people == pytest.approx(0.02)

    def test_past_the_calibrated_fmr_nothing_is_a_match(self) -> None:
        found = thresholds_for(CALIBRATION, 0.01, 1_000_000)
        assert not found.calibrated
        assert found.fmr == CALIBRATION.lowest_fmr

    def test_a_tiny_gallery_does_not_lower_the_threshold_below_the_first_point(self) -> None:
        assert thresholds_for(CALIBRATION, 0.5, 1).match == pytest.approx(0.30)
        assert thresholds_for(CALIBRATION, 0.01, 0).match == thresholds_for(CALIBRATION, 0.01, 1).match

    @given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(1e-3, 0.1))
    def test_more_people_never_lower_the_threshold(self, one: int, other: int, fpir: float) -> None:
        few, many = (thresholds_for(CALIBRATION, fpir, people) for people in sorted((one, other)))
        assert few.match <= many.match + 1e-12
        assert few.possible < few.match

    @pytest.mark.parametrize("fpir", [0.0, 1.0, -0.1])
    def test_an_impossible_target_is_refused(self, fpir: float) -> None:
        with pytest.raises(ValueError, match="FPIR"):
            thresholds_for(CALIBRATION, fpir, 10)


class TestDecide:
    def test_an_empty_gallery_knows_nobody(self) -> None:
        verdict = decide(Verdict(Band.MATCH, ANN, 0.9), [], [None, None], IN_FORCE)
        assert (verdict.band, verdict.person_id, verdict.frames) == (Band.UNKNOWN, None, 2)

    def test_two_agreeing_frames_make_a_match(self) -> None:
        verdict = decide(Verdict(), ranked(0.6), [ANN, ANN], IN_FORCE)
        assert (verdict.band, verdict.person_id) == (Band.MATCH, ANN)
        assert (verdict.score, verdict.margin, verdict.threshold) == (0.6, 0.6, 0.45)

    @pytest.mark.parametrize("frames", [[ANN], [ANN, BEN], [ANN, None, None], [BEN, BEN], [ANN, ANN, BEN, BEN]])
    def test_without_them_it_is_only_possible(self, frames: list[PersonId | None]) -> None:
        assert decide(Verdict(), ranked(0.6), frames, IN_FORCE).band is Band.POSSIBLE

    def test_two_people_as_like_as_each_other_are_no_match(self) -> None:
        assert decide(Verdict(), ranked(0.60, 0.57), [ANN, ANN], IN_FORCE).band is Band.POSSIBLE

    def test_beyond_the_calibration_it_is_possible_at_best(self) -> None:
        too_many = Thresholds(match=0.52, possible=0.45, calibrated=False, fmr=1e-5)
        assert decide(Verdict(), ranked(0.95), [ANN] * 5, too_many).band is Band.POSSIBLE
        held = Verdict(Band.MATCH, ANN, 0.95)
        assert decide(held, ranked(0.95), [ANN] * 5, too_many).band is Band.POSSIBLE

    def test_below_the_possible_band_no_person_is_named(self) -> None:
        verdict = decide(Verdict(), ranked(0.37), [None, None], IN_FORCE)
        assert (verdict.band, verdict.person_id) == (Band.UNKNOWN, None)

    def test_a_match_is_held_a_little_below_its_threshold(self) -> None:
        held = Verdict(Band.MATCH, ANN, 0.5)
        assert decide(held, ranked(0.41), [ANN], IN_FORCE).band is Band.MATCH
        assert decide(held, ranked(0.39), [ANN], IN_FORCE).band is Band.POSSIBLE

    def test_what_is_held_for_one_does_not_help_another(self) -> None:
        held = Verdict(Band.MATCH, BEN, 0.5)
        assert decide(held, ranked(0.44), [ANN, ANN], IN_FORCE).band is Band.POSSIBLE

    @given(
        st.lists(st.floats(-1, 1), max_size=3),
        st.lists(st.sampled_from([ANN, BEN, None]), max_size=5),
        st.sampled_from([Band.UNKNOWN, Band.POSSIBLE, Band.MATCH]),
        st.booleans(),
    )
    def test_a_name_always_has_the_score_for_it(
        self, scores: list[float], frames: list[PersonId | None], before: Band, calibrated: bool
    ) -> None:
        thresholds = Thresholds(0.45, 0.38, calibrated, 1e-4)
        people = [ANN, BEN, PersonId("cay")]
        order = [Candidate(people[place], score) for place, score in enumerate(sorted(scores, reverse=True))]
        previous = Verdict(before, None if before is Band.UNKNOWN else ANN, 0.5)
        verdict = decide(previous, order, frames, thresholds, RULES)
        if verdict.band is Band.MATCH:
            assert calibrated
            assert verdict.score >= thresholds.match - RULES.hold
            assert verdict.person_id == order[0].person_id
        if verdict.band is Band.UNKNOWN:
            assert verdict.person_id is None
        else:
            assert verdict.person_id is not None
