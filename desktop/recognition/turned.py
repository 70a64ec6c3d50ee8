"""Where the head is behind a face that is turned to the side.

Detectors box what they see of a face: seen from the side it is narrow and lies at the edge of the head, whose other
half would stay outside a mask around the face. The way from the eyes down to the mouth is the same however far a head
is turned, so it gives the size; how near the eyes have come to each other gives the angle, the nose its direction.
"""

from __future__ import annotations

import math

from desktop.domain.geometry import Box
from desktop.vision.types import DetectedFace

# From the detector's own boxes and landmarks on the demo's clips: 1,200 faces turned by less than 35 degrees.
WIDTH, HEIGHT = 2.15, 2.85  # of a face box from the front, by the way from eyes to mouth
TURNED = 0.8  # distance of the eyes in the same measure (1 from the front) below which the head is turned: 35 degrees
RADIUS = 0.55  # of the head at the eyes, in widths of its face from the front
PLAIN = 0.08  # the nose's way from the middle of the eyes, eyes to mouth, that tells the direction for certain
BEHIND = 0.6  # score below which a turned face may be what a detector makes of a head seen from behind:
DROP = 0.15  # that lies too high by this share of the head's height
SHRINKS = 0.4  # share per second by which a turned head may seem to become smaller: half seen landmarks lie


def front_width(face: DetectedFace, before: float, seconds: float) -> float:
    """Width in px that the face's box would have from the front; it had `before` of them `seconds` ago.

    What was seen before counts for a face from the front as well: the narrow face of a head that begins to turn still
    looks like one.
    """
    down, apart = _measures(face)
    wide = WIDTH * down if _is_turned(down, apart) else 0.0
    return max(wide, face.box.w, before * math.exp(-SHRINKS * seconds))


def head_behind(face: DetectedFace, width: float) -> Box | None:
    """The face box that the head would have from the front, where the head is; None for a face that is not turned.

    `width` is its width in px (`front_width`). Where the direction is not plain the box is wide enough for both.
    """
    down, apart = _measures(face)
    if not _is_turned(down, apart):
        return None
    (x1, _), (x2, _), (nose, _) = face.landmarks[:3].tolist()
    eyes = (x1 + x2) / 2
    height = width * HEIGHT / WIDTH
    drop = DROP * height if face.score < BEHIND else 0.0
    shift = RADIUS * width * math.sqrt(1 - (apart / down) ** 2)
    way = (nose - eyes) / down
    left = eyes - width / 2 - (shift if way > -PLAIN else -shift)
    right = eyes + width / 2 + (shift if way < PLAIN else -shift)
    return Box(left, face.box.centre[1] - height / 2, right - left, height + drop)


def _measures(face: DetectedFace) -> tuple[float, float]:
    """The way from the eyes down to the mouth, and the eyes' distance across, in px."""
    (x1, y1), (x2, y2), _, (_, y4), (_, y5) = face.landmarks.tolist()
    return (y4 + y5 - y1 - y2) / 2, abs(x2 - x1)


def _is_turned(down: float, apart: float) -> bool:
    return apart < TURNED * down
