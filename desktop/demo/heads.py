"""Heads cut out of the source pictures, and turned.

A head is treated as a stack of rows, each wrapped around a half circle as wide as the head is there: turning it by
an angle moves the picture along the circle, compresses what comes to the far side and brings hair in from behind.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.demo.pixels import BGR, BGRA, Plane, brightness_table, read_picture, u8
from desktop.demo.roster import Look
from desktop.domain.geometry import Box

FACE = 160
"""Width of the face in a head sprite, pixels."""
_WIDTH, _HEIGHT = 416, 448  # room for any hair; cut down to what the outline needs
TURN_STEP = 2.5
_SKIN_TINT = (0.66, 0.79, 1.0)  # blue, green, red of a grey picture's skin tone


class Head:
    """A cut-out head. `sprite(turn)` gives it turned; `face(turn)` the face box in the sprite.

    Attributes:
        skin, hair: mean colours, BGR.
        centre: middle of the unturned face in the sprite, x and y.
        chin: row of the chin in the sprite.
    """

    def __init__(self, look: Look, folder: Path) -> None:
        """Raises DemoSourceMissing if the look's picture is not in `folder`."""
        self._look = look
        picture, self._mask, self._box = _cut_out(look, folder)
        self.skin = _mean(picture, self._mask, self._box, 0.35, 0.75)
        self.hair = _hair_colour(picture, self._mask, self._box)
        self._picture = _hair_above(picture, look, self._box, self.hair)
        self._centre, self._radius = _rows(self._mask)
        self._height, self._width = self._mask.shape
        self._behind = self._behind_colours()
        self._alpha = u8(cv2.GaussianBlur(u8(cv2.erode(self._mask, np.ones((5, 5), np.uint8))), (0, 0), 2.0))
        self.centre = self._box.centre
        self.chin = self._box.bottom
        self._turned = lru_cache(maxsize=48)(self._turn)

    def turn_for(self, yaw: float) -> float:
        """Degrees to turn the picture by for the head to show `yaw`, in the steps that are drawn."""
        return round((yaw - self._look.yaw) / TURN_STEP) * TURN_STEP

    def shown_yaw(self, turn: float) -> float:
        """Yaw in degrees, -180 to 180, of the head turned by `turn`."""
        return (self._look.yaw + turn + 180) % 360 - 180

    def sprite(self, turn: float) -> BGRA:
        """(H, W, 4); the unturned face is FACE wide."""
        return self._turned(turn)

    def face(self, turn: float) -> Box | None:
        """Face box in the sprite at that turn; None once the face has gone behind the head."""
        row = int(self._box.centre[1])
        centre, radius = self._centre[row], self._radius[row]
        edges = [math.asin(max(-1.0, min(1.0, (x - centre) / radius))) for x in (self._box.x, self._box.right)]
        limit = math.pi / 2
        left, right = (max(-limit, min(limit, edge + math.radians(turn))) for edge in edges)
        if right - left < math.radians(12):
            return None
        x1, x2 = (float(centre + radius * math.sin(edge)) for edge in (left, right))
        return Box(x1, self._box.y, x2 - x1, self._box.h)

    def _behind_colours(self) -> NDArray[np.float32]:
        """(H, 1, 3) what comes into sight from behind: hair, and below the ears skin unless the hair is long."""
        rows = np.arange(self._height, dtype=np.float32)[:, None, None]
        hair, skin = (np.array(value, np.float32) for value in (self.hair, self.skin))
        if self._look.long_hair:
            return np.broadcast_to(hair, (self._height, 1, 3)).copy()
        share = np.clip((rows - (self._box.y + 0.62 * self._box.h)) / (0.12 * self._box.h), 0, 1)
        return np.asarray(hair * (1 - share) + skin * 0.8 * share, np.float32)

    def _turn(self, turn: float) -> BGRA:
        if turn == 0:
            return u8(cv2.merge([self._picture, self._alpha]))
        columns = np.arange(self._width, dtype=np.float32)[None, :]
        rows = np.repeat(np.arange(self._height, dtype=np.float32)[:, None], self._width, axis=1)
        centre, radius = self._centre[:, None], self._radius[:, None]
        shown = np.arcsin(np.clip((columns - centre) / radius, -1, 1))
        angle = shown - np.float32(math.radians(turn))
        angle = (angle + math.pi) % (2 * math.pi) - math.pi
        # 0.97: the outermost columns of a cut-out hold some of the picture's background.
        source = centre + 0.97 * radius * np.sin(np.clip(angle, -math.pi / 2, math.pi / 2))
        front = u8(cv2.remap(self._picture, source, rows, cv2.INTER_LINEAR))
        share = np.clip((np.abs(angle) - 1.15) / 0.35, 0, 1)
        streaks = 1 + 0.05 * np.sin(angle * 47 + rows * 0.04) + 0.04 * np.sin(angle * 23 - rows * 0.09)
        behind = self._behind * (streaks * (0.55 + 0.45 * np.cos(shown)))[:, :, None]
        drawn = np.clip(behind, 0, 255).astype(np.uint8)
        return u8(cv2.merge([u8(cv2.blendLinear(front, drawn, 1 - share, share)), self._alpha]))


