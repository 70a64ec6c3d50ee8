"""Shapes in picture pixels, for the drawn rooms."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from desktop.demo.pixels import BGR, shade

Colour = tuple[int, int, int]
Corner = tuple[float, float]


class Canvas:
    """Draws into `image` (H, W, 3) in place; colours are blue, green, red."""

    def __init__(self, image: BGR) -> None:
        self.image = image

    def shape(self, points: Sequence[Corner], bgr: Sequence[int]) -> None:
        corners = (np.array(points) * 16).round().astype(np.int32)
        cv2.fillPoly(self.image, [corners], tuple(float(v) for v in bgr), cv2.LINE_AA, 4)

    def box(self, x: float, y: float, w: float, h: float, bgr: Sequence[int]) -> None:
        self.shape([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], bgr)

    def line(self, start: Corner, end: Corner, bgr: Sequence[int], width: int = 2) -> None:
        first, last = ((round(x), round(y)) for x, y in (start, end))
        cv2.line(self.image, first, last, tuple(float(v) for v in bgr), width, cv2.LINE_AA)

    def ramp(self, top: int, bottom: int, first: Colour, last: Colour) -> None:
        """A vertical gradient over the whole width."""
        share = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None]
        rows = np.array(first, np.float32) * (1 - share) + np.array(last, np.float32) * share
        self.image[top:bottom] = rows.astype(np.uint8)

    def floor(self, top: int, far: Colour, near: Colour) -> None:
        """Tiles from row `top` to the bottom, in perspective."""
        height, width = self.image.shape[:2]
        self.ramp(top, height, far, near)
        joint = shade(far, 0.9)
        for x in range(-1600, width + 1601, 200):
            self.line((width / 2 + (x - width / 2) * 0.35, top), (x, height), joint, 1)
        row, step = float(top), 7.0
        while row < height:
            self.line((0, row), (width, row), joint, 1)
            row, step = row + step, step * 1.5

    def plant(self, x: float, y: float, size: float, rng: np.random.Generator) -> None:
        """A pot with leaves whose foot stands at (x, y)."""
        rim = y - 0.4 * size
        for angle in np.linspace(-1.25, 1.25, 15):
            bend = float(angle + rng.normal(0, 0.08))
            tip = (x + np.sin(bend) * size * 0.62, rim - np.cos(bend) * size * rng.uniform(0.7, 1.0))
            middle = (x + np.sin(bend) * size * 0.26, rim - np.cos(bend) * size * 0.42)
            side = 0.06 * size
            leaf = shade((52, 96, 48), float(rng.uniform(0.6, 1.2)))
            self.shape([(x, rim), (middle[0] - side, middle[1]), tip, (middle[0] + side, middle[1])], leaf)
        half, foot = 0.22 * size, 0.16 * size
        self.shape([(x - half, rim), (x + half, rim), (x + foot, y), (x - foot, y)], (74, 88, 120))


class Front:
    """What stands before everybody: drawn twice, in colour and as what it covers."""

    def __init__(self, width: int, height: int) -> None:
        self.colour = Canvas(np.zeros((height, width, 3), np.uint8))
        self.cover = Canvas(np.zeros((height, width, 3), np.uint8))

    def box(self, x: float, y: float, w: float, h: float, bgr: Sequence[int]) -> None:
        self.colour.box(x, y, w, h, bgr)
        self.cover.box(x, y, w, h, (255, 255, 255))

    def line(self, start: Corner, end: Corner, bgr: Sequence[int]) -> None:
        """A line on what already covers."""
        self.colour.line(start, end, bgr)
