"""Reads the code of a receipt or pass that somebody holds to a camera. Nothing is computed from a face."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import cv2
from cv2.typing import MatLike

from desktop.domain.desk_codes import parse
from desktop.domain.ids import CameraId
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.receipt_errors import CameraSilent
from desktop.vision.types import BGRImage

LEAST_INTERVAL = 0.2  # s between two readings
_WIDEST = 1280  # px; a larger picture is made smaller: a code that can be read there can be read here
_SMALL = 640  # px; below that a picture is also read at twice its size


class QrReader:
    """Looks at the newest picture of a running camera, at most five times a second."""

    def __init__(self, access: Access, newest_frame: Callable[[CameraId], BGRImage | None]) -> None:
        self._access = access
        self._newest_frame = newest_frame
        self._turn = threading.Lock()
        self._last = 0.0

    def read(self, camera_id: CameraId) -> str | None:
        """The text of a receipt or pass in the newest picture; None: there is none that can be read. Takes some tens of
        milliseconds, and waits its turn: worker thread.

        Raises CameraSilent.
        """
        self._access.demand(Permission.ENROL)
        with self._turn:
            time.sleep(max(0.0, self._last + LEAST_INTERVAL - time.monotonic()))
            image = self._newest_frame(camera_id)
            if image is None:
                raise CameraSilent
            found = desk_code_in(image)
            self._last = time.monotonic()
        return found


def desk_code_in(image: BGRImage) -> str | None:
    """The text of a desk's code in a picture (H, W, 3), whoever signed it; None: there is none that can be read."""
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    width = max(grey.shape)
    if width > _WIDEST:
        grey = cv2.resize(grey, None, fx=_WIDEST / width, fy=_WIDEST / width, interpolation=cv2.INTER_AREA)
    sizes = [grey]
    if width < _SMALL:
        sizes.append(cv2.resize(grey, None, fx=2.0, fy=2.0, interpolation=cv2.INTER_CUBIC))
    for each in sizes:
        for detector in (cv2.QRCodeDetectorAruco(), cv2.QRCodeDetector()):  # what one misses the other may read
            text, seen = _read(detector, each)
            if _of_a_desk(text):
                return text
            if not seen:
                break
    return None


def _read(detector: cv2.GraphicalCodeDetector, grey: MatLike) -> tuple[str, bool]:
    """The text, empty where it cannot be read, and whether there seems to be a code."""
    try:
        found: Any = detector.detectAndDecode(grey)
    except (cv2.error, UnicodeDecodeError):  # what looked like a code, and holds something else
        return "", True
    text, corners, _ = found
    return str(text), corners is not None


def _of_a_desk(text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
