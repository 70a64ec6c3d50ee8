"""Boxes and polygons. Pixel coordinates unless a name says `norm` (0 to 1 of width and height)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Axis-aligned box: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def centre(self) -> Point:
        return (self.x + self.w / 2, self.y + self.h / 2)

    @property
    def area(self) -> float:
        return max(0.0, self.w) * max(0.0, self.h)

    def intersection(self, other: Box) -> float:
        """Shared area in square pixels."""
        width = min(self.right, other.right) - max(self.x, other.x)
        height = min(self.bottom, other.bottom) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.intersection(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0

    def scaled(self, sx: float, sy: float) -> Box:
        """The box in a picture that is `sx` times as wide and `sy` times as high."""
        return Box(self.x * sx, self.y * sy, self.w * sx, self.h * sy)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Grown outwards by fractions of its own width (left, right) and height (top, bottom)."""
        return Box(
            self.x - left * self.w,
            self.y - top * self.h,
            self.w * (1 + left + right),
            self.h * (1 + top + bottom),
        )

    def united(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def blended(self, other: Box, share: float) -> Box:
        """Linear interpolation: 0 gives this box, 1 the other."""
        keep = 1 - share
        return Box(
            self.x * keep + other.x * share,
            self.y * keep + other.y * share,
            self.w * keep + other.w * share,
            self.h * keep + other.h * share,
        )

    def clipped(self, width: float, height: float) -> Box:
        """The part inside a picture of that size; may be empty (area 0)."""
        x, y = min(max(self.x, 0.0), width), min(max(self.y, 0.0), height)
        return Box(x, y, max(0.0, min(self.right, width) - x), max(0.0, min(self.bottom, height) - y))


def polygon_contains(polygon: Sequence[Point], point: Point) -> bool:
    """Even-odd rule. An empty polygon holds every point (the whole picture)."""
    if not polygon:
        return True
    px, py = point
    inside = False
    x1, y1 = polygon[-1]
    for x2, y2 in polygon:
        if (y1 > py) != (y2 > py) and px < (x2 - x1) * (py - y1) / (y2 - y1) + x1:
            inside = not inside
        x1, y1 = x2, y2
    return inside


def polygon_problem(polygon: Sequence[Point]) -> str | None:
    """Why a normalised polygon cannot be used ("few" corners, "outside", "crossing", "thin"); None if it can."""
    if not polygon:
        return None
    if len(polygon) < 3:
        return "few"
    if any(not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0) for x, y in polygon):
        return "outside"
    if _crosses_itself(polygon):
        return "crossing"
    return "thin" if abs(_signed_area(polygon)) < 1e-4 else None


def _signed_area(polygon: Sequence[Point]) -> float:
    closed = [*polygon[1:], polygon[0]]
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(polygon, closed, strict=True)) / 2


def _crosses_itself(polygon: Sequence[Point]) -> bool:
    count = len(polygon)
    edges = [(polygon[i], polygon[(i + 1) % count]) for i in range(count)]
    return any(
        _segments_cross(*edges[i], *edges[j])
        for i in range(count)
        for j in range(i + 2, count)
        if not (i == 0 and j == count - 1)
    )


def _segments_cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def turn(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
