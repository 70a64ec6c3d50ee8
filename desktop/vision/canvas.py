"""The picture as a detector is fed: scaled down, mirrored or padded to multiples of 32, split into channels."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box
from desktop.vision.types import BGRImage, DetectedFace

_ALIGNMENT = 32
INSIDE_LEAST = 0.25


class Canvas:
    """Buffers for pictures that are scaled to one size; memory is taken once, for page faults cost as much as pixels.

    Attributes:
        blob: float32 of shape (1, 3, H, W), BGR, 0 to 255: what the network reads.
    """

    def __init__(self, width: int, height: int, margin: int) -> None:
        """`width`, `height`: of the scaled picture, pixels; `margin`: mirrored outwards on each side, 0 for none."""
        full_w, full_h = (math.ceil((side + 2 * margin) / _ALIGNMENT) * _ALIGNMENT for side in (width, height))
        self._size = (width, height)
        # With mirroring, what is padded up to the multiple of 32 is mirrored too: it costs nothing more.
        self._left, self._top = ((full_w - width) // 2, (full_h - height) // 2) if margin else (0, 0)
        self._mirror = margin > 0
        self._pixels = np.zeros((full_h, full_w, 3), np.uint8)
        self._planes = [np.zeros((full_h, full_w), np.uint8) for _ in range(3)]
        self.blob: NDArray[np.float32] = np.zeros((1, 3, full_h, full_w), np.float32)

    def draw(self, image: BGRImage) -> None:
        """Fill `blob` from a picture."""
        width, height = self._size
        inner = self._pixels[self._top : self._top + height, self._left : self._left + width]
        if image.shape == inner.shape:
            inner[:] = image
        else:
            cv2.resize(image, self._size, dst=inner, interpolation=cv2.INTER_LINEAR)
        if self._mirror:
            self._reflect()
        cv2.split(self._pixels, self._planes)  # with the copy below 20 times as fast as cv2.dnn.blobFromImage
        for target, plane in zip(self.blob[0], self._planes, strict=True):
            target[:] = plane

    def _reflect(self) -> None:
        width, height = self._size
        for pixels, start, size in (
            (self._pixels[:, self._left : self._left + width], self._top, height),
            (self._pixels.transpose(1, 0, 2), self._left, width),
        ):
            end = start + size
            # A picture narrower than the margin is mirrored as far as it goes; the rest stays black.
            before, after = min(start, size), min(len(pixels) - end, size)
            pixels[start - before : start] = pixels[start : start + before][::-1]
            pixels[end : end + after] = pixels[end - after : end][::-1]

    def faces(self, rows: NDArray[np.float32], width: int, height: int) -> list[DetectedFace]:
        """Rows of x, y, w, h, score and five landmarks on the canvas, as faces of the picture of that size.

        Left out are those of which less than a quarter lies in the picture: mirror images beyond its border.
        """
        offset = np.array([self._left, self._top], np.float32)
        scale = np.array([width / self._size[0], height / self._size[1]], np.float32)
        points = (rows[:, 5:].reshape(-1, 5, 2) - offset) * scale
        corners = ((rows[:, :2] - offset) * scale).tolist()
        sizes = (rows[:, 2:4] * scale).tolist()
        faces = []
        for corner, size, score, landmarks in zip(corners, sizes, rows[:, 4].tolist(), points, strict=True):
            box = Box(*corner, *size)
            if box.clipped(width, height).area >= INSIDE_LEAST * box.area > 0:
                faces.append(DetectedFace(box, score, landmarks))
        return faces
