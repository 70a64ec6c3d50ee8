"""A photo file to a picture: whatever a person may pick, with a plain answer when it cannot be used."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from desktop.services.photo_check import PhotoProblem
from desktop.vision.types import BGRImage

MAX_BYTES = 60_000_000
MAX_PIXELS = 100_000_000
WORKING_SIDE = 1920  # px; the longer side a photo is scaled down to: beyond it detection gains nothing


class PhotoRefused(Exception):
    """The file cannot be used; holds the reason only, never the path."""

    def __init__(self, problem: PhotoProblem) -> None:
        self.problem = problem
        super().__init__(problem.value)


def read_photo(path: Path) -> BGRImage:
    """The picture in `path`, turned upright by its EXIF orientation, its longer side at most 1920 px.

    Reads any format OpenCV knows, at any path (spaces, any script). Raises PhotoRefused with UNREADABLE,
    NOT_AN_IMAGE or TOO_LARGE.
    """
    try:
        if not path.is_file():
            raise PhotoRefused(PhotoProblem.UNREADABLE)
        if path.stat().st_size > MAX_BYTES:
            raise PhotoRefused(PhotoProblem.TOO_LARGE)
        # cv2.imread cannot open every path on every system; bytes read by Python can come from anywhere.
        content = np.fromfile(path, dtype=np.uint8)
    except OSError as error:
        raise PhotoRefused(PhotoProblem.UNREADABLE) from error
    if content.size == 0:
        raise PhotoRefused(PhotoProblem.NOT_AN_IMAGE)
    return to_working_size(_decoded(content))


def to_working_size(image: BGRImage) -> BGRImage:
    """The picture itself, or one scaled down so that its longer side is 1920 px."""
    height, width = image.shape[:2]
    share = WORKING_SIDE / max(height, width)
    if share >= 1:
        return image
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small: BGRImage = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return small


def _decoded(content: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> BGRImage:
    try:
        image = cv2.imdecode(content, cv2.IMREAD_COLOR)  # applies the EXIF orientation
    except cv2.error as error:
        # OPENCV_IO_MAX_IMAGE_PIXELS (desktop/__init__.py) refuses by the header, before anything is unpacked.
        too_large = "CV_IO_MAX_IMAGE" in str(error)
        raise PhotoRefused(PhotoProblem.TOO_LARGE if too_large else PhotoProblem.NOT_AN_IMAGE) from error
    if image is None or image.size == 0:
        raise PhotoRefused(PhotoProblem.NOT_AN_IMAGE)
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise PhotoRefused(PhotoProblem.TOO_LARGE)
    return np.asarray(image, dtype=np.uint8)
