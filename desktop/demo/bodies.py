"""Drawn bodies for the cut-out heads: neck, torso with arms, legs that step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.demo.pixels import BGRA, colour, shade, u8
from desktop.demo.roster import Clothes

FACE = 80
"""Face width that a body sprite belongs to, pixels."""
WIDTH, HEIGHT = 284, 904
CHIN = 66
"""Row of the sprite on which the chin stands; the face's middle column is WIDTH / 2."""
STEPS = 4

_MIDDLE = WIDTH // 2
_FEET = CHIN + 820
Point = tuple[float, float]

# Right halves of outlines, x from the middle and y from the chin.
_TORSO: list[Point] = [(0, 16), (26, 18), (40, 30), (74, 42), (102, 54), (114, 74), (118, 130), (96, 210)]
_TORSO += [(88, 300), (92, 394), (0, 398)]
_ARM: list[Point] = [(104, 56), (120, 76), (130, 150), (134, 240), (128, 330), (112, 372), (98, 366), (104, 250)]
_ARM += [(100, 150), (92, 90)]
_LAPEL: list[Point] = [(30, 12), (46, 30), (58, 96), (2, 196), (34, 70)]
_SUIT_COLLAR: list[Point] = [(30, 8), (33, 26), (10, 56), (0, 44), (22, 30)]
_SHIRT_COLLAR: list[Point] = [(30, 8), (36, 28), (16, 66), (0, 46), (20, 30)]


class Body:
    """A person from the neck down. `sprite(step)` gives it in one of STEPS phases of walking, 0 standing."""

    def __init__(self, clothes: Clothes, skin: Sequence[float], seed: int) -> None:
        self._clothes = clothes
        self._skin = skin
        self._folds = _folds(seed)
        self._drawn = lru_cache(maxsize=STEPS)(self._draw)

    def sprite(self, step: int) -> BGRA:
        """(HEIGHT, WIDTH, 4)"""
        return self._drawn(step % STEPS)

    def _draw(self, step: int) -> BGRA:
        canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        _legs(canvas, mask, colour(self._clothes.legs), step)
        top = colour(self._clothes.top)
        if self._clothes.style == "dress":
            _fill(canvas, mask, [(-64, 330), (64, 330), (96, 640), (-96, 640)], shade(top, 0.95))
        _torso(canvas, mask, top)
        _neck(canvas, mask, self._skin)
        _front(canvas, mask, self._clothes, self._skin)
        return _shaded(canvas, mask, self._folds)


def _fill(
    canvas: NDArray[np.uint8], mask: NDArray[np.uint8] | None, points: Sequence[Point], bgr: Sequence[int]
) -> None:
    """A filled polygon; points are x from the middle and y from the chin."""
    corners = np.array([((x + _MIDDLE) * 16, (y + CHIN) * 16) for x, y in points]).round().astype(np.int32)
    cv2.fillPoly(canvas, [corners], tuple(float(value) for value in bgr), cv2.LINE_AA, 4)
    if mask is not None:
        cv2.fillPoly(mask, [corners], (255.0,), cv2.LINE_AA, 4)


def _mirrored(points: Sequence[Point]) -> list[Point]:
    return [(-x, y) for x, y in points]


def _torso(canvas: NDArray[np.uint8], mask: NDArray[np.uint8], top: Sequence[int]) -> None:
    _fill(canvas, mask, [*_TORSO, *_mirrored(_TORSO[::-1])], top)
    for arm in (_ARM, _mirrored(_ARM)):
        _fill(canvas, mask, arm, shade(top, 0.86))
    for side in (1, -1):
        cv2.line(
            canvas,
            (_MIDDLE + side * 97, CHIN + 110),
            (_MIDDLE + side * 101, CHIN + 300),
            shade(top, 0.6),
            2,
            cv2.LINE_AA,
        )


def _neck(canvas: NDArray[np.uint8], mask: NDArray[np.uint8], skin: Sequence[float]) -> None:
    half = [(28, -46), (28, 0), (31, 24), (22, 38), (0, 48)]
    _fill(canvas, mask, [*half, *_mirrored(half[::-1])], shade(skin, 0.8))


