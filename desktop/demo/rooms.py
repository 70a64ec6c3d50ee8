"""Drawn rooms for the demo's cameras: a background, and what stands in front of everybody.

No picture of a person, and nothing that looks like one, is part of a room.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop.demo.canvas import Canvas, Front
from desktop.demo.pixels import BGR, BGRA, shade, u8
from desktop.demo.scenes import RoomKind


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """`back` (H, W, 3) is behind everybody, `front` (H, W, 4) before; both of the picture's size."""

    back: BGR
    front: BGRA


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """A room while it is drawn; `horizon` is the row of the eyes of people far away."""

    back: Canvas
    front: Front
    width: int
    height: int
    horizon: int
    rng: np.random.Generator


def build_room(kind: RoomKind, width: int, height: int, horizon: float, seed: int) -> Room:
    """Draw a room; the same arguments give the same picture."""
    rng = np.random.default_rng(seed)
    back = Canvas(np.zeros((height, width, 3), np.uint8))
    plan = _Plan(back, Front(width, height), width, height, round(horizon), rng)
    _DRAW[kind](plan)
    cover = u8(cv2.GaussianBlur(plan.front.cover.image[:, :, 0], (0, 0), 0.8))
    front = u8(np.dstack([_textured(plan.front.colour.image, rng), cover]))
    return Room(_textured(back.image, rng), front)


def _lobby(plan: _Plan) -> None:
    back, horizon = plan.back, plan.horizon
    back.ramp(0, plan.height, (196, 202, 205), (150, 158, 163))
    back.box(0, 0, plan.width, 46, (228, 230, 230))
    back.floor(horizon + 190, (118, 128, 136), (84, 92, 100))
    for i, x in enumerate((300, 500, 700)):  # glass doors with daylight
        back.box(x, 90, 190, horizon + 110, (92, 96, 98))
        back.box(x + 10, 100, 170, horizon + 92, (226, 222, 206) if i != 1 else (232, 230, 214))
        back.shape([(x + 20, 100), (x + 80, 100), (x + 20, 330)], (238, 236, 226))
        back.line((x + 95, 100), (x + 95, horizon + 190), (120, 124, 124), 4)
    back.box(0, 90, 170, horizon + 105, (132, 146, 158))
    back.box(24, 130, 120, 80, (168, 150, 96))
    back.box(1000, 120, 210, 130, (92, 110, 128))
    back.box(1012, 132, 186, 106, (186, 196, 196))
    for i, width in enumerate((150, 120, 138, 90)):
        back.box(1030, 150 + 22 * i, width, 8, (120, 126, 130))
    back.plant(250, horizon + 215, 190, plan.rng)
    back.plant(945, horizon + 215, 170, plan.rng)
    plan.front.box(0, 640, 300, 80, (58, 70, 84))
    plan.front.box(0, 640, 300, 10, (96, 112, 128))


def _desk(plan: _Plan) -> None:
    back, rng = plan.back, plan.rng
    back.ramp(0, plan.height, (150, 168, 178), (120, 138, 150))
    for x in range(0, plan.width, 128):  # wood panels
        back.box(x + 2, 40, 124, 440, shade((104, 132, 158), float(rng.uniform(0.92, 1.06))))
        for _ in range(9):
            column = x + float(rng.uniform(6, 122))
            grain = shade((96, 122, 148), float(rng.uniform(0.85, 1.05)))
            back.line((column, 42), (column + float(rng.normal(0, 5)), 478), grain, 1)
    back.box(0, 0, plan.width, 40, (214, 218, 220))
    for x in range(60, plan.width, 240):
        back.box(x, 8, 130, 18, (250, 252, 252))
    back.floor(480, (104, 110, 116), (82, 88, 94))
    _shelf(back, rng)
    back.box(100, 96, 240, 150, (54, 58, 62))  # a switched-off screen
    back.box(108, 104, 224, 134, (74, 78, 80))
    back.plant(640, 486, 150, rng)
    front = plan.front  # the counter with a monitor on it
    front.box(960, 470, 170, 118, (40, 42, 46))
    front.box(968, 478, 154, 100, (64, 66, 70))
    front.box(0, 596, plan.width, 124, (74, 92, 116))
    front.box(0, 584, plan.width, 16, (150, 166, 178))
    for x in range(0, plan.width, 160):
        front.line((x, 602), (x, plan.height), (62, 78, 100))


