from __future__ import annotations

import traceback
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.cameras import Camera, CameraState, CameraStatus, SourceKind, SourceSpec, StateReason
from desktop.domain.ids import CameraId

_URL = "rtsp://admin:geheim@10.0.0.5/stream1?token=auch-geheim"


def test_a_camera_never_prints_its_password() -> None:
    spec = SourceSpec(SourceKind.RTSP, _URL)
    camera = Camera(CameraId("c1"), "Gate", spec)
    assert spec.shown == "rtsp://10.0.0.5/stream1"
    for text in (repr(spec), str(spec), f"{spec}", repr(camera), f"{camera!s}"):
        assert "geheim" not in text
        assert "10.0.0.5" in text


def test_a_traceback_that_prints_a_camera_does_not_either() -> None:
    spec = SourceSpec(SourceKind.RTSP, _URL)
    assert "geheim" not in "".join(traceback.format_exception(ValueError(spec)))


@given(st.text())
def test_the_mark_of_a_secret_never_shows(secret: str) -> None:
    spec = SourceSpec(SourceKind.RTSP, f"rtsp://admin:<{secret}>@camera.example/live")
    assert spec.shown in ("rtsp://camera.example/live", "rtsp://…")


@pytest.mark.parametrize("kind", [SourceKind.VIDEO, SourceKind.FOLDER, SourceKind.USB])
def test_paths_and_indexes_are_shown_whole(kind: SourceKind) -> None:
    assert SourceSpec(kind, "/clips/anna@gate?.mp4").shown == "/clips/anna@gate?.mp4"


def test_cameras_and_states_cannot_be_changed_in_place() -> None:
    status = CameraStatus(CameraState.LIVE)
    with pytest.raises(FrozenInstanceError):
        status.state = CameraState.LOST  # type: ignore[misc]


def test_a_new_camera_recognises_nobody_until_the_notice_hangs() -> None:
    assert not Camera(CameraId("c1"), "Gate", SourceSpec(SourceKind.USB, "0")).notice_posted


def test_stored_values_stay_what_they_are() -> None:
    assert {kind.value for kind in SourceKind} == {"usb", "rtsp", "video", "folder"}
    assert {state.value for state in CameraState} == {
        "connecting",
        "live",
        "stalled",
        "lost",
        "refused",
        "ended",
        "stopped",
    }
    assert StateReason("bad_password") is StateReason.BAD_PASSWORD
