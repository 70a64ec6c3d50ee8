"""Trying a camera out: does it answer, how large is its picture, are faces found? The picture leaves masked."""

from __future__ import annotations

import time

import cv2
import numpy as np
import structlog

from desktop.capture.probe import probe_camera
from desktop.domain.cameras import SourceSpec, StateReason
from desktop.domain.errors import Cancelled
from desktop.domain.progress import Progress
from desktop.recognition.masks import coarse, head_box, paint_masks
from desktop.services.camera_test import CameraTest
from desktop.services.face_tools import FaceTools
from desktop.vision.types import BGRImage

log = structlog.get_logger("desktop.services")
TIMEOUT = 10.0  # s
PREVIEW_WIDTH = 640  # px
COUNT_SCORE = 0.6  # a detection from here on is counted as a face
MASK_SCORE = 0.3  # and from here on it is hidden


class CameraTester:
    """One test at a time is enough; several at once are safe."""

    def __init__(self, tools: FaceTools) -> None:
        self._tools = tools

    def test(self, source: SourceSpec, progress: Progress) -> CameraTest:
        """Open `source` for up to 10 s. Raises Cancelled."""
        began = time.monotonic()

        def cancelled() -> bool:
            progress.report(min(0.9, 0.9 * (time.monotonic() - began) / TIMEOUT))
            return progress.cancelled()

        found = probe_camera(source, cancelled, timeout=TIMEOUT)
        if progress.cancelled():
            raise Cancelled
        if not found.ok or found.image is None:
            return CameraTest(False, found.reason)
        faces, preview = self._masked(found.image)
        progress.report(1.0)
        return CameraTest(True, StateReason.NONE, found.width, found.height, found.fps, faces, preview)

    def _masked(self, image: BGRImage) -> tuple[int, BGRImage]:
        """Number of faces, and the picture at most 640 px wide with every head painted over.

        Whatever either of two looks takes for a face, however doubtful, is hidden. If the detector itself fails,
        the whole picture is coarse.
        """
        height, width = image.shape[:2]
        share = min(1.0, PREVIEW_WIDTH / width)
        size = (max(1, round(width * share)), max(1, round(height * share)))
        small = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2BGRA)
        pixels = np.asarray(small, dtype=np.uint8)
        try:
            count = len(self._tools.detect(image, score=COUNT_SCORE))
            found = self._tools.detect_all(image, score=MASK_SCORE)
        except Exception:
            log.exception("camera_test_detector_failed")
            coarse(pixels)
            count, found = 0, []
        paint_masks(pixels, [head_box(face.box).scaled(size[0] / width, size[1] / height) for face in found])
        return count, np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), dtype=np.uint8)
