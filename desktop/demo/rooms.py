"""Drawn rooms for the demo's cameras: a background, and what stands in front of everybody.

No picture of a person, and nothing that looks like one, is part of a room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from desktop.demo.pixels import BGR, BGRA, shade, u8
from desktop.demo.scenes import RoomKind

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """`back` (H, W, 3) is behind everybody, `front` (H, W, 4) before; both of the picture's size."""

    back: BGR
    front: BGRA


class _Canvas:
    """Polygons with an edge, given in picture pixels."""

    def __init__(self, image: BGR) -> None:
        self.image = image

    def shape(self, points: Sequence[tuple[float, float]], bgr: Sequence[int]) -> None:
        corners = (np.array(points) * 16).round().astype(np.int32)
        cv2.fillPoly(self.image, [corners], tuple(float(v) for v in bgr), cv2.LINE_AA, 4)

    def box(self, x: float, y: float, w: float, h: float, bgr: Sequence[int]) -> None:
        self.shape([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], bgr)

    def line(self, start: tuple[float, float], end: tuple[float, float], bgr: Sequence[int], width: int = 2) -> None:
        points = [(round(x), round(y)) for x, y in (start, end)]
        cv2.line(self.image, points[0], points[1], tuple(float(v) for v in bgr), width, cv2.LINE_AA)

    def ramp(self, top: int, bottom: int, first: Colour, last: Colour) -> None:
        """A vertical gradient over the whole width."""
        share = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None]
        rows = np.array(first, np.float32) * (1 - share) + np.array(last, np.float32) * share
        self.image[top:bottom] = rows.astype(np.uint8)

    def plant(self, x: float, y: float, size: float, rng: np.random.Generator) -> None:
        """A pot with leaves whose foot stands at (x, y)."""
        pot = [(x - 0.22 * size, y - 0.4 * size), (x + 0.22 * size, y - 0.4 * size), (x + 0.16 * size, y), (x - 0.16 * size, y)]
        for angle in np.linspace(-1.25, 1.25, 15):
            bend = angle + rng.normal(0, 0.08)
            tip = (x + np.sin(bend) * size * 0.62, y - 0.4 * size - np.cos(bend) * size * rng.uniform(0.7, 1.0))
            middle = (x + np.sin(bend) * size * 0.26, y - 0.4 * size - np.cos(bend) * size * 0.42)
            leaf = shade((52, 96, 48), float(rng.uniform(0.6, 1.2)))
            side = 0.06 * size
            self.shape([(x, y - 0.4 * size), (middle[0] - side, middle[1]), tip, (middle[0] + side, middle[1])], leaf)
        self.shape(pot, (74, 88, 120))


def build_room(kind: RoomKind, width: int, height: int, horizon: float, seed: int) -> Room:
    """Draw a room; the same arguments give the same picture."""
    rng = np.random.default_rng(seed)
    back = _Canvas(np.zeros((height, width, 3), np.uint8))
    front = _Canvas(np.zeros((height, width, 3), np.uint8))
    covered = _Canvas(np.zeros((height, width, 3), np.uint8))
    _DRAW[kind](back, (front, covered), width, height, horizon, rng)
    return Room(_textured(back.image, rng), _front_layer(front.image, covered.image, rng))


