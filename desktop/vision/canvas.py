"""The picture as a detector is fed: scaled down, mirrored or padded to multiples of 32, split into channels."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box
from desktop.vision.types import BGRImage, DetectedFace

_ALIGNMENT = 32
_CANVASES = 8  # sizes of picture whose buffers are kept
_MARGIN_LEAST = 0.7  # of the wanted margin, where more would mean another 32 pixels
_INSIDE_LEAST = 0.35  # share of a box that must lie in the picture: mirroring gives half, a corner a quarter
_COVERED = 0.5  # share of a cut face's visible part that another face may cover
_FACE_ASPECT = 1.3  # height to width of a face's box


class Canvas:
    """Buffers for pictures that are scaled to one size; memory is taken once, for page faults cost as much as pixels.

    Attributes:
        blob: float32 of shape (1, 3, H, W), BGR, 0 to 255: what the network reads.
    """

    def __init__(self, width: int, height: int, margin: int) -> None:
        """`width`, `height`: of the scaled picture, pixels; `margin`: mirrored outwards on each side, 0 for none."""
        needed = 2 * margin * _MARGIN_LEAST
        full_w, full_h = (math.ceil((side + needed) / _ALIGNMENT) * _ALIGNMENT for side in (width, height))
        self._size = (width, height)
        # With mirroring, the picture lies in the middle and all that is padded is mirrored.
        self._left, self._top = ((full_w - width) // 2, (full_h - height) // 2) if margin else (0, 0)
        self._mirror = margin > 0
        self._pixels = np.zeros((full_h, full_w, 3), np.uint8)
        self._planes = [np.zeros((full_h, full_w), np.uint8) for _ in range(3)]
        self.blob: NDArray[np.float32] = np.zeros((1, 3, full_h, full_w), np.float32)

    def draw(self, image: BGRImage) -> None:
        """Fill `blob` from a picture."""
        cv2.split(self.draw_pixels(image), self._planes)  # with the copy 20 times as fast as cv2.dnn.blobFromImage
        for target, plane in zip(self.blob[0], self._planes, strict=True):
            target[:] = plane

    def draw_pixels(self, image: BGRImage) -> BGRImage:
        """The scaled and padded picture itself; overwritten by the next one."""
        width, height = self._size
        inner = self._pixels[self._top : self._top + height, self._left : self._left + width]
        if image.shape == inner.shape:
            inner[:] = image
        else:
            cv2.resize(image, self._size, dst=inner, interpolation=cv2.INTER_LINEAR)
        if self._mirror:
            self._reflect()
        return self._pixels

    def _reflect(self) -> None:
        width, height = self._size
        left, top, pixels = self._left, self._top, self._pixels
        right, bottom = left + width, top + height
        # A picture narrower than the margin is mirrored as far as it goes; the rest stays black.
        before, after = min(left, width), min(pixels.shape[1] - right, width)
        rows = pixels[top:bottom]
        # cv2.flip is several times as fast as assigning a reversed view of pixels of three bytes
        if before:
            rows[:, left - before : left] = cv2.flip(rows[:, left : left + before], 1)
        if after:
            rows[:, right : right + after] = cv2.flip(rows[:, right - after : right], 1)
        above, below = min(top, height), min(len(pixels) - bottom, height)
        pixels[top - above : top] = pixels[top : top + above][::-1]
        pixels[bottom : bottom + below] = pixels[bottom - below : bottom][::-1]

    def faces(self, rows: NDArray[np.float32], width: int, height: int) -> list[DetectedFace]:
        """Rows of x, y, w, h, score and five landmarks on the canvas, as faces of the picture of that size.

        Left out are mirror images: about a third or less lies in the picture, or what lies there is half covered by a
        face that scored better.
        """
        offset = np.array([self._left, self._top], np.float32)
        scale = np.array([width / self._size[0], height / self._size[1]], np.float32)
        points = (rows[:, 5:].reshape(-1, 5, 2) - offset) * scale
        corners = ((rows[:, :2] - offset) * scale).tolist()
        sizes = (rows[:, 2:4] * scale).tolist()
        faces: list[DetectedFace] = []
        seen: list[Box] = []
        for corner, size, score, landmarks in zip(corners, sizes, rows[:, 4].tolist(), points, strict=True):
            box = Box(*corner, *size)
            inside = box.clipped(width, height)
            if inside.area < _INSIDE_LEAST * box.area or box.area <= 0:
                continue
            if self._mirror and inside != box:
                if any(inside.intersection(other) > _COVERED * inside.area for other in seen):
                    continue
                box = _completed(box, width, height)
            seen.append(inside)
            faces.append(DetectedFace(box, score, landmarks))
        return faces


def _completed(box: Box, width: int, height: int) -> Box:
    """The box of a face that the picture's border cuts, grown outwards to a face's proportions.

    What was found there is the visible part and its mirror image, so it is too narrow (at the top: too flat).
    """
    wide, high = max(box.w, box.h / _FACE_ASPECT), max(box.h, box.w * _FACE_ASPECT)
    if box.x < 0:
        return Box(box.right - wide, box.y, wide, box.h)
    if box.right > width:
        return Box(box.x, box.y, wide, box.h)
    if box.y < 0:
        return Box(box.x, box.bottom - high, box.w, high)
    if box.bottom > height:
        return Box(box.x, box.y, box.w, high)
    return box


class CanvasCache:
    """Canvases of the sizes in use: a detector sees few."""

    def __init__(self) -> None:
        self._canvases: dict[tuple[int, int, int], Canvas] = {}

    def get(self, image: BGRImage, width: int, edge: float) -> Canvas:
        """The canvas for `image` analysed at `width` px, `edge` of the width mirrored (see `Detector.detect`)."""
        height_in, width_in = image.shape[:2]
        shrink = min(1.0, width / width_in)
        small = max(1, round(width_in * shrink)), max(1, round(height_in * shrink))
        key = (*small, min(round(edge * small[0]), *small))
        canvas = self._canvases.get(key)
        if canvas is None:
            if len(self._canvases) >= _CANVASES:
                self._canvases.clear()
            canvas = self._canvases[key] = Canvas(*key)
        return canvas
