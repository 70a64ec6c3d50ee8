"""The people and scenes of the demo site as described in resources/demo."""

from __future__ import annotations

from itertools import pairwise

import pytest

from desktop import paths
from desktop.demo.pixels import read_picture
from desktop.demo.roster import Cast, load_roster
from desktop.demo.scenes import Movement, load_script
from desktop.evaluation.truth import Standing

ROSTER = load_roster()
SCRIPT = load_script()
STAYS = [(scene, stay) for scene in SCRIPT.scenes for stay in scene.stays]
FASTEST = 290  # px a second for a face of 80 px; proportionally more for a nearer one


def test_half_are_enrolled_half_strangers_and_one_has_withdrawn() -> None:
    counts = {standing: len(ROSTER.of_standing(standing)) for standing in Standing}

    assert counts == {Standing.ENROLLED: 5, Standing.STRANGER: 5, Standing.WITHDRAWN: 1}


def test_names_and_ids_are_given_once() -> None:
    assert len({person.name for person in ROSTER.people}) == len(ROSTER.people)
    assert len(ROSTER.by_id) == len(ROSTER.people)


def test_whoever_is_or_was_enrolled_has_pictures_and_strangers_have_none() -> None:
    for person in ROSTER.people:
        assert bool(person.enrol) is (person.standing is not Standing.STRANGER), person.id


def test_looks_lie_inside_their_pictures() -> None:
    for name, look in ROSTER.looks.items():
        height, width = read_picture(paths.demo_sources_dir() / look.source).shape[:2]
        x, y, w, h = look.face
        # one picture ends at the forehead and the chin: the face box reaches a little beyond it
        assert -10 <= x < x + w <= width + 10, name
        assert -10 <= y < y + h <= height + 10, name


def test_the_public_cast_enrols_public_domain_photos_only() -> None:
    public = load_roster(Cast.PUBLIC)

    enrolled = public.of_standing(Standing.ENROLLED)
    assert {source for person in enrolled for source in _sources(person.id)} == {
        "astronaut.png",
        "obama.jpg",
        "obama2.jpg",
        "obama3.jpg",
        "biden.jpg",
    }
    assert all(person.public_domain for person in enrolled)
    assert len(public.people) == len(ROSTER.people)


def _sources(person_id: str) -> set[str]:
    person = ROSTER.by_id[person_id]
    return {picture.source for picture in person.enrol} | {ROSTER.looks[look].source for look in person.looks}


def test_probes_differ_from_enrolment_where_there_is_another_picture() -> None:
    mateo = ROSTER.by_id["mateo"]

    assert all(mateo.cross_picture(ROSTER.looks[look].source) for look in mateo.looks)
    assert not ROSTER.by_id["tamsin"].cross_picture("astronaut.png")


def test_the_video_is_probed_with_frames_nobody_was_enrolled_from() -> None:
    window = next(scene.window for scene in SCRIPT.scenes if scene.window)
    enrolled = {picture.frame for picture in ROSTER.by_id[window.person].enrol}

    for visit in window.visits:
        shown = set(range(min(visit.first, visit.last), max(visit.first, visit.last) + 1))
        assert not shown & enrolled


def test_every_stay_is_of_a_look_of_its_person() -> None:
    for scene, stay in STAYS:
        assert stay.look in ROSTER.by_id[stay.person].looks, (scene.id, stay.start)


def test_nobody_is_in_one_picture_twice() -> None:
    for scene in SCRIPT.scenes:
        for person in {stay.person for stay in scene.stays}:
            stays = sorted((s for s in scene.stays if s.person == person), key=lambda stay: stay.start)
            for one, other in pairwise(stays):
                assert one.start + one.seconds < other.start, (scene.id, person, other.start)


def test_everybody_has_left_when_the_clip_begins_anew() -> None:
    for scene, stay in STAYS:
        assert stay.start > 0
        assert stay.start + stay.seconds < SCRIPT.seconds, (scene.id, stay.person, stay.start)
        x, face, _ = Movement(stay).place(stay.seconds)
        assert x < -face or x > SCRIPT.width + face


def test_light_and_focus_are_the_same_at_both_ends() -> None:
    for scene in SCRIPT.scenes:
        for curve in (scene.light, scene.gamma, scene.defocus):
            assert curve.at(0) == pytest.approx(curve.at(SCRIPT.seconds))


def test_people_walk_at_a_natural_speed() -> None:
    for scene, stay in STAYS:
        for one, other in pairwise(stay.path):
            speed = abs(other.x - one.x) / (other.at - one.at)
            near = (one.face + other.face) / 2
            assert speed <= FASTEST * near / 80 * 1.15, (scene.id, stay.person, stay.start)


def test_sizes_and_turns_cover_what_a_desk_sees() -> None:
    faces = [point.face for _, stay in STAYS for point in stay.path]
    turns = [abs(point.yaw) for _, stay in STAYS for point in stay.path]

    assert min(faces) <= 45
    assert max(faces) >= 230
    assert max(turns) > 170
    assert any(70 <= turn <= 80 for turn in turns)
