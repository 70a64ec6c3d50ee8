"""When a camera's settings make sense."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.ids import CameraId
from desktop.services.camera_rules import checked_camera, checked_source, with_old_password
from desktop.services.errors import AddressInvalid, AreaInvalid, CameraNameInvalid, CameraNameTaken

DOOR = Camera(CameraId("1"), "Door", SourceSpec(SourceKind.USB, "0"))
SQUARE = ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))

GOOD = [
    (SourceKind.USB, "0"),
    (SourceKind.USB, " 12 "),
    (SourceKind.RTSP, "rtsp://camera.local/live"),
    (SourceKind.RTSP, "rtsps://u:p%40w@10.0.0.7:8554/a?b=c"),
    (SourceKind.RTSP, "RTSP://[fe80::1]/live"),
    (SourceKind.VIDEO, "/videos/Eingang Süd 入口.mp4"),
    (SourceKind.VIDEO, "C:\\videos\\door.avi"),
    (SourceKind.FOLDER, "/pictures"),
]
BAD = [
    (SourceKind.USB, ""),
    (SourceKind.USB, "-1"),
    (SourceKind.USB, "100"),
    (SourceKind.USB, "camera"),
    (SourceKind.USB, "²"),
    (SourceKind.RTSP, ""),
    (SourceKind.RTSP, "camera.local/live"),
    (SourceKind.RTSP, "http://camera.local/live"),
    (SourceKind.RTSP, "rtsp://"),
    (SourceKind.RTSP, "rtsp://host:port/live"),
    (SourceKind.RTSP, "rtsp://[fe80/live"),
    (SourceKind.RTSP, "rtsp://host/li\nve"),
    (SourceKind.VIDEO, "  "),
    (SourceKind.VIDEO, "http://host/video.mp4"),
    (SourceKind.FOLDER, ""),
]


@pytest.mark.parametrize(("kind", "address"), GOOD)
def test_good_addresses(kind: SourceKind, address: str) -> None:
    assert checked_source(SourceSpec(kind, address)).address == address.strip()


@pytest.mark.parametrize(("kind", "address"), BAD)
def test_bad_addresses(kind: SourceKind, address: str) -> None:
    with pytest.raises(AddressInvalid):
        checked_source(SourceSpec(kind, address))


def test_the_error_does_not_repeat_the_password() -> None:
    with pytest.raises(AddressInvalid) as refused:
        checked_source(SourceSpec(SourceKind.RTSP, "http://guard:secret@host/live"))
    assert "secret" not in str(refused.value)
    assert refused.value.params == {}


@pytest.mark.parametrize("fps", [-1.0, float("nan"), float("inf"), 1000.0])
def test_impossible_rates(fps: float) -> None:
    with pytest.raises(AddressInvalid):
        checked_source(SourceSpec(SourceKind.FOLDER, "/pictures", fps=fps))


def test_names_are_cleaned_and_unique() -> None:
    assert checked_camera(replace(DOOR, name="  Main   Door\n"), [DOOR]).name == "Main Door"
    with pytest.raises(CameraNameTaken):
        checked_camera(replace(DOOR, id=CameraId("2"), name=" DOOR "), [DOOR])
    for name in ("", " \n", "x" * 201):
        with pytest.raises(CameraNameInvalid):
            checked_camera(replace(DOOR, name=name), [])


@pytest.mark.parametrize(
    ("area", "reason"),
    [
        (SQUARE[:2], "few"),
        (((0, 0), (1.2, 0), (1, 1)), "outside"),
        (((0, 0), (1, 1), (1, 0), (0, 1)), "crossing"),
        (((0, 0), (0.5, 0.5), (1, 1)), "thin"),
    ],
)
def test_areas_that_cannot_be_used(area: tuple[tuple[float, float], ...], reason: str) -> None:
    with pytest.raises(AreaInvalid) as refused:
        checked_camera(replace(DOOR, area=area), [])
    assert refused.value.params["reason"] == reason


def test_areas_that_can() -> None:
    assert checked_camera(replace(DOOR, area=SQUARE), []).area == SQUARE
    assert checked_camera(DOOR, []).area == ()


def test_an_address_as_shown_keeps_its_password() -> None:
    old = SourceSpec(SourceKind.RTSP, "rtsp://guard:secret@host/live?token=1")
    assert with_old_password(SourceSpec(SourceKind.RTSP, "rtsp://host/live "), old).address == old.address
    assert with_old_password(SourceSpec(SourceKind.RTSP, "rtsp://other/live"), old).address == "rtsp://other/live"
    assert with_old_password(SourceSpec(SourceKind.VIDEO, "rtsp://host/live"), old).address == "rtsp://host/live"