def _front(canvas: NDArray[np.uint8], mask: NDArray[np.uint8], clothes: Clothes, skin: Sequence[float]) -> None:
    """What tells one style from another: collar, lapels, tie, neckline."""
    top, under = colour(clothes.top), colour(clothes.under)
    if clothes.style == "suit":
        _fill(canvas, None, [(-32, 14), (32, 14), (30, 60), (0, 190), (-30, 60)], under)
        _fill(canvas, None, [(-8, 42), (8, 42), (13, 150), (0, 178), (-13, 150)], shade(top, 1.9))
        for lapel, collar in ((_LAPEL, _SUIT_COLLAR), (_mirrored(_LAPEL), _mirrored(_SUIT_COLLAR))):
            _fill(canvas, None, lapel, shade(top, 1.25))
            _fill(canvas, None, collar, shade(under, 0.94))
    elif clothes.style == "shirt":
        for collar in (_SHIRT_COLLAR, _mirrored(_SHIRT_COLLAR)):
            _fill(canvas, None, collar, shade(top, 1.18))
        cv2.line(canvas, (_MIDDLE, CHIN + 50), (_MIDDLE, CHIN + 380), shade(top, 0.75), 2, cv2.LINE_AA)
        for row in range(80, 380, 52):
            cv2.circle(canvas, (_MIDDLE + 5, CHIN + row), 3, shade(under, 0.9), -1, cv2.LINE_AA)
    elif clothes.style == "sweater":
        cv2.ellipse(canvas, (_MIDDLE, CHIN + 18), (36, 26), 0, 0, 180, shade(top, 0.7), 9, cv2.LINE_AA)
    else:
        _fill(canvas, mask, [(-40, 16), (40, 16), (26, 62), (0, 84), (-26, 62)], shade(skin, 0.82))


def _legs(canvas: NDArray[np.uint8], mask: NDArray[np.uint8], trousers: Sequence[int], step: int) -> None:
    swing = (0, 20, 0, -20)[step]
    for side, tone in ((-1, 0.85), (1, 1.0)):
        shift = side * swing
        lift = 14 if shift > 0 else 0
        inner, outer, foot = side * 4, side * 86, side * 34 + shift
        bottom = _FEET - CHIN - lift
        points = [(inner, 380), (outer, 380), (foot + side * 26, bottom), (foot - side * 20, bottom)]
        _fill(canvas, mask, points, shade(trousers, tone))
        shoe = [(foot - 26, bottom), (foot + 26, bottom), (foot + 32, bottom + 14), (foot - 32, bottom + 14)]
        _fill(canvas, mask, shoe, (22, 22, 26))


def _folds(seed: int) -> NDArray[np.float32]:
    """(HEIGHT, WIDTH) brightness factors: soft folds of cloth."""
    noise = np.random.default_rng(seed).normal(0, 1, (HEIGHT // 20, WIDTH // 20)).astype(np.float32)
    smooth = np.asarray(cv2.resize(noise, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.float32)
    return 1 + 0.06 * smooth


def _shaded(canvas: NDArray[np.uint8], mask: NDArray[np.uint8], folds: NDArray[np.float32]) -> BGRA:
    """Rounded light from the front, darker to the sides and under the chin; softened edge."""
    columns = (np.arange(WIDTH, dtype=np.float32) - _MIDDLE) / 140
    rows = np.arange(HEIGHT, dtype=np.float32)
    across = np.clip(1.06 - 0.34 * columns**2, 0.55, 1.1)[None, :]
    under_chin = 1 - 0.38 * np.exp(-(((rows - CHIN - 6) / 20) ** 2))[:, None]
    neck_only = np.where(np.abs(columns) < 0.3, under_chin, 1.0)
    lit = canvas * (across * neck_only * folds)[:, :, None]
    soft = u8(cv2.GaussianBlur(np.clip(lit, 0, 255).astype(np.uint8), (0, 0), 0.8))
    edge = u8(cv2.GaussianBlur(mask, (0, 0), 0.9))
    return u8(np.dstack([soft, edge]))
