"""Is this picture good enough to enrol somebody with? One face, large, sharp, frontal, well lit."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from desktop.domain.decision import thresholds_for
from desktop.recognition.gallery import Gallery
from desktop.services.face_tools import FaceTools
from desktop.services.photo_check import Closest, PhotoCheck, PhotoProblem
from desktop.services.photo_reader import to_working_size
from desktop.vision.align import CROP, align, similarity
from desktop.vision.quality import QualityProblem, assess, problems
from desktop.vision.types import BGRImage, DetectedFace, Vector

FACE_SCORE = 0.6  # a detection from here on is a face
PREVIEW_HEIGHT = 256  # px
PREVIEW_MARGIN = 0.35  # of the face box, on every side
# Share of the aligned crop that comes from the picture. A detector guesses the landmarks of half a face that stands at
# the picture's border, and boxes only the half it sees; pictures cut so score 0.63 to 0.72, tight portraits 0.8 to 1.
CROP_INSIDE_LEAST = 0.75


class PhotoExaminer:
    """Checks pictures against the quality gate and, when they pass, computes the vector. Thread-safe."""

    def __init__(self, tools: FaceTools, gallery: Gallery, target_fpir: Callable[[], float]) -> None:
        self._tools = tools
        self._gallery = gallery
        self._target_fpir = target_fpir

    def examine(self, image: BGRImage) -> PhotoCheck:
        """The check of a BGR picture of any size. Only a picture that passes is embedded."""
        image = to_working_size(image)
        faces = self._tools.detect(image, score=FACE_SCORE)
        if not faces:
            return PhotoCheck(PhotoProblem.NO_FACE)
        if len(faces) > 1:
            return PhotoCheck(PhotoProblem.SEVERAL_FACES)
        face = faces[0]
        crop = align(image, face.landmarks)
        try:
            quality = assess(image, face, crop)
            preview = _preview(image, face)
            found = problems(quality)  # the gravest comes first; one piece of advice at a time
            if not found and crop_inside(image, face) < CROP_INSIDE_LEAST:
                found = (QualityProblem.PARTIAL,)
            if found:
                return PhotoCheck(PhotoProblem(found[0].value), quality, preview=preview)
            vector = self._tools.embed(crop)
            return PhotoCheck(None, quality, vector, preview, self._closest(vector))
        finally:
            crop.fill(0)

    def _closest(self, vector: Vector) -> Closest | None:
        best = self._gallery.search(vector, top=1)
        size = self._gallery.snapshot.people
        if not best or best[0].score < thresholds_for(self._tools.calibration, self._target_fpir(), size).possible:
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


def crop_inside(image: BGRImage, face: DetectedFace) -> float:
    """Share of the face's aligned crop that lies inside the picture, 0 to 1 (on a grid of 4 px)."""
    matrix = similarity(face.landmarks)
    steps = np.arange(2.0, CROP, 4.0)
    points = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    in_picture = (points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    height, width = image.shape[:2]
    inside = (in_picture >= 0).all(axis=1) & (in_picture < (width, height)).all(axis=1)
    return float(inside.mean())
