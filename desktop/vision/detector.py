"""Finds faces and their five landmarks."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from desktop.vision.canvas import CanvasCache
from desktop.vision.sessions import Network
from desktop.vision.suppression import keep_best
from desktop.vision.types import BGRImage, DetectedFace

EDGE = 0.025
"""Share of the width to mirror that the pipeline uses. Measured at an analysis width of 640 and score 0.3 on faces of
27 to 90 px of which 35% lie in the picture: 0 to 62% are found without it, 90 to 100% with it, for 5% more inference.
"""

STRIDES = (8, 16, 32)
_CANDIDATES = 600  # candidates of the highest score that are looked at; 100 faces give about this many


class Detector(ABC):
    """A face detector. It keeps buffers: one instance a thread."""

    @abstractmethod
    def detect(self, image: BGRImage, *, width: int = 640, score: float = 0.6, edge: float = 0.0) -> list[DetectedFace]:
        """Faces of `image`, best score first, in its pixels.

        Args:
            image: uint8 of shape (H, W, 3), BGR.
            width: width in pixels at which the picture is analysed; it is scaled down to it, never up.
            score: lowest confidence that is returned, 0 to 1 (0.6 for naming; masking wants 0.3).
            edge: share of the picture's width that is mirrored outwards at each border before the search, so that
                the half of a face that has just come in looks whole; 0 switches it off.

        Raises ValueError for an array that is no picture.
        """


class YuNetDetector(Detector):
    """OpenCV Zoo's YuNet (BGR, 0 to 255, sides multiples of 32) in onnxruntime."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._canvases = CanvasCache()

    def detect(self, image: BGRImage, *, width: int = 640, score: float = 0.6, edge: float = 0.0) -> list[DetectedFace]:
        check_image(image)
        canvas = self._canvases.get(image, width, edge)
        canvas.draw(image)
        found = self._decode(self._network.run(canvas.blob), canvas.blob.shape[3], score)
        if not len(found):
            return []
        return canvas.faces(found[keep_best(found)], image.shape[1], image.shape[0])

    def _decode(self, outputs: dict[str, NDArray[np.float32]], width: int, score: float) -> NDArray[np.float32]:
        """Rows of x, y, w, h, score, ten landmark numbers; in pixels of the network's input.

        score = sqrt(cls * obj), centre = (column + dx, row + dy) * stride, size = exp(d) * stride, landmark =
        (column + dx, row + dy) * stride (OpenCV, modules/objdetect/src/face_detect.cpp).
        """
        least = score * score
        both, cells, boxes, points = [], [], [], []
        for stride in STRIDES:
            product = outputs[f"cls_{stride}"][0, :, 0] * outputs[f"obj_{stride}"][0, :, 0]
            chosen = np.flatnonzero(product >= least)
            if not len(chosen):
                continue
            row, column = np.divmod(chosen, width // stride)
            cells.append(np.array([column, row, np.full_like(row, stride)], np.float32))
            both.append(product[chosen])
            boxes.append(outputs[f"bbox_{stride}"][0, chosen])
            points.append(outputs[f"kps_{stride}"][0, chosen])
        if not both:
            return np.empty((0, 15), np.float32)
        return _rows(
            np.concatenate(cells, axis=1).T, np.concatenate(both), np.concatenate(boxes), np.concatenate(points)
        )


def _rows(
    cells: NDArray[np.float32], both: NDArray[np.float32], boxes: NDArray[np.float32], points: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Rows as `YuNetDetector._decode` gives them, best first, of what the network says at N cells (column, row,
    stride): the product of both scores (N,), boxes (N, 4) and landmarks (N, 10) relative to the cell."""
    order = np.argsort(-both, kind="stable")[:_CANDIDATES]
    place, stride = cells[order, :2], cells[order, 2:]
    rows = np.empty((len(order), 15), np.float32)
    rows[:, 2:4] = np.exp(boxes[order, 2:]) * stride
    rows[:, :2] = (place + boxes[order, :2]) * stride - rows[:, 2:4] / 2
    rows[:, 4] = np.sqrt(np.minimum(both[order], 1))
    rows[:, 5:] = (points[order] + np.tile(place, 5)) * stride
    return rows


def check_image(image: BGRImage) -> None:
    """Raises ValueError unless it is a non-empty uint8 array of shape (H, W, 3)."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"a BGR picture is needed, not {image.dtype} of shape {image.shape}")
