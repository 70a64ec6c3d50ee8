"""Small picture operations of the generator, with the array types that OpenCV's own stubs leave open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T

BGR = NDArray[np.uint8]
"""(H, W, 3)"""
BGRA = NDArray[np.uint8]
"""(H, W, 4), straight alpha"""
Plane = NDArray[np.uint8]
"""(H, W)"""
Matrix = NDArray[np.float64]
"""(2, 3), from sprite to picture pixels"""


class DemoSourceMissing(ConsentryError):
    happened = T("errors", "The demo site's picture {file} is missing or damaged.")
    kept = T("errors", "Your own data is not touched by the demo.")
    todo = T("errors", "Run `make setup` once more, or install the program again.")


def u8(values: object) -> NDArray[np.uint8]:
    """OpenCV results are declared wider than they are."""
    return np.asarray(values, dtype=np.uint8)


def colour(text: str) -> tuple[int, int, int]:
    """ "#rrggbb" as blue, green, red."""
    return int(text[5:7], 16), int(text[3:5], 16), int(text[1:3], 16)


def shade(bgr: Sequence[float], factor: float) -> tuple[int, int, int]:
    """The colour made darker (below 1) or lighter."""
    b, g, r = (round(min(255.0, max(0.0, value * factor))) for value in bgr)
    return b, g, r


def read_picture(path: Path) -> BGR:
    """Raises DemoSourceMissing. Reads through numpy, because OpenCV cannot open every path on every system."""
    try:
        packed = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise DemoSourceMissing(file=path.name) from error
    image = cv2.imdecode(packed, cv2.IMREAD_COLOR) if packed.size else None
    if image is None:
        raise DemoSourceMissing(file=path.name)
    return u8(image)


def read_video(path: Path) -> list[BGR]:
    """All frames of a short video. Raises DemoSourceMissing."""
    frames = []
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
    while True:
        got, frame = capture.read()
        if not got:
            break
        frames.append(u8(frame))
    capture.release()
    if not frames:
        raise DemoSourceMissing(file=path.name)
    return frames


def blend(target: BGR, patch: BGRA, left: int, top: int, table: NDArray[np.uint8] | None = None) -> Plane | None:
    """Lay `patch` over `target` in place at that corner, its brightness changed by `table` of shape (256,).

    Returns the alpha over the part of the picture it touched, or None if it lies outside.
    """
    rows, columns = overlap(target.shape, patch.shape, left, top)
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return None
    part = patch[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    alpha = u8(cv2.extractChannel(part, 3))
    colours = cv2.cvtColor(part, cv2.COLOR_BGRA2BGR)
    if table is not None:
        colours = cv2.LUT(colours, table)
    weight = np.multiply(alpha, np.float32(1 / 255), dtype=np.float32)
    target[rows, columns] = cv2.blendLinear(colours, target[rows, columns], weight, 1 - weight)
    return alpha


def overlap(target: Sequence[int], patch: Sequence[int], left: int, top: int) -> tuple[slice, slice]:
    """Rows and columns of the target (shape) that a patch (shape) at that corner covers; empty where it does not."""
    rows = slice(max(0, top), min(target[0], top + patch[0]))
    columns = slice(max(0, left), min(target[1], left + patch[1]))
    return rows, columns


def warp(sprite: BGRA, matrix: Matrix, size: tuple[int, int]) -> tuple[BGRA, int, int] | None:
    """`sprite` moved by `matrix` into a picture of `size` (width, height), cut to what can be seen of it.

    Returns the patch and its corner, or None if nothing of it lies in the picture.
    """
    height, width = sprite.shape[:2]
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) @ matrix[:, :2].T + matrix[:, 2]
    left, top = (max(0, int(value)) for value in np.floor(corners.min(axis=0)))
    right, bottom = (min(limit, int(value)) for limit, value in zip(size, np.ceil(corners.max(axis=0)), strict=True))
    if right - left < 1 or bottom - top < 1:
        return None
    moved = matrix.copy()
    moved[:, 2] -= (left, top)
    patch = cv2.warpAffine(sprite, moved, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    return u8(patch), left, top


def shrunk(sprite: BGRA, factor: float) -> BGRA:
    """A smaller copy for far people, so that a later warp does not flicker; `factor` below 1."""
    return u8(cv2.resize(sprite, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def motion_blur(patch: BGRA, pixels: float) -> BGRA:
    """Blur along the row as of a sideways move by that many pixels while the shutter is open."""
    width = round(pixels)
    return patch if width < 2 else u8(cv2.blur(patch, (width, 1)))


def brightness_table(gain: float, gamma: float) -> NDArray[np.uint8]:
    """(256,) table of 255 * (v/255)^gamma * gain."""
    ramp = np.linspace(0.0, 1.0, 256)
    return np.clip(255 * gain * ramp**gamma + 0.5, 0, 255).astype(np.uint8)
