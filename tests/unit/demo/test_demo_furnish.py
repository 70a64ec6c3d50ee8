"""Filling a demo site through the desk's own services."""

from __future__ import annotations

from pathlib import Path

from desktop.demo.furnish import furnish_with
from desktop.demo.operators import sign_in
from desktop.demo.roster import Cast, load_roster
from desktop.domain.consent import ConsentState
from desktop.domain.consent_register import RegisterFilter, RegisterView
from desktop.domain.progress import UNWATCHED
from desktop.evaluation.truth import Standing
from tests.helpers.demo_scripts import short_script
from tests.helpers.desks import open_desk

SCRIPT = short_script(0.2, "lobby", "desk")


def test_people_are_enrolled_one_withdraws_and_cameras_are_added(tmp_path: Path) -> None:
    roster = load_roster()
    with open_desk(tmp_path / "vault", staffed=False) as desk:
        furnished = furnish_with(desk, SCRIPT, roster, UNWATCHED)
        assert desk.access.current is None
        sign_in(desk)

        consents = {row.details.name: row.consent for row in desk.people.list()}
        enrolled = roster.of_standing(Standing.ENROLLED)
        assert {name for name, state in consents.items() if state is ConsentState.GIVEN} == {p.name for p in enrolled}
        withdrawn = roster.of_standing(Standing.WITHDRAWN)
        assert consents.keys() == {person.name for person in enrolled}
        assert [len(desk.consents.archived(person.name)) for person in withdrawn] == [1] * len(withdrawn)
        assert desk.gallery_size == len(enrolled)
        assert [camera.name for camera in desk.cameras.list()] == ["Main entrance", "Reception desk"]
        assert all(camera.notice_posted for camera in desk.cameras.list())
        assert set(furnished.cameras) == {"lobby", "desk"}


def test_a_site_that_is_furnished_stays_as_it_is(tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault", staffed=False) as desk:
        first = furnish_with(desk, SCRIPT, load_roster(), UNWATCHED)
        second = furnish_with(desk, SCRIPT, load_roster(), UNWATCHED)
        sign_in(desk)

        assert second == first
        assert len(desk.cameras.list()) == 2
        assert desk.people.count() == 5
        assert desk.consents.find(RegisterFilter(RegisterView.ARCHIVED)).count == 1


def test_cameras_follow_clips_that_were_made_anew(tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault", staffed=False) as desk:
        first = furnish_with(desk, SCRIPT, load_roster(), UNWATCHED)
        second = furnish_with(desk, short_script(0.24, "lobby", "desk"), load_roster(), UNWATCHED)
        sign_in(desk)

        assert second.cameras == first.cameras
        wanted = {str(clip.video) for clip in second.material.clips}
        assert {camera.source.address for camera in desk.cameras.list()} == wanted
        assert not wanted & {str(clip.video) for clip in first.material.clips}


def test_the_public_cast_leaves_the_others_out(tmp_path: Path) -> None:
    with open_desk(tmp_path / "vault", staffed=False) as desk:
        furnish_with(desk, SCRIPT, load_roster(Cast.PUBLIC), UNWATCHED)

        assert desk.gallery_size == 3
