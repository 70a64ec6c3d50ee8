"""Is this picture good enough to enrol somebody with? One face, large, sharp, frontal, well lit, uncovered."""

from __future__ import annotations

import cv2
import numpy as np

from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Likeness
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.services.photo_reader import to_working_size
from desktop.vision.align import align
from desktop.vision.portrait import measure, problems
from desktop.vision.quality_report import report
from desktop.vision.types import BGRImage, DetectedFace

FACE_SCORE = 0.6  # a detection from here on is a face
PREVIEW_HEIGHT = 256  # px
PREVIEW_MARGIN = 0.35  # of the face box, on every side


class PhotoExaminer:
    """Checks pictures against the quality gate and, when they pass, computes the vector. Thread-safe."""

    def __init__(self, tools: FaceTools, likeness: Likeness) -> None:
        self._tools = tools
        self._likeness = likeness

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
            portrait = measure(image, face, crop)
            quality, preview = portrait.quality, _preview(image, face)
            quality_report = report(portrait, face, crop, image.shape[0])
            found = problems(portrait)  # the gravest comes first; one piece of advice at a time
            if found:
                return PhotoCheck(PhotoProblem(found[0].value), quality, preview=preview, report=quality_report)
            vector = self._tools.embed(crop)
            return PhotoCheck(None, quality, vector, preview, self._likeness.closest(vector), quality_report)
        finally:
            crop.fill(0)


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
