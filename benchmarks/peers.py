"""The two peers of the identification benchmark: what a competent developer would write in an afternoon.

Both find faces at 640 px width and embed every face of every analysed frame. Both use the same two networks as the
default pack, so that what differs is the pipeline and the runtime, not the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.domain.geometry import Box

DETECTION_WIDTH = 640
DETECTION_SCORE = 0.6

Image = NDArray[np.uint8]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PeerFace:
    """A face of one frame: box in the frame's pixels and its vector of norm 1."""

    box: Box
    vector: Vectors


class Peer(Protocol):
    """A frame-by-frame recogniser."""

    name: str

    def faces(self, image: Image) -> list[PeerFace]:
        """Every face found in a BGR picture with its vector."""


class OpenCVPeer:
    """(a) cv2.FaceDetectorYN and cv2.FaceRecognizerSF."""

    name = "OpenCV FaceDetectorYN + FaceRecognizerSF"

    def __init__(self, models: Path) -> None:
        self._detector = cv2.FaceDetectorYN.create(str(detector_file(models)), "", (320, 320), DETECTION_SCORE)
        self._recogniser = cv2.FaceRecognizerSF.create(str(embedder_file(models)), "")

    def faces(self, image: Image) -> list[PeerFace]:
        found, scale = _detect_scaled(self._detector, image)
        faces = []
        for row in found:
            row = row.copy()
            row[:14] *= scale
            crop = self._recogniser.alignCrop(image, row)
            vector = np.asarray(self._recogniser.feature(crop), np.float32).ravel()
            faces.append(PeerFace(Box(*(float(v) for v in row[:4])), vector / np.linalg.norm(vector)))
        return faces


class InsightFacePeer:
    """(b) YuNet with insightface's ArcFaceONNX and norm_crop, as its documentation shows them."""

    name = "YuNet + insightface ArcFaceONNX + norm_crop"

    def __init__(self, models: Path) -> None:
        from insightface.model_zoo.arcface_onnx import ArcFaceONNX
        from insightface.utils.face_align import norm_crop

        self._detector = cv2.FaceDetectorYN.create(str(detector_file(models)), "", (320, 320), DETECTION_SCORE)
        self._recogniser: Any = ArcFaceONNX(model_file=str(embedder_file(models)))
        self._recogniser.prepare(-1)
        self._norm_crop: Any = norm_crop

    def faces(self, image: Image) -> list[PeerFace]:
        found, scale = _detect_scaled(self._detector, image)
        faces = []
        for row in found:
            landmarks = (row[4:14] * scale).reshape(5, 2)
            crop = self._norm_crop(image, landmarks)
            vector = np.asarray(self._recogniser.get_feat(crop), np.float32).ravel()
            box = Box(*(float(v) for v in row[:4] * scale))
            faces.append(PeerFace(box, vector / np.linalg.norm(vector)))
        return faces


def detector_file(models: Path) -> Path:
    """The prepared YuNet file of the default pack."""
    return _only(models, "*yunet*.onnx")


def embedder_file(models: Path) -> Path:
    """The prepared SFace file of the default pack."""
    return _only(models, "*sface*.onnx")


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.rglob(pattern))
    if len(found) != 1:
        raise FileNotFoundError(f"expected one {pattern} in {folder}, found {len(found)}")
    return found[0]


def _detect_scaled(detector: Any, image: Image) -> tuple[NDArray[np.float32], float]:
    """Rows of FaceDetectorYN at DETECTION_WIDTH and the factor back to the picture's own pixels."""
    height, width = image.shape[:2]
    scale = max(1.0, width / DETECTION_WIDTH)
    if scale > 1.0:
        image = np.asarray(cv2.resize(image, (round(width / scale), round(height / scale))), np.uint8)
    detector.setInputSize((image.shape[1], image.shape[0]))
    _, rows = detector.detect(image)
    return (np.empty((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)), scale
