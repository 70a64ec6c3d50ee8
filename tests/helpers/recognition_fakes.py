"""A detector that finds what a test says, and vectors that stand for people."""

from __future__ import annotations

import numpy as np

from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.decision import Calibration
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.vision.detector import Detector
from desktop.vision.types import BGRImage, DetectedFace, Vector

MODEL = "test-model"
DIMENSION = 16
CALIBRATION = Calibration(((1e-3, 0.38), (1e-4, 0.45), (1e-5, 0.52)))

# Landmarks of a face looking into the camera, as shares of its box: eyes, nose, corners of the mouth.
FRONT = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.33, 0.8], [0.67, 0.8]], np.float32)


def face(box: Box, score: float = 0.9) -> DetectedFace:
    """A frontal face."""
    points = FRONT * np.array([box.w, box.h], np.float32) + np.array([box.x, box.y], np.float32)
    return DetectedFace(box, score, points.astype(np.float32))


class ScriptedDetector(Detector):
    """Returns `faces`, whatever the picture; remembers how it was asked."""

    def __init__(self) -> None:
        self.faces: list[DetectedFace] = []
        self.asked: list[tuple[int, float, float]] = []  # width, score, edge

    def detect(self, image: BGRImage, *, width: int = 640, score: float = 0.6, edge: float = 0.0) -> list[DetectedFace]:
        self.asked.append((width, score, edge))
        return [found for found in self.faces if found.score >= score]


def vector(person: int, noise: float = 0.0) -> Vector:
    """A vector of length 1 for person number `person`; different people are at right angles."""
    raw = np.zeros(DIMENSION, np.float32)
    raw[person] = 1.0
    raw[(person + DIMENSION // 2) % DIMENSION] += noise
    return np.asarray(raw / np.linalg.norm(raw), np.float32)


def gallery_of(*people: int) -> Gallery:
    """A gallery of people "p<number>" with one template each."""
    gallery = Gallery(MODEL, DIMENSION)
    fill(gallery, *people)
    return gallery


def fill(gallery: Gallery, *people: int) -> None:
    """Put exactly these people into the gallery."""
    vectors = np.stack([vector(person) for person in people]) if people else np.zeros((0, DIMENSION), np.float32)
    owners = [PersonId(f"p{person}") for person in people]
    gallery.swap(GallerySnapshot.build(MODEL, owners, vectors, based_on=gallery.revision))


def camera(name: str = "cam", *, notice: bool = True, area: tuple[tuple[float, float], ...] = ()) -> Camera:
    return Camera(CameraId(name), name, SourceSpec(SourceKind.VIDEO, name), area=area, notice_posted=notice)


def lively_picture(width: int = 640, height: int = 360, seed: int = 0) -> BGRImage:
    """Something with enough detail that an aligned crop counts as sharp."""
    return np.random.default_rng(seed).integers(60, 190, (height, width, 3), dtype=np.uint8)
