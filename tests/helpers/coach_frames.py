"""Pictures of a 720p camera at a desk, made from the packages' photos, each with a known defect or with none."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from desktop import paths
from desktop.demo.heads import Head
from desktop.demo.pixels import blend
from desktop.demo.roster import load_roster
from desktop.vision.types import BGRImage, DetectedFace
from tests.helpers.desks import default_pack, picture

SIZE = (1280, 720)
GOOD = ("astronaut.png", "obama.jpg", "obama3.jpg", "biden.jpg")


@cache
def _found(name: str) -> DetectedFace:
    faces = default_pack().new_detector().detect(picture(name), width=640, score=0.6)
    return max(faces, key=lambda face: face.box.area)


def frame(
    name: str, *, height: float = 0.36, x: float = 0.5, y: float = 0.46, onto: BGRImage | None = None
) -> BGRImage:
    """The photo's face `height` of the picture high, its centre at `x`, `y` of the picture, over a plain wall."""
    face = _found(name).box
    scale = height * SIZE[1] / face.h
    matrix = np.array(
        [
            [scale, 0, x * SIZE[0] - scale * face.centre[0]],
            [0, scale, y * SIZE[1] - scale * face.centre[1]],
        ]
    )
    base = np.full((SIZE[1], SIZE[0], 3), (150, 160, 165), np.uint8) if onto is None else onto.copy()
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    mode = cv2.BORDER_TRANSPARENT
    cv2.warpAffine(picture(name), matrix, SIZE, dst=base, flags=method, borderMode=mode)
    return np.asarray(base, np.uint8)


def two_people() -> BGRImage:
    """Side by side, the right one as large as the left one."""
    return np.hstack([frame("obama.jpg")[:, 320:960], frame("astronaut.png")[:, 320:960]])


def one_behind() -> BGRImage:
    """Somebody looks over the shoulder of the one in front, half as large."""
    face = frame("obama.jpg", height=0.18, x=0.8, y=0.3)
    picture_in_front = frame("astronaut.png")
    picture_in_front[60:360, 900:1150] = face[60:360, 900:1150]
    return picture_in_front


def nobody() -> BGRImage:
    small = np.random.default_rng(7).integers(70, 190, (6, 10, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


def blurred(name: str, share: float = 0.06) -> BGRImage:
    """Out of focus: sigma is `share` of the face's width."""
    image = frame(name)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), share * 0.36 * SIZE[1] / 1.3), np.uint8)


def lit(name: str, factor: float, plus: float = 0.0) -> BGRImage:
    return np.asarray(np.clip(frame(name) * factor + plus, 0, 255), np.uint8)


@cache
def _head(look: str) -> Head:
    return Head(load_roster().looks[look], paths.demo_sources_dir())


def turned(look: str, yaw: float) -> BGRImage:
    """A head of the demo, turned so that it shows `yaw` degrees (positive: to the right of the picture)."""
    head = _head(look)
    turn = head.turn_for(yaw)
    sprite, face = head.sprite(turn), head.face(turn)
    assert face is not None
    scale = 0.34 * SIZE[1] / face.h
    sprite = np.asarray(cv2.resize(sprite, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    image = np.full((SIZE[1], SIZE[0], 3), (150, 160, 165), np.uint8)
    centre = face.scaled(scale, scale).centre
    blend(image, sprite, round(0.5 * SIZE[0] - centre[0]), round(0.46 * SIZE[1] - centre[1]))
    return image


def with_glasses(name: str) -> BGRImage:
    """Dark glasses over both eyes."""
    image, points = _with_landmarks(name)
    apart = float(np.hypot(*(points[1] - points[0])))
    for x, y in points[:2]:
        cv2.ellipse(image, (round(x), round(y)), (round(0.45 * apart), round(0.3 * apart)), 0, 0, 360, (18, 16, 15), -1)
    cv2.line(
        image, *(tuple(map(round, point)) for point in points[:2].tolist()), (18, 16, 15), max(2, round(apart / 12))
    )
    return image


def with_mask(name: str, colour: tuple[int, int, int] = (215, 190, 150)) -> BGRImage:
    """A mask from the bridge of the nose to below the chin."""
    image, points = _with_landmarks(name)
    apart, middle = float(np.hypot(*(points[1] - points[0]))), points[2]
    shape = np.array([[-1.1, -0.1], [0, -0.35], [1.1, -0.1], [1.0, 0.9], [0.5, 1.5], [-0.5, 1.5], [-1.0, 0.9]])
    cv2.fillPoly(image, [np.round(middle + shape * apart).astype(np.int32)], colour, cv2.LINE_AA)
    return image


def _with_landmarks(name: str) -> tuple[BGRImage, np.ndarray]:
    image = frame(name)
    face = max(default_pack().new_detector().detect(image, width=640, score=0.6), key=lambda one: one.box.area)
    return image, face.landmarks
