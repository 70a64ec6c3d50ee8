"""The real pictures that scripts/prepare_resources.py takes out of pinned packages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np

from desktop import paths
from desktop.vision.packs import ModelPack, load_default_pack
from desktop.vision.types import BGRImage, DetectedFace

OBAMA = ("obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg", "obama_partial_face2.jpg")
OTHERS = ("biden.jpg", "astronaut.png", "Tom_Hanks_54745.png", "t1.jpg")


def path(name: str) -> Path:
    return paths.demo_sources_dir() / name


def picture(name: str) -> BGRImage:
    """A picture by file name; fails with the command to run when scripts/setup has not run."""
    image = cv2.imread(str(path(name)), cv2.IMREAD_COLOR)
    if image is None:
        raise FileNotFoundError(f"{path(name)} is missing: run scripts/setup")
    return np.asarray(image, np.uint8)


@cache
def default_pack() -> ModelPack:
    return load_default_pack(paths.models_dir())


def video(name: str) -> list[BGRImage]:
    """Every frame of a clip."""
    capture = cv2.VideoCapture(str(path(name)))
    frames = []
    while True:
        good, frame = capture.read()
        if not good:
            capture.release()
            return frames
        frames.append(np.asarray(frame, np.uint8))


def largest(faces: list[DetectedFace]) -> DetectedFace:
    return max(faces, key=lambda face: face.box.area)
