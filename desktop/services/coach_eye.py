"""What the coach sees in a picture: who is in front, measured, and the heads of everybody else."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from desktop.domain.coach import FaceSight, Sight
from desktop.domain.geometry import Box
from desktop.vision.align import align
from desktop.vision.detector import Detector
from desktop.vision.portrait import Portrait, measure
from desktop.vision.types import BGRImage, DetectedFace

WIDTH = 480  # px at which all of a picture is searched: 5 ms, and faces from about 25 px of 1280
CLOSE = 192  # px at which the face in front is looked at again: its landmarks are several times as exact then
MASKED_FROM = 0.3  # score of a detection that is masked ...
FACE_FROM = 0.6  # ... and of one that counts as somebody
IN_FRONT = 1.5  # width over anybody else's from which one of several is surely the one in front
_AROUND = 1.1  # side of the square of the closer look, in face heights on each side of the centre


@dataclass(frozen=True, slots=True)
class Seen:
    """`subject`: the one in front, None where that is not sure; `others`: every other detection, to be masked."""

    sight: Sight
    subject: DetectedFace | None
    others: tuple[DetectedFace, ...]


class CoachEye:
    """Keeps a detector's buffers: one instance a thread."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def look(self, image: BGRImage, at: float) -> Seen:
        """Search and measure a picture (BGR, left as it is) that was taken at `at`."""
        faces = self._detector.detect(image, width=WIDTH, score=MASKED_FROM)
        people = sorted((face for face in faces if face.score >= FACE_FROM), key=lambda face: -face.box.w)
        subject = people[0] if people else None
        if len(people) > 1 and people[0].box.w < IN_FRONT * people[1].box.w:
            subject = None
        others = tuple(face for face in faces if face is not subject)
        if len(people) != 1 or subject is None:
            return Seen(Sight(at, len(people)), subject, others)
        return Seen(Sight(at, 1, self._measured(image, subject)), subject, others)

    def _measured(self, image: BGRImage, face: DetectedFace) -> FaceSight:
        close = self._closer(image, face)
        crop = align(image, close.landmarks)
        try:
            return _sight(image, close.box, measure(image, close, crop))
        finally:
            crop.fill(0)

    def _closer(self, image: BGRImage, face: DetectedFace) -> DetectedFace:
        """The same face, found again in a square around it; as it is where it is not found there."""
        height, width = image.shape[:2]
        side = int(min(height, width, 2 * _AROUND * face.box.h))
        x, y = face.box.centre
        left, top = (int(max(0, min(middle - side / 2, full - side))) for middle, full in ((x, width), (y, height)))
        found = self._detector.detect(image[top : top + side, left : left + side], width=CLOSE, score=FACE_FROM)
        shift = np.array([left, top], np.float32)
        moved = [replace(one, box=one.box.moved(left, top), landmarks=one.landmarks + shift) for one in found]
        return max(moved, key=lambda one: one.box.iou(face.box), default=face)


def _sight(image: BGRImage, box: Box, portrait: Portrait) -> FaceSight:
    height, width = image.shape[:2]
    x, y = box.centre
    seen = portrait.quality
    return FaceSight(
        x=x / width,
        y=y / height,
        height=box.h / height,
        eye_distance=seen.eye_distance,
        yaw=seen.yaw,
        pitch=seen.pitch,
        roll=seen.roll,
        luminance=seen.luminance,
        evenness=portrait.evenness,
        sharpness=seen.sharpness,
        visible=min(seen.visible, portrait.inside),
        eyes_shown=portrait.eyes_shown,
        mouth_shown=portrait.mouth_shown,
    )
