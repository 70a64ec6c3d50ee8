"""The coach's picture: as in a mirror, and of all that the camera sees only the one person in front."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from desktop.domain.geometry import Box
from desktop.recognition.masks import BGRAImage, coarse, head_box, paint_masks
from desktop.recognition.picture import fitted
from desktop.vision.types import BGRImage

_MARGIN = (0.12, 0.08, 0.12, 0.15)  # of the head's box, around what is shown: an oval needs room


def covered(image: BGRImage, tile: tuple[int, int]) -> BGRAImage:
    """The picture fitted into `tile` (width, height), as a few flat cells: nothing was looked for in it."""
    pixels = fitted(image, tile)
    coarse(pixels)
    return _mirrored(pixels)


def alone(image: BGRImage, tile: tuple[int, int], subject: Box, others: Iterable[Box]) -> tuple[BGRAImage, Box]:
    """The picture fitted into `tile`, of which an oval around the head of `subject` is shown; and where that head lies.

    All else is flat cells, and the heads of `others` are masked, also inside the oval. Boxes are faces in the picture.
    """
    clear = fitted(image, tile)
    sx, sy = clear.shape[1] / image.shape[1], clear.shape[0] / image.shape[0]
    head = head_box(subject).scaled(sx, sy)
    pixels = clear.copy()
    coarse(pixels)
    pixels[..., :3] //= 2  # darker, so that the person stands out
    oval = np.zeros(clear.shape[:2], np.uint8)
    shown = head.grown(*_MARGIN)
    centre = (round(shown.centre[0]), round(shown.centre[1]))
    cv2.ellipse(oval, centre, (round(shown.w / 2), round(shown.h / 2)), 0, 0, 360, 255, cv2.FILLED)
    cv2.copyTo(clear, oval, pixels)
    clear.fill(0)
    paint_masks(pixels, (head_box(face).scaled(sx, sy) for face in others))
    return _mirrored(pixels), Box(pixels.shape[1] - head.right, head.y, head.w, head.h)


def masked(image: BGRImage, tile: tuple[int, int], faces: Iterable[Box]) -> BGRAImage:
    """The picture fitted into `tile` as flat cells, every head masked: it shows that there are several."""
    pixels = fitted(image, tile)
    sx, sy = pixels.shape[1] / image.shape[1], pixels.shape[0] / image.shape[0]
    coarse(pixels)
    paint_masks(pixels, (head_box(face).scaled(sx, sy) for face in faces))
    return _mirrored(pixels)


def _mirrored(pixels: BGRAImage) -> BGRAImage:
    return np.asarray(cv2.flip(pixels, 1), np.uint8)
