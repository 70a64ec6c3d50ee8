"""Detector and embedder for single pictures (enrolment, camera tests), beside the engine's own."""

from __future__ import annotations

import threading

from desktop.domain.decision import Calibration
from desktop.vision.detector import Detector
from desktop.vision.embedder import Embedder
from desktop.vision.packs import ModelPack
from desktop.vision.types import BGRImage, DetectedFace, Vector

NEAR_WIDTH = 640  # px; finds faces from about 10 px up to most of the picture
FAR_WIDTH = 1280  # px; for faces too small for the first look


class FaceTools:
    """One detector and one embedder, made at first use, used by one caller at a time. Thread-safe."""

    def __init__(self, pack: ModelPack) -> None:
        self._pack = pack
        self._lock = threading.Lock()
        self._detector: Detector | None = None
        self._embedder: Embedder | None = None

    @property
    def calibration(self) -> Calibration:
        return self._pack.calibration

    @property
    def model_id(self) -> str:
        return self._pack.model_id

    def detect(self, image: BGRImage, *, score: float) -> list[DetectedFace]:
        """Faces of a photo from `score` on: a look at 640 px, and a closer one where that shows nothing or a tiny face.

        The closer look counts alone then: two looks at one face would count as two faces.
        """
        with self._lock:
            if self._detector is None:
                self._detector = self._pack.new_detector()
            near = self._detector.detect(image, width=NEAR_WIDTH, score=score)
            width = image.shape[1]
            if width <= NEAR_WIDTH or (near and min(face.box.w for face in near) >= width / 16):
                return near
            far = self._detector.detect(image, width=min(width, FAR_WIDTH), score=score)
            return far if len(far) >= len(near) else near

    def detect_all(self, image: BGRImage, *, score: float) -> list[DetectedFace]:
        """Everything either look finds, for masking: a face may be there twice, but none is left out."""
        with self._lock:
            if self._detector is None:
                self._detector = self._pack.new_detector()
            found = self._detector.detect(image, width=NEAR_WIDTH, score=score)
            if image.shape[1] > NEAR_WIDTH:
                found += self._detector.detect(image, width=min(image.shape[1], FAR_WIDTH), score=score)
            return found

    def embed(self, crop: BGRImage) -> Vector:
        """The vector of an aligned crop with the mirrored picture averaged in: for enrolment only."""
        with self._lock:
            if self._embedder is None:
                self._embedder = self._pack.new_embedder()
            vector: Vector = self._embedder.embed_with_mirror([crop])[0].copy()
            return vector
