"""The USB source against a stand-in for the driver: no build machine has a camera plugged in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest

from desktop.capture import opencv_sources
from desktop.capture.opencv_sources import UsbSource
from desktop.capture.source import SourceError, make_source
from desktop.domain.cameras import CameraState, SourceKind, SourceSpec, StateReason
from tests.helpers.capture_kit import Recorder, make_reader, wait_for

_SPEC = SourceSpec(SourceKind.USB, " 2 ")


class Driver:
    """Stands in for cv2.VideoCapture."""

    opens = True
    pictures: ClassVar[list[np.ndarray]] = []
    made: ClassVar[list[Driver]] = []

    def __init__(self, index: int, backend: int) -> None:
        self.index = index
        self.backend = backend
        self.wishes: list[int] = []
        self.released = False
        Driver.made.append(self)

    def isOpened(self) -> bool:
        return self.opens

    def set(self, name: int, value: float) -> bool:
        self.wishes.append(name)
        return False  # a driver that can do nothing of it

    def get(self, name: int) -> float:
        return 30.0 if name == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, np.ndarray | None]:
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def driver(monkeypatch: pytest.MonkeyPatch) -> type[Driver]:
    monkeypatch.setattr(opencv_sources.cv2, "VideoCapture", Driver)
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == "/dev/video2")
    monkeypatch.setattr(opencv_sources.sys, "platform", "linux")
    monkeypatch.setattr(Driver, "opens", True)
    monkeypatch.setattr(Driver, "pictures", [])
    monkeypatch.setattr(Driver, "made", [])
    return Driver


def test_a_camera_is_asked_for_compressed_pictures_before_their_size(driver: type[Driver]) -> None:
    source = make_source(_SPEC)
    assert isinstance(source, UsbSource)
    source.open()
    (made,) = driver.made
    assert (made.index, made.backend) == (2, cv2.CAP_V4L2)
    assert made.wishes == [cv2.CAP_PROP_FOURCC, cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT]
    assert (source.live, source.fps) == (True, 30.0)


def test_pictures_and_being_unplugged(driver: type[Driver]) -> None:
    driver.pictures.extend([np.zeros((6, 8, 3), np.uint8), np.full((6, 8), 7, np.uint8)])
    source = UsbSource(_SPEC)
    source.open()
    shapes = [item.image.shape for _ in range(2) if (item := source.read()) is not None]
    assert shapes == [(6, 8, 3), (6, 8, 3)]  # an infrared camera gives grey pictures
    assert source.read() is None
    source.close()
    assert driver.made[0].released
    with pytest.raises(SourceError):
        source.read()


def test_a_camera_in_another_programs_hands(driver: type[Driver], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Driver, "opens", False)
    source = UsbSource(_SPEC)
    with pytest.raises(SourceError) as caught:
        source.open()
    assert caught.value.reason is StateReason.BUSY
    source.close()
    assert driver.made[0].released


def test_no_such_camera(driver: type[Driver]) -> None:
    with pytest.raises(SourceError) as caught:
        UsbSource(SourceSpec(SourceKind.USB, "5")).open()
    assert caught.value.reason is StateReason.NOT_FOUND
    assert driver.made == []


def test_unplugged_while_it_runs_and_plugged_in_again(driver: type[Driver], monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in = threading.Event()
    plugged_in.set()
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == "/dev/video2" and plugged_in.is_set())
    monkeypatch.setattr(
        Driver, "read", lambda _: (True, np.zeros((6, 8, 3), np.uint8)) if plugged_in.is_set() else (False, None)
    )
    recorder = Recorder()
    reader = make_reader(recorder, _SPEC)
    reader.start()
    try:
        recorder.wait_frames(3)
        plugged_in.clear()
        assert recorder.wait_seen(CameraState.LOST).reason is StateReason.STREAM_ENDED
        assert wait_for(lambda: recorder.statuses[-1].reason is StateReason.NOT_FOUND)
        assert recorder.statuses[-1].retry_at is not None
        seen = len(recorder.statuses)
        plugged_in.set()
        recorder.wait_seen(CameraState.LIVE, after=seen)
        recorder.wait_frames(3)
    finally:
        assert reader.stop(10.0)
    assert all(made.released for made in driver.made)
