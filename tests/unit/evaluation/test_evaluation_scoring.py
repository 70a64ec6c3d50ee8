"""From painted marks to names, times and misses."""

from __future__ import annotations

import pytest

from desktop.domain.ids import PersonId
from desktop.evaluation.scoring import UNKNOWN_PERSON, AppearanceScore, ClipScore, score
from desktop.evaluation.truth import ClipTruth
from desktop.evaluation.witness import Witness
from desktop.recognition.presenter import OverlayMark
from tests.helpers.truths import FPS, PEOPLE, clip, face, mark, picture, standing_still, turned

LENGTH = 100


def _person_of(person_id: PersonId) -> str | None:
    return str(person_id) if str(person_id) in PEOPLE else None


def _painted(truth: ClipTruth, marks: dict[int, list[OverlayMark]], *, late: float = 0.2, every: int = 1) -> ClipScore:
    """Every frame painted `late` seconds after its capture, with the marks of its position."""
    witness = Witness(truth)
    for position in range(0, len(truth.faces), every):
        shown = picture(position, marks.get(position, []))
        witness.see(shown, shown.frame_at + late)
    return score(witness, _person_of)


def _only(result: ClipScore) -> AppearanceScore:
    assert len(result.appearances) == 1
    return result.appearances[0]


def test_the_time_to_name_runs_from_capture_to_painting() -> None:
    marks = {position: [mark(100, "ada")] for position in range(15, LENGTH)}

    entry = _only(_painted(standing_still("ada", 100, LENGTH), marks))

    assert entry.counted
    assert entry.named_right
    assert not entry.named_wrong
    assert not entry.missed
    assert entry.time_to_name == pytest.approx(15 / FPS + 0.2)


def test_the_clock_starts_with_the_first_nameable_frame_even_if_it_was_not_painted() -> None:
    faces = [[face(0, 100, yaw=50.0 if i < 11 else 0.0)] for i in range(LENGTH)]
    marks = {position: [mark(100, "ada")] for position in range(20, LENGTH)}

    entry = _only(_painted(clip([("ada", 0, LENGTH - 1)], faces), marks, every=2))

    assert entry.time_to_name == pytest.approx(9 / FPS + 0.2)


def test_somebody_never_named_is_missed() -> None:
    entry = _only(_painted(standing_still("ada", 100, LENGTH), {5: [mark(100)]}))

    assert entry.missed
    assert entry.found
    assert entry.time_to_name is None


def test_somebody_never_marked_was_never_found() -> None:
    entry = _only(_painted(standing_still("ada", 100, LENGTH), {}))

    assert entry.missed
    assert not entry.found


def test_a_stay_near_the_end_of_the_run_has_no_chance_and_does_not_count() -> None:
    late = 70  # long enough in view, but the run ends 1.2 s after the first nameable frame
    faces = [[face(0, 100)] if i >= late else [] for i in range(LENGTH)]

    entry = _only(_painted(clip([("ada", late, LENGTH - 1)], faces), {}))

    assert not entry.counted
    assert not entry.missed


def test_another_enrolled_name_is_wrong() -> None:
    entry = _only(_painted(standing_still("ada", 100, LENGTH), {3: [mark(100, "bo")], 4: [mark(100, "ada")]}))

    assert entry.named_wrong
    assert entry.named_right
    assert entry.names == {"ada": 1, "bo": 1}


@pytest.mark.parametrize("person", ["sid", "wim"])
def test_any_name_is_wrong_for_those_who_may_not_be_named(person: str) -> None:
    entry = _only(_painted(standing_still(person, 100, LENGTH), {3: [mark(100, person)]}))

    assert entry.named_wrong
    assert not entry.named_right


def test_a_wrong_name_counts_however_short_the_stay() -> None:
    truth = clip([("sid", 0, 2)], [[face(0, 100)] for _ in range(3)])

    entry = _only(_painted(truth, {1: [mark(100, "ada")]}))

    assert not entry.counted
    assert entry.named_wrong


def test_a_person_outside_the_truth_is_wrong_too() -> None:
    entry = _only(_painted(standing_still("ada", 100, LENGTH), {3: [mark(100, "zoe")]}))

    assert entry.names == {UNKNOWN_PERSON: 1}
    assert entry.named_wrong


def test_each_mark_goes_to_the_face_it_covers_best() -> None:
    frames = [[face(0, 100), face(1, 140)] for _ in range(LENGTH)]
    truth = clip([("ada", 0, LENGTH - 1), ("sid", 0, LENGTH - 1)], frames)

    result = _painted(truth, {9: [mark(138, track=2), mark(104, "ada", track=1)]})

    ada, sid = result.appearances
    assert ada.named_right
    assert not sid.named_wrong
    assert sid.found


def test_the_name_of_a_covered_person_is_not_put_down_to_who_covers_them() -> None:
    frames = [[face(0, 100, visible=0.03), face(1, 118)] for _ in range(LENGTH)]
    truth = clip([("ada", 0, LENGTH - 1), ("sid", 0, LENGTH - 1)], frames)

    result = _painted(truth, {9: [mark(101, "ada")]})

    assert not result.appearances[1].named_wrong


def test_a_name_over_a_face_that_cannot_be_seen_counts_for_nothing() -> None:
    truth = clip([("sid", 0, LENGTH - 1)], [[face(0, 100, visible=0.1)] for _ in range(LENGTH)])

    entry = _only(_painted(truth, {9: [mark(100, "ada")]}))

    assert entry.names == {}
    assert entry.found


def test_the_name_of_somebody_turned_away_is_not_put_down_to_their_neighbour() -> None:
    frames = [[face(1, 130)] for _ in range(LENGTH)]
    hidden = [[turned(0, 100)] for _ in range(LENGTH)]
    truth = clip([("ada", 0, LENGTH - 1), ("sid", 0, LENGTH - 1)], frames, hidden)

    result = _painted(truth, {9: [mark(100, "ada")]})

    assert not result.appearances[1].named_wrong


def test_a_name_over_nobody_is_counted_apart() -> None:
    result = _painted(standing_still("ada", 0, LENGTH), {9: [mark(230, "ada")]})

    assert result.names_over_nobody == 1
    assert not _only(result).found


def test_each_pass_of_a_looped_clip_is_an_appearance_of_its_own() -> None:
    truth = standing_still("ada", 100, LENGTH)
    witness = Witness(truth)
    for pass_, name in ((0, "ada"), (1, None)):
        for position in range(LENGTH):
            shown = picture(position, [mark(100, name)], pass_=pass_)
            witness.see(shown, shown.frame_at + 0.1)

    first, second = score(witness, _person_of).appearances

    assert first.named_right
    assert second.missed


def test_unmasked_faces_are_listed_with_what_is_known_of_them() -> None:
    result = _painted(standing_still("sid", 100, 10), {0: [mark(100)]})

    assert result.hidden_pictures == 10
    assert result.unmasked_pictures == 10
    assert result.hidden_faces == 10
    assert result.unmasked[3].check.position == 3
    assert result.unmasked[3].person == "sid"
    assert result.unmasked[3].found
    assert _only(result).checked == 10


def test_somebody_who_only_shows_their_back_is_not_excused() -> None:
    result = _painted(clip([("sid", 0, 9)], [[]] * 10, [[turned(0, 100)]] * 10), {})

    entry = _only(result)
    assert result.unmasked_pictures == 10
    assert not result.unmasked[0].found
    assert (entry.checked, entry.found, entry.counted) == (10, False, False)