def _shelf(back: Canvas, rng: np.random.Generator) -> None:
    """Two rows of folders."""
    tones = [(60, 70, 140), (130, 96, 60), (90, 120, 90), (150, 150, 156), (70, 110, 160)]
    back.box(880, 100, 300, 190, (70, 78, 84))
    for row in range(2):
        column = 892.0
        while column < 1160:
            width = float(rng.uniform(14, 26))
            back.box(column, 114 + row * 92, width - 2, 72, tones[int(rng.integers(5))])
            column += width


def _corridor(plan: _Plan) -> None:
    back, w, h = plan.back, plan.width, plan.height
    left, right, top, bottom = 500.0, 780.0, plan.horizon - 110.0, plan.horizon + 130.0
    back.ramp(0, h, (188, 192, 190), (176, 180, 178))
    back.shape([(0, 0), (w, 0), (right, top), (left, top)], (222, 224, 222))
    back.shape([(0, h), (w, h), (right, bottom), (left, bottom)], (112, 118, 124))
    back.shape([(0, 0), (left, top), (left, bottom), (0, h)], (168, 178, 182))
    back.shape([(w, 0), (right, top), (right, bottom), (w, h)], (152, 162, 168))
    back.box(left, top, right - left, bottom - top, (180, 186, 186))
    for near, far in ((0.06, 0.32), (0.48, 0.66), (0.76, 0.88)):  # doors in both walls
        for edge, end, tone in ((0.0, left, (86, 104, 128)), (float(w), right, (78, 96, 120))):
            a, b = edge + (end - edge) * near, edge + (end - edge) * far
            low_a, low_b = h + (bottom - h) * near, h + (bottom - h) * far
            high_a, high_b = low_a * 0.16 + top * near + 30, low_b * 0.16 + top * far + 30
            back.shape([(a, high_a), (b, high_b), (b, low_b), (a, low_a)], tone)
    for depth in (0.1, 0.4, 0.62, 0.8):  # ceiling lights
        row, half = top * depth, 150 * (1 - depth) + 26 * depth
        low = row + 18 * (1 - depth) + 3
        lamp = [(640 - half, row), (640 + half, row), (640 + half * 0.9, low), (640 - half * 0.9, low)]
        back.shape(lamp, (250, 252, 252))
    for share in np.linspace(0.1, 0.95, 9):  # floor joints
        depth = float(share)
        row = h + (bottom - h) * depth
        back.line((left * depth, row), (w + (right - w) * depth, row), (100, 106, 112), 1)
    back.box(596, plan.horizon - 84, 108, 214, (120, 138, 152))
    back.box(604, plan.horizon - 76, 92, 206, (64, 70, 76))
    back.plant(455, bottom + 60, 110, plan.rng)


def _gate(plan: _Plan) -> None:
    back, horizon = plan.back, plan.horizon
    back.ramp(0, plan.height, (206, 190, 170), (186, 184, 178))
    back.floor(horizon + 150, (110, 112, 114), (78, 80, 84))
    back.box(720, 60, 560, horizon + 100, (126, 140, 150))  # brick wall beside the footpath
    for row in range(0, horizon + 100, 22):
        for x in range(720 - (row // 22 % 2) * 24, plan.width, 48):
            tone = shade((104, 122, 148), float(plan.rng.uniform(0.86, 1.08)))
            back.box(max(722, x + 1), 61 + row, 46 if x >= 722 else 22, 20, tone)
    back.box(940, 150, 150, horizon + 20, (84, 80, 76))
    back.box(950, 160, 130, horizon, (58, 58, 60))
    back.plant(1200, horizon + 210, 170, plan.rng)
    back.line((760, horizon + 250), (1270, horizon + 250), (210, 214, 216), 6)


_DRAW = {"lobby": _lobby, "desk": _desk, "corridor": _corridor, "gate": _gate}


def _textured(image: BGR, rng: np.random.Generator) -> BGR:
    """Uneven light, plaster grain and a lens's slight softness."""
    h, w = image.shape[:2]
    blotches = rng.normal(0, 1, (9, 16)).astype(np.float32)
    light = 1 + 0.05 * np.asarray(cv2.resize(blotches, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    rows, columns = np.mgrid[0:h, 0:w].astype(np.float32)
    corners = 1 - 0.16 * (((columns - w / 2) / w) ** 2 + ((rows - h / 2) / h) ** 2) * 2
    grain = rng.normal(0, 2.2, (h, w, 1)).astype(np.float32)
    soft = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.1), np.float32)
    return u8(np.clip(soft * (light * corners)[:, :, None] + grain, 0, 255).astype(np.uint8))
