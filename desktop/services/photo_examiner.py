"""Is this picture good enough to enrol somebody with? One face, large, sharp, frontal, well lit."""

from __future__ import annotations

import cv2
import numpy as np

from desktop.domain.decision import thresholds_for
from desktop.recognition.gallery import Gallery
from desktop.services.face_tools import FaceTools
from desktop.services.photo_check import Closest, PhotoCheck, PhotoProblem
from desktop.services.photo_reader import to_working_size
from desktop.vision.quality import QualityProblem, assess, problems
from desktop.vision.types import BGRImage, DetectedFace

FACE_SCORE = 0.6  # a detection from here on is a face
PREVIEW_HEIGHT = 256  # px
PREVIEW_MARGIN = 0.35  # of the face box, on every side

# Said first what the person in front of the desk can change most easily; one advice at a time.
_ORDER = (
    (QualityProblem.TINY, PhotoProblem.TINY),
    (QualityProblem.PARTIAL, PhotoProblem.PARTIAL),
    (QualityProblem.DARK, PhotoProblem.DARK),
    (QualityProblem.BRIGHT, PhotoProblem.BRIGHT),
    (QualityProblem.TURNED, PhotoProblem.TURNED),
    (QualityProblem.BLURRED, PhotoProblem.BLURRED),
)


class PhotoExaminer:
    """Checks pictures against the quality gate and, when they pass, computes the vector. Thread-safe."""

    def __init__(self, tools: FaceTools, gallery: Gallery, target_fpir: float) -> None:
        self._tools = tools
        self._gallery = gallery
        self.target_fpir = target_fpir

    def examine(self, image: BGRImage) -> PhotoCheck:
        """The check of a BGR picture of any size. Only a picture that passes is embedded."""
        image = to_working_size(image)
        faces = self._tools.detect(image, score=FACE_SCORE)
        if not faces:
            return PhotoCheck(PhotoProblem.NO_FACE)
        if len(faces) > 1:
            return PhotoCheck(PhotoProblem.SEVERAL_FACES)
        face = faces[0]
        quality = assess(image, face)
        found = problems(quality)
        problem = next((answer for cause, answer in _ORDER if cause in found), None)
        preview = _preview(image, face)
        if problem is not None:
            return PhotoCheck(problem, quality, preview=preview)
        vector = self._tools.embed(image, face)
        return PhotoCheck(None, quality, vector, preview, self._closest(vector))

    def _closest(self, vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Closest | None:
        best = self._gallery.search(vector, top=1)
        size = self._gallery.snapshot.people
        if not best or best[0].score < thresholds_for(self._tools.calibration, self.target_fpir, size).possible:
            return None
        return Closest(best[0].person_id, best[0].score)


def _preview(image: BGRImage, face: DetectedFace) -> BGRImage | None:
    """The face with a small margin as an array of its own; None if the box lies outside the picture."""
    height, width = image.shape[:2]
    box = face.box.grown(*(PREVIEW_MARGIN,) * 4).clipped(width, height)
    crop = image[int(box.y) : int(np.ceil(box.bottom)), int(box.x) : int(np.ceil(box.right))]
    if crop.size == 0:
        return None
    share = min(1.0, PREVIEW_HEIGHT / crop.shape[0])
    size = (max(1, round(crop.shape[1] * share)), max(1, round(crop.shape[0] * share)))
    return np.array(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
