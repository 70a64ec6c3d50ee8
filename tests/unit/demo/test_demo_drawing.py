"""Drawn frames, and whether their truth tells what was drawn."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from desktop import paths
from desktop.demo.compositor import Compositor, DrawnFrame
from desktop.demo.heads import FACE, Head
from desktop.demo.roster import load_roster
from desktop.demo.scenes import Curve, Scene, Script, Stay, Waypoint, load_script

ROSTER = load_roster()


def _stay(person: str, look: str, x: float, face: float, yaw: float = 0.0, to: float | None = None) -> Stay:
    points = (
        Waypoint(at=0, x=x, face=face, yaw=yaw),
        Waypoint(at=2, x=to if to is not None else x, face=face, yaw=yaw),
    )
    return Stay(person=person, look=look, start=0.0, path=points)


@cache
def _frame(*stays: Stay, index: int = 5, defocus: float = 0.0, light: float = 1.0) -> DrawnFrame:
    scene = Scene(
        id="test",
        name="Test",
        room="lobby",
        horizon=260,
        slope=0.35,
        light=Curve(points=((0.0, light),)),
        gamma=Curve(points=((0.0, 1.0),)),
        defocus=Curve(points=((0.0, defocus),)),
        noise=1.0,
        stays=stays,
    )
    script = Script(seed=3, width=1280, height=720, fps=25, seconds=2, scenes=(scene,))
    return Compositor(scene, script, ROSTER, paths.demo_sources_dir()).frame(index)


ASTRONAUT = _stay("tamsin", "astronaut", 600, 120)


def test_the_same_frame_is_drawn_the_same_way() -> None:
    again = _frame.__wrapped__(ASTRONAUT)

    assert (again.picture == _frame(ASTRONAUT).picture).all()
    assert again.faces == _frame(ASTRONAUT).faces


def test_a_frontal_face_has_its_size_and_place() -> None:
    (face,) = _frame(ASTRONAUT).faces

    x, _, w, h = face.box
    assert face.size == pytest.approx(120)
    assert w == pytest.approx(120, rel=0.08)
    assert h > w
    assert x + w / 2 == pytest.approx(600, abs=8)
    assert face.visible > 0.98
    assert abs(face.yaw) < 3


def test_a_turned_face_gets_narrower_to_its_side() -> None:
    (right,) = _frame(_stay("tamsin", "astronaut", 600, 120, yaw=60)).faces
    (left,) = _frame(_stay("tamsin", "astronaut", 600, 120, yaw=-60)).faces

    assert right.area.w < 100
    assert right.area.centre[0] > 620
    assert left.area.centre[0] < 580
    assert right.yaw == pytest.approx(60, abs=2)


def test_a_head_turned_away_has_no_face_but_a_place() -> None:
    drawn = _frame(_stay("tamsin", "astronaut", 600, 120, yaw=175))

    assert drawn.faces == ()
    assert drawn.hidden[0].appearance == 0
    assert drawn.hidden[0].box[0] == pytest.approx(540, abs=8)
    assert drawn.hidden[0].size == pytest.approx(120)
    assert drawn.hidden[0].yaw == pytest.approx(175, abs=2)
    assert drawn.hidden[0].visible > 0.98


def test_the_cheek_at_the_edge_of_a_turned_head_is_in_its_box() -> None:
    behind = _frame(_stay("tamsin", "astronaut", 600, 120, yaw=175)).hidden[0].area
    cheek = _frame(_stay("tamsin", "astronaut", 600, 120, yaw=100)).hidden[0].area

    assert cheek.right > behind.right + 5
    assert cheek.x == pytest.approx(behind.x, abs=2)


def test_the_border_cuts_faces() -> None:
    (face,) = _frame(_stay("tamsin", "astronaut", 0, 120)).faces

    assert face.box[0] == 0
    assert face.visible == pytest.approx(0.5, abs=0.1)


def test_whoever_is_nearer_covers_whoever_is_farther() -> None:
    drawn = _frame(_stay("tamsin", "astronaut", 600, 90), _stay("ansgar", "biden", 660, 150))

    far, near = drawn.faces
    assert (far.appearance, near.appearance) == (0, 1)
    assert 0.05 < far.visible < 0.7
    assert far.cells is not None
    assert near.visible > 0.98


def test_whoever_is_wholly_covered_is_hidden() -> None:
    drawn = _frame(_stay("tamsin", "astronaut", 600, 70), _stay("ansgar", "biden", 600, 240))

    assert [face.appearance for face in drawn.faces] == [1]
    assert [head.appearance for head in drawn.hidden] == [0]


def test_cells_say_which_half_is_seen() -> None:
    from desktop.evaluation.truth import unpack_cells

    far = _frame(_stay("tamsin", "astronaut", 600, 100), _stay("ansgar", "biden", 690, 150)).faces[0]

    free = unpack_cells(far.cells)
    assert free[:, :2].mean() > free[:, -2:].mean()


def test_light_focus_and_speed_are_in_the_truth_and_in_the_picture() -> None:
    plain = _frame(ASTRONAUT)
    dark = _frame(ASTRONAUT, light=0.6)
    soft = _frame(ASTRONAUT, defocus=2.0)
    walking = _frame(_stay("tamsin", "astronaut", 400, 120, to=1000))

    assert dark.picture.mean() < 0.75 * plain.picture.mean()
    assert dark.faces[0].light == pytest.approx(0.6 * plain.faces[0].light, rel=0.01)
    assert _detail(soft) < 0.7 * _detail(plain)
    assert soft.faces[0].blur == pytest.approx(2.0)
    assert walking.faces[0].blur > 1
    assert plain.faces[0].blur == 0


def _detail(drawn: DrawnFrame) -> float:
    x, y, w, h = (int(value) for value in drawn.faces[0].box)
    return float(np.abs(np.diff(drawn.picture[y : y + h, x : x + w].astype(int), axis=1)).mean())


def test_a_doorway_hides_what_is_behind_the_wall() -> None:
    door = {"left": 560.0, "right": 600.0, "until": 9.0}
    stay = Stay.model_validate({**ASTRONAUT.model_dump(), "doorway": door})

    (face,) = _frame(stay).faces

    assert 0.2 < face.visible < 0.45


@pytest.mark.parametrize("look", sorted(ROSTER.looks))
def test_every_head_can_be_turned_all_the_way_round(look: str) -> None:
    head = Head(ROSTER.looks[look], paths.demo_sources_dir())

    upright = head.face(0)
    assert upright is not None
    assert 0.75 * FACE < upright.w < 1.05 * FACE  # of a face in half profile a part is behind the head
    for turn in (-180.0, -75.0, 0.0, 75.0, 180.0):
        sprite = head.sprite(turn)
        assert sprite.shape[2] == 4
        assert sprite[:, :, 3].max() == 255
    assert head.face(180) is None


def test_the_real_video_comes_and_goes() -> None:
    script = load_script()
    scene = next(scene for scene in script.scenes if scene.window is not None)
    quiet = scene.model_copy(update={"stays": ()})
    compositor = Compositor(quiet, script, ROSTER, paths.demo_sources_dir())

    assert compositor.frame(5).faces == ()
    arriving = compositor.frame(25).faces
    there = compositor.frame(60).faces
    assert [face.appearance for face in there] == [0]
    assert there[0].visible > 0.95
    assert arriving[0].area.x < there[0].area.x
