"""Detector and embedder for single pictures (enrolment, camera tests), beside the engine's own."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from desktop.domain.decision import Calibration
from desktop.vision.align import align
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
        return self._pack.manifest.model_id

    def detect(self, image: BGRImage, *, score: float) -> list[DetectedFace]:
        """Faces of a photo from `score` on: a look at 640 px, and a closer one where that shows nothing or a tiny face.

        The closer look counts alone then: two looks at one face would count as two faces.
        """
        with self._lock:
            if self._detector is None:
                self._detector = self._pack.new_detector()
            near = self._detector.detect(image, width=NEAR_WIDTH, score=score)
            height, width = image.shape[:2]
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

    def embed(self, image: BGRImage, face: DetectedFace) -> Vector:
        """The face's vector with the mirrored picture averaged in: for enrolment only."""
        crop = align(image, face.landmarks)
        try:
            return self.embed_crops([crop])[0]
        finally:
            crop.fill(0)

    def embed_crops(self, crops: Sequence[BGRImage]) -> list[Vector]:
        with self._lock:
            if self._embedder is None:
                self._embedder = self._pack.new_embedder()
            return [row.copy() for row in self._embedder.embed_with_mirror(crops)]
