"""The coach's picture: as in a mirror, and of all that the camera sees only the one person in front."""

from __future__ import annotations

import math
from collections.abc import Iterable

import cv2
import numpy as np

from desktop.domain.geometry import Box
from desktop.recognition.masks import BGRAImage, coarse, head_box, paint_masks
from desktop.vision.types import BGRImage

_MARGIN = (0.12, 0.08, 0.12, 0.15)  # of the head's box, around what is shown: an oval needs room
_STEP = 8  # every so many pixels of the picture are enough for a few flat cells


def covered(image: BGRImage, tile: tuple[int, int]) -> BGRAImage:
    """The picture fitted into `tile` (width, height), as a few flat cells: nothing was looked for in it."""
    return _mirrored(_cells(image, _fitted(image, tile)))


def masked(image: BGRImage, tile: tuple[int, int], faces: Iterable[Box]) -> BGRAImage:
    """The same with every head masked: it shows that there are several. Boxes are faces in the picture."""
    size = _fitted(image, tile)
    pixels = _cells(image, size)
    sx, sy = size[0] / image.shape[1], size[1] / image.shape[0]
    paint_masks(pixels, (head_box(face).scaled(sx, sy) for face in faces))
    return _mirrored(pixels)


def alone(image: BGRImage, tile: tuple[int, int], subject: Box, others: Iterable[Box]) -> tuple[BGRAImage, Box]:
    """The picture fitted into `tile`, of which an oval around the head of `subject` is shown; and where that head lies.

    All else is flat cells, and the heads of `others` are masked, also inside the oval. Boxes are faces in the picture.
    """
    size = _fitted(image, tile)
    pixels = _cells(image, size, light=0.5)  # darker, so that the person stands out
    sx, sy = size[0] / image.shape[1], size[1] / image.shape[0]
    head = head_box(subject).scaled(sx, sy)
    _uncover(pixels, image, head.grown(*_MARGIN), sx, sy)
    paint_masks(pixels, (head_box(face).scaled(sx, sy) for face in others))
    return _mirrored(pixels), Box(size[0] - head.right, head.y, head.w, head.h)


def _uncover(pixels: BGRAImage, image: BGRImage, place: Box, sx: float, sy: float) -> None:
    """Put the part of `image` under the oval in `place` (of `pixels`) where it belongs; nothing else is even scaled."""
    inside = place.clipped(pixels.shape[1], pixels.shape[0])
    left, top, right, bottom = int(inside.x), int(inside.y), math.ceil(inside.right), math.ceil(inside.bottom)
    source = image[int(top / sy) : math.ceil(bottom / sy), int(left / sx) : math.ceil(right / sx)]
    if source.size == 0:
        return
    part = cv2.resize(source, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    oval = np.zeros(part.shape[:2], np.uint8)
    centre = (round(place.centre[0]) - left, round(place.centre[1]) - top)
    cv2.ellipse(oval, centre, (round(place.w / 2), round(place.h / 2)), 0, 0, 360, 1, cv2.FILLED)
    shown = cv2.cvtColor(part, cv2.COLOR_BGR2BGRA)
    np.copyto(pixels[top:bottom, left:right], shown, where=oval.astype(bool)[..., None])
    shown.fill(0)


def _cells(image: BGRImage, size: tuple[int, int], light: float = 1.0) -> BGRAImage:
    small = np.asarray(cv2.cvtColor(np.ascontiguousarray(image[::_STEP, ::_STEP]), cv2.COLOR_BGR2BGRA), np.uint8)
    coarse(small)
    small[..., :3] = small[..., :3] * light
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _fitted(image: BGRImage, tile: tuple[int, int]) -> tuple[int, int]:
    height, width = image.shape[:2]
    scale = min(tile[0] / width, tile[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _mirrored(pixels: BGRAImage) -> BGRAImage:
    return np.asarray(cv2.flip(pixels, 1), np.uint8)