def _lobby(back: _Canvas, front: tuple[_Canvas, _Canvas], w: int, h: int, horizon: float, rng: np.random.Generator) -> None:
    back.ramp(0, h, (196, 202, 205), (150, 158, 163))
    back.box(0, 0, w, 46, (228, 230, 230))
    _floor(back, w, h, int(horizon) + 190, (118, 128, 136), (84, 92, 100))
    for i, x in enumerate((300, 500, 700)):  # glass doors with daylight
        back.box(x, 90, 190, horizon + 110, (92, 96, 98))
        back.box(x + 10, 100, 170, horizon + 92, (226, 222, 206) if i != 1 else (232, 230, 214))
        back.shape([(x + 20, 100), (x + 80, 100), (x + 20, 330)], (238, 236, 226))
        back.line((x + 95, 100), (x + 95, horizon + 190), (120, 124, 124), 4)
    back.box(0, 90, 170, horizon + 105, (132, 146, 158))
    back.box(24, 130, 120, 80, (168, 150, 96))
    back.box(1000, 120, 210, 130, (92, 110, 128))
    back.box(1012, 132, 186, 106, (186, 196, 196))
    for i in range(4):
        back.box(1030, 150 + 22 * i, (150, 120, 138, 90)[i], 8, (120, 126, 130))
    back.plant(250, horizon + 215, 190, rng)
    back.plant(945, horizon + 215, 170, rng)
    for canvas, bgr in ((front[0], (58, 70, 84)), (front[1], (255, 255, 255))):
        canvas.box(0, 640, 300, 80, bgr)
    front[0].box(0, 640, 300, 10, (96, 112, 128))


def _desk(back: _Canvas, front: tuple[_Canvas, _Canvas], w: int, h: int, horizon: float, rng: np.random.Generator) -> None:
    back.ramp(0, h, (150, 168, 178), (120, 138, 150))
    for x in range(0, w, 128):  # wood panels
        back.box(x + 2, 40, 124, 440, shade((104, 132, 158), float(rng.uniform(0.92, 1.06))))
        for _ in range(9):
            px = x + float(rng.uniform(6, 122))
            back.line((px, 42), (px + float(rng.normal(0, 5)), 478), shade((96, 122, 148), float(rng.uniform(0.85, 1.05))), 1)
    back.box(0, 0, w, 40, (214, 218, 220))
    for x in range(60, w, 240):
        back.box(x, 8, 130, 18, (250, 252, 252))
    _floor(back, w, h, 480, (104, 110, 116), (82, 88, 94))
    back.box(880, 100, 300, 190, (70, 78, 84))  # shelf with folders
    for shelf in range(2):
        x = 892.0
        while x < 1160:
            width = float(rng.uniform(14, 26))
            tone = [(60, 70, 140), (130, 96, 60), (90, 120, 90), (150, 150, 156), (70, 110, 160)][int(rng.integers(5))]
            back.box(x, 114 + shelf * 92, width - 2, 72, tone)
            x += width
    back.box(100, 96, 240, 150, (54, 58, 62))  # a switched-off screen
    back.box(108, 104, 224, 134, (74, 78, 80))
    back.plant(640, 486, 150, rng)
    for canvas, shown in ((front[0], True), (front[1], False)):  # the counter
        canvas.box(0, 596, w, 124, (74, 92, 116) if shown else (255, 255, 255))
        canvas.box(0, 584, w, 16, (150, 166, 178) if shown else (255, 255, 255))
        canvas.box(960, 470, 170, 118, (40, 42, 46) if shown else (255, 255, 255))
    front[0].box(968, 478, 154, 100, (64, 66, 70))
    for x in range(0, w, 160):
        front[0].line((x, 602), (x, h), (62, 78, 100), 2)