def _cut_out(look: Look, folder: Path) -> tuple[BGR, Plane, Box]:
    """The picture around the head, upright and at sprite scale, with the mask of the outline and the face box."""
    image = read_picture(folder / look.source)
    x, y, w, h = look.face
    scale = FACE / w
    if scale < 1:
        image = u8(cv2.GaussianBlur(image, (0, 0), 0.45 / scale))
    middle = (x + w / 2, y + h / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, look.roll, scale), np.float64)
    matrix[:, 2] += (_WIDTH / 2 - middle[0], _HEIGHT / 2 - middle[1])
    flags = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    sprite = u8(cv2.warpAffine(image, matrix, (_WIDTH, _HEIGHT), flags=flags, borderMode=cv2.BORDER_REPLICATE))
    if look.tinted:
        tables = [brightness_table(share, 0.9) for share in _SKIN_TINT]
        sprite = u8(np.dstack([cv2.LUT(sprite[:, :, i], table) for i, table in enumerate(tables)]))
    if look.exposure != 1.0:
        sprite = u8(cv2.LUT(sprite, brightness_table(look.exposure, 1.0)))
    corners = np.array(look.outline) @ matrix[:, :2].T + matrix[:, 2]
    mask = np.zeros((_HEIGHT, _WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], (255.0,), cv2.LINE_AA, 4)
    x, y, w, h = _grown(cv2.boundingRect(mask))
    box = Box((_WIDTH - FACE) / 2 - x, (_HEIGHT - look.face[3] * scale) / 2 - y, FACE, look.face[3] * scale)
    return sprite[y : y + h, x : x + w].copy(), mask[y : y + h, x : x + w].copy(), box


def _grown(rect: Sequence[int]) -> tuple[int, int, int, int]:
    """The rectangle with a margin for soft edges, inside the sprite."""
    margin = 8
    left, top = max(0, rect[0] - margin), max(0, rect[1] - margin)
    return left, top, min(_WIDTH, rect[0] + rect[2] + margin) - left, min(_HEIGHT, rect[1] + rect[3] + margin) - top


def _rows(mask: Plane) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Centre and half width of the head in every row, smoothed so that turning leaves no steps."""
    inside = mask > 127
    filled = np.flatnonzero(inside.any(axis=1))
    left = inside[filled].argmax(axis=1)
    right = mask.shape[1] - 1 - inside[filled][:, ::-1].argmax(axis=1)
    every = np.arange(mask.shape[0])
    edges = [np.interp(every, filled, edge).astype(np.float32)[:, None] for edge in (left, right)]
    smooth_left, smooth_right = (np.asarray(cv2.GaussianBlur(edge, (1, 15), 4), np.float32).ravel() for edge in edges)
    half = np.maximum((smooth_right - smooth_left) / 2, np.float32(1))
    return np.asarray((smooth_left + smooth_right) / 2, np.float32), np.asarray(half, np.float32)


def _mean(picture: BGR, mask: Plane, box: Box, top: float, bottom: float) -> tuple[float, float, float]:
    """Mean colour of the middle of the face between two shares of its height."""
    rows = slice(int(box.y + top * box.h), int(box.y + bottom * box.h))
    columns = slice(int(box.x + 0.25 * box.w), int(box.x + 0.75 * box.w))
    b, g, r, _ = cv2.mean(picture[rows, columns], mask[rows, columns])
    return b, g, r


def _hair_colour(picture: BGR, mask: Plane, box: Box) -> tuple[float, float, float]:
    """Mean colour above the face; dark brown where the picture shows no hair."""
    above = mask.copy()
    above[max(0, int(box.y - 8)) :] = 0
    above = u8(cv2.erode(above, np.ones((7, 7), np.uint8)))
    if int(np.count_nonzero(above)) < 400:
        return 24.0, 28.0, 38.0
    b, g, r, _ = cv2.mean(picture, above)
    return b, g, r


def _hair_above(picture: BGR, look: Look, box: Box, hair: tuple[float, float, float]) -> BGR:
    """Draw hair above the look's hairline, where the source picture ends."""
    if look.hairline is None:
        return picture
    line = (look.hairline - look.face[1]) * FACE / look.face[2] + box.y
    height, width = picture.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = line + ((columns - box.centre[0]) / (0.5 * FACE)) ** 2 * 14 + 3 * np.sin(columns * 0.35)
    share = np.clip((bend - rows) / 7, 0, 1)[:, :, None]
    streaks = (1 + 0.25 * np.sin(columns * 0.45 + rows * 0.05))[:, :, None]
    drawn = picture * (1 - share) + np.array(hair, np.float32) * streaks * share
    return u8(np.clip(drawn, 0, 255).astype(np.uint8))
