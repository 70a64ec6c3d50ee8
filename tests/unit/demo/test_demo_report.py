"""The report's figures and checks, from scores made up for the purpose."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop.demo.report import (
    CameraFigures,
    DemoReport,
    HeartbeatFigures,
    PeopleFigures,
    VaultFigures,
    appearances_wanted,
    make_report,
)
from desktop.demo.summary import summary
from desktop.evaluation.scoring import AppearanceScore, ClipScore, Unmasked
from desktop.evaluation.truth import Appearance, Standing
from desktop.evaluation.witness import MaskCheck
from tests.helpers.truths import face

CAMERA = CameraFigures(
    name="Door", captured_fps=25, analysed_fps=9, shown_fps=25, dropped_pct=0.5, coarse_pct=0, delay_ms=200
)


def _entry(number: int, standing: Standing = Standing.ENROLLED, **changes: Any) -> AppearanceScore:
    person = "ada" if standing is Standing.ENROLLED else "sid"
    values: dict[str, Any] = {"counted": True, "found": True}
    if standing is Standing.ENROLLED:
        values |= {"names": {person: 30}, "time_to_name": 0.4}
    appearance = Appearance(id=number, person=person, first=0, last=99, cross_picture=changes.pop("cross", False))
    return AppearanceScore("Door", 0, appearance, standing, **{**values, **changes})


def _clip(entries: list[AppearanceScore], **changes: Any) -> ClipScore:
    values: dict[str, Any] = {
        "camera": "Door",
        "appearances": tuple(entries),
        "pictures": 500,
        "coarse_pictures": 0,
        "hidden_pictures": 300,
        "unmasked_pictures": 0,
        "hidden_faces": 350,
        "unmasked": (),
        "names_over_nobody": 0,
    }
    return ClipScore(**{**values, **changes})


def _crowd(*extra: AppearanceScore) -> list[AppearanceScore]:
    enrolled = [_entry(number) for number in range(25)]
    strangers = [_entry(number, Standing.STRANGER) for number in range(25, 45)]
    return [*enrolled, *strangers, *extra]


def _report(clip: ClipScore | None = None, **changes: Any) -> DemoReport:
    values: dict[str, Any] = {
        "seconds": 20.0,
        "cast": "all",
        "scores": [clip or _clip(_crowd())],
        "cameras": [CAMERA],
        "people": PeopleFigures(enrolled=5, strangers=5, withdrawn=1),
        "heartbeat": HeartbeatFigures(p50=10, p99=12, longest=30),
        "vault": VaultFigures(cipher_version="4.9", plaintext_header=False, keyring_backend="Secret Service"),
        "network_connections": 0,
    }
    return make_report(**{**values, **changes})


def test_a_good_run_passes_everything() -> None:
    report = _report()

    assert report.correct
    assert report.in_time
    assert all(report.checks.values())
    assert "all hold" in summary(report)


def test_the_keys_that_must_be_there_are_there() -> None:
    content = json.loads(_report().model_dump_json())

    assert set(content["cameras"][0]) >= {"name", "captured_fps", "analysed_fps", "shown_fps", "dropped_pct"}
    assert set(content["people"]) == {"enrolled", "strangers", "withdrawn"}
    wanted = {"total", "named_right", "named_wrong", "strangers_named", "withdrawn_named", "missed"}
    assert set(content["tracks"]) >= wanted
    assert set(content["time_to_name_ms"]) == {"p50", "p95"}
    assert set(content["masking"]) >= {"stranger_frames", "unmasked_frames", "coarse_pct"}
    assert set(content["gui_heartbeat_ms"]) >= {"p50", "p99"}
    assert set(content["vault"]) == {"cipher_version", "plaintext_header", "keyring_backend"}
    assert content["network_connections"] == 0
    assert all(isinstance(holds, bool) for holds in content["checks"].values())


def _named(standing: Standing) -> AppearanceScore:
    return _entry(90, standing, counted=False, names={"bo": 1})


@pytest.mark.parametrize(
    ("clip", "check"),
    [
        (_clip(_crowd(_entry(91, names={"ada": 20, "bo": 1}))), "no_wrong_name"),
        (_clip(_crowd(_named(Standing.STRANGER))), "no_stranger_named"),
        (_clip(_crowd(_named(Standing.WITHDRAWN))), "no_withdrawn_named"),
        (_clip(_crowd(*(_entry(91 + i, names={}, time_to_name=None) for i in range(2)))), "enrolled_named"),
        (_clip(_crowd()[:39]), "appearances_enough"),
        (_clip(_crowd(), unmasked_pictures=1), "no_unmasked_stranger"),
    ],
)
def test_each_fault_fails_its_check_of_correctness_and_no_other(clip: ClipScore, check: str) -> None:
    report = _report(clip)

    assert [name for name, holds in report.checks.items() if not holds] == [check]
    assert not report.correct
    assert report.in_time
    assert check in summary(report)


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"network_connections": 1}, "no_network"),
        (
            {"vault": VaultFigures(cipher_version="4.9", plaintext_header=True, keyring_backend="x")},
            "vault_encrypted",
        ),
        ({"cameras": [CAMERA, CAMERA.model_copy(update={"shown_fps": 0.0})]}, "every_camera_shown"),
    ],
)
def test_the_surroundings_are_checked_too(changes: dict[str, Any], check: str) -> None:
    report = _report(**changes)

    assert [name for name, holds in report.checks.items() if not holds] == [check]
    assert not report.correct


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"heartbeat": HeartbeatFigures(p50=10, p99=20.1, longest=30)}, "heartbeat"),
        ({"cameras": [CAMERA.model_copy(update={"dropped_pct": 2.1})]}, "frames_shown"),
        ({"cameras": [CAMERA.model_copy(update={"analysed_fps": 7.9})]}, "frames_analysed"),
        ({"scores": [_clip(_crowd(), coarse_pictures=6)]}, "few_coarse"),
        ({"scores": [_clip([_entry(i, time_to_name=1.0) for i in range(45)])]}, "name_in_time"),
    ],
)
def test_checks_of_time_do_not_touch_correctness(changes: dict[str, Any], check: str) -> None:
    report = _report(**changes)

    assert [name for name, holds in report.checks.items() if not holds] == [check]
    assert report.correct
    assert not report.in_time
    assert f"{check} (time)" in summary(report)


SLOW = CAMERA.model_copy(update={"analysed_fps": 3.0})


def test_a_run_that_saw_or_named_nobody_fails_however_slow_the_computer() -> None:
    missed = _clip([_entry(i, names={}, time_to_name=None) for i in range(45)])

    assert not _report(_clip([]), cameras=[SLOW]).correct
    assert not _report(missed, cameras=[SLOW]).correct


def test_naming_or_showing_the_wrong_ones_is_never_a_matter_of_time() -> None:
    for clip in (_clip(_crowd(_named(Standing.STRANGER))), _clip(_crowd(), unmasked_pictures=1)):
        assert not _report(clip, cameras=[SLOW]).correct


def test_cross_picture_people_stand_alone() -> None:
    cross = [_entry(90, cross=True), _entry(91, cross=True, names={}, time_to_name=None)]

    report = _report(_clip(_crowd(*cross)))

    assert report.cross_picture["all"].appearances == 2
    assert report.cross_picture["all"].named_right == 1
    assert report.cross_picture["ada"].missed == 1
    assert report.same_picture.appearances == 25


def test_faces_never_found_are_listed_and_not_excused() -> None:
    report = _report(_clip(_crowd(_entry(90, names={}, time_to_name=None, found=False))))

    assert [line["appearance"] for line in report.never_found] == [90]
    assert report.tracks.missed == 1


def test_somebody_to_hide_who_was_never_found_is_counted_and_listed() -> None:
    behind = _entry(91, Standing.STRANGER, counted=False, found=False, checked=12)
    passing = _entry(92, Standing.STRANGER, counted=False, found=False)

    report = _report(_clip(_crowd(behind, passing)))

    assert report.masking.never_found == 1
    assert [line["appearance"] for line in report.never_found] == [91]


def test_unmasked_faces_are_listed() -> None:
    unmasked = Unmasked("Door", 0, MaskCheck(17, 3, 0.25), "sid", face(3, 100), found=True)

    report = _report(_clip(_crowd(), unmasked=(unmasked,), unmasked_pictures=1))

    assert report.masking.unmasked_faces == 1
    assert report.unmasked[0]["listed"][0]["frame"] == 17


def test_a_shorter_run_needs_fewer_appearances() -> None:
    assert appearances_wanted(20) == appearances_wanted(60) == 40
    assert appearances_wanted(5) == 4
    assert appearances_wanted(3) == 1