def _corridor(back: _Canvas, front: tuple[_Canvas, _Canvas], w: int, h: int, horizon: float, rng: np.random.Generator) -> None:
    del front
    left, right, top, bottom = 500.0, 780.0, horizon - 110, horizon + 130
    back.ramp(0, h, (188, 192, 190), (176, 180, 178))
    back.shape([(0, 0), (w, 0), (right, top), (left, top)], (222, 224, 222))
    back.shape([(0, h), (w, h), (right, bottom), (left, bottom)], (112, 118, 124))
    back.shape([(0, 0), (left, top), (left, bottom), (0, h)], (168, 178, 182))
    back.shape([(w, 0), (right, top), (right, bottom), (w, h)], (152, 162, 168))
    back.box(left, top, right - left, bottom - top, (180, 186, 186))
    for near, far in ((0.06, 0.32), (0.48, 0.66), (0.76, 0.88)):  # doors in both walls
        for x0, x1, tone in ((0.0, left, (86, 104, 128)), (float(w), right, (78, 96, 120))):
            a, b = x0 + (x1 - x0) * near, x0 + (x1 - x0) * far
            low_a, low_b = h + (bottom - h) * near, h + (bottom - h) * far
            high_a, high_b = low_a * 0.16 + top * near, low_b * 0.16 + top * far
            back.shape([(a, high_a + 30), (b, high_b + 30), (b, low_b), (a, low_a)], tone)
    for depth in (0.1, 0.4, 0.62, 0.8):  # ceiling lights
        y = top * depth
        half = 150 * (1 - depth) + 26 * depth
        back.shape([(640 - half, y), (640 + half, y), (640 + half * 0.9, y + 18 * (1 - depth) + 3), (640 - half * 0.9, y + 18 * (1 - depth) + 3)], (250, 252, 252))
    for depth in np.linspace(0.1, 0.95, 9):  # floor joints
        y = h + (bottom - h) * depth
        back.line((left * depth, y), (w + (right - w) * depth, y), (100, 106, 112), 1)
    back.box(596, horizon - 84, 108, 214, (120, 138, 152))
    back.box(604, horizon - 76, 92, 206, (64, 70, 76))
    back.plant(455, bottom + 60, 110, rng)


def _gate(back: _Canvas, front: tuple[_Canvas, _Canvas], w: int, h: int, horizon: float, rng: np.random.Generator) -> None:
    del front
    back.ramp(0, h, (206, 190, 170), (186, 184, 178))
    _floor(back, w, h, int(horizon) + 150, (110, 112, 114), (78, 80, 84))
    back.box(720, 60, 560, horizon + 100, (126, 140, 150))  # brick wall beside the footpath
    for row in range(0, int(horizon) + 100, 22):
        for x in range(720 - (row // 22 % 2) * 24, w, 48):
            tone = shade((104, 122, 148), float(rng.uniform(0.86, 1.08)))
            back.box(max(722, x + 1), 61 + row, 46 if x >= 722 else 22, 20, tone)
    back.box(940, 150, 150, horizon + 20, (84, 80, 76))
    back.box(950, 160, 130, horizon, (58, 58, 60))
    back.plant(1200, horizon + 210, 170, rng)
    back.line((760, horizon + 250), (1270, horizon + 250), (210, 214, 216), 6)


def _floor(back: _Canvas, w: int, h: int, top: int, far: Colour, near: Colour) -> None:
    back.ramp(top, h, far, near)
    for x in range(-1600, w + 1601, 200):
        back.line((w / 2 + (x - w / 2) * 0.35, top), (x, h), shade(far, 0.9), 1)
    y, step = float(top), 7.0
    while y < h:
        back.line((0, y), (w, y), shade(far, 0.9), 1)
        y, step = y + step, step * 1.5


_DRAW = {"lobby": _lobby, "desk": _desk, "corridor": _corridor, "gate": _gate}


def _textured(image: BGR, rng: np.random.Generator) -> BGR:
    """Uneven light, plaster grain and a lens's slight softness."""
    h, w = image.shape[:2]
    blotches = rng.normal(0, 1, (9, 16)).astype(np.float32)
    light = 1 + 0.05 * np.asarray(cv2.resize(blotches, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    rows, columns = np.mgrid[0:h, 0:w].astype(np.float32)
    corners = 1 - 0.16 * (((columns - w / 2) / w) ** 2 + ((rows - h / 2) / h) ** 2) * 2
    grain = rng.normal(0, 2.2, (h, w)).astype(np.float32)
    lit = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.1), np.float32) * (light * corners)[:, :, None] + grain[:, :, None]
    return np.clip(lit, 0, 255).astype(np.uint8)


def _front_layer(image: BGR, covered: BGR, rng: np.random.Generator) -> BGRA:
    alpha = u8(cv2.GaussianBlur(covered[:, :, 0], (0, 0), 0.8))
    return u8(np.dstack([_textured(image, rng), alpha]))
