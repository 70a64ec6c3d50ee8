"""Codes in camera pictures: real QR codes at several sizes, angles and blur, and pictures without any."""

from __future__ import annotations

import threading
import time
from itertools import pairwise

import cv2
import numpy as np
import pytest

from desktop.domain.desk_codes import CodeKind, DeskCode
from desktop.domain.ids import CameraId, random_id
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted
from desktop.services.qr_reader import LEAST_INTERVAL, QrReader, desk_code_in
from desktop.services.receipt_errors import CameraSilent
from desktop.vision.types import BGRImage
from tests.helpers.desks import picture
from tests.helpers.operators import sign_in_as
from tests.helpers.papers import drawn

IDS = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"
CODE = DeskCode(CodeKind.RECEIPT, *IDS, bytes(range(100, 164))).text
CAMERA = CameraId("camera")


def scene(side: int, angle: float = 0.0, tilt: float = 0.0, blur: float = 0.0, noise: float = 6.0) -> BGRImage:
    """The code, `side` pixels wide, in a 720p picture: turned by `angle` degrees, its right edge shorter by `tilt`."""
    code = drawn(CODE)
    height, width = code.shape[:2]
    corners = np.array([[-0.5, -0.5], [0.5, -0.5 + tilt / 2], [0.5, 0.5 - tilt / 2], [-0.5, 0.5]]) * side
    turn = np.deg2rad(angle)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    there = (corners @ rotation + (640, 360)).astype(np.float32)
    here = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    room = np.full((720, 1280, 3), 120, np.uint8)
    cv2.warpPerspective(
        cv2.GaussianBlur(code, (0, 0), max(0.1, 0.3 * width / side)),
        cv2.getPerspectiveTransform(here, there),
        (1280, 720),
        dst=room,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    if blur:
        room = cv2.GaussianBlur(room, (0, 0), blur).astype(np.uint8)
    shake = np.random.default_rng(7).normal(0, noise, room.shape)
    return np.clip(room + shake, 0, 255).astype(np.uint8)


def test_every_code_can_be_read() -> None:
    """OpenCV's plainer detector gives up on one perfect picture in thirty."""
    made = np.random.default_rng(3)
    for _ in range(40):
        text = DeskCode(CodeKind.PASS, random_id(), random_id(), made.bytes(64)).text
        assert desk_code_in(drawn(text, module=5)) == text


@pytest.mark.parametrize("side", [200, 280, 420, 640])
def test_sizes(side: int) -> None:
    assert desk_code_in(scene(side)) == CODE


@pytest.mark.parametrize("angle", [8, 30, 45, 90, 171, 230])
def test_angles(angle: float) -> None:
    assert desk_code_in(scene(360, angle)) == CODE


@pytest.mark.parametrize(("tilt", "angle"), [(0.1, 0), (0.2, 12)])
def test_held_askew(tilt: float, angle: float) -> None:
    assert desk_code_in(scene(420, angle, tilt)) == CODE


@pytest.mark.parametrize(("side", "blur"), [(280, 1.0), (420, 1.6), (420, 2.0)])
def test_blur(side: int, blur: float) -> None:
    assert desk_code_in(scene(side, 5, blur=blur)) == CODE


def test_a_small_and_a_huge_picture() -> None:
    whole = scene(420)
    small = cv2.resize(whole, (640, 360), interpolation=cv2.INTER_AREA)
    assert desk_code_in(np.asarray(small, np.uint8)) == CODE
    huge = cv2.resize(whole, (3840, 2160), interpolation=cv2.INTER_LINEAR)
    assert desk_code_in(np.asarray(huge, np.uint8)) == CODE


@pytest.mark.parametrize("seed", range(6))
def test_pure_noise_says_nothing(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (360, 640, 3), dtype=np.uint8)
    assert desk_code_in(noise) is None


def test_pictures_without_a_code_say_nothing() -> None:
    assert desk_code_in(np.zeros((480, 640, 3), np.uint8)) is None
    assert desk_code_in(np.full((1, 1, 3), 255, np.uint8)) is None
    assert desk_code_in(picture("astronaut.png")) is None
    assert desk_code_in(scene(420, blur=12)) is None


@pytest.mark.parametrize("text", ["https://example.org", "CSR1.short", "ﷺ\x00"])
def test_codes_of_others_say_nothing(text: str) -> None:
    assert desk_code_in(drawn(text, module=6)) is None


def test_the_rate_is_bounded_and_a_silent_camera_is_said(desk: Desk) -> None:
    seen: list[float] = []

    def newest(_camera: CameraId) -> BGRImage | None:
        seen.append(time.monotonic())
        return np.zeros((90, 160, 3), np.uint8)

    reader = QrReader(desk.access, newest)
    threads = [threading.Thread(target=reader.read, args=(CAMERA,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(later - sooner >= LEAST_INTERVAL for sooner, later in pairwise(seen))
    with pytest.raises(CameraSilent):
        QrReader(desk.access, lambda _: None).read(CAMERA)
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        reader.read(CAMERA)
