"""OpenCV's video backends, made fit for a program that handles camera passwords.

Import `cv2` from here in this room. The settings are the process's environment and must stand before FFmpeg is first
used; importing this module again changes nothing.
"""

from __future__ import annotations

import math
import os

# FFmpeg and OpenCV write to file descriptor 2, past Python's logging, and some messages hold the whole address.
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"  # AV_LOG_QUIET
for _name in ("OPENCV_FFMPEG_DEBUG", "OPENCV_FFMPEG_SKIP_LOG_CALLBACK", "OPENCV_VIDEOIO_DEBUG"):
    os.environ.pop(_name, None)  # each of them turns the messages on again
# Without this OpenCV opens one stream at a time: a camera that does not answer holds up all others for seconds.
# FFmpeg itself has long been thread safe.
os.environ["OPENCV_FFMPEG_IS_THREAD_SAFE"] = "1"
# TCP: no torn pictures, one port through the firewall. The sound of a camera is not even asked for.
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp|allowed_media_types;video"

import cv2  # noqa: E402
import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["DECODER", "cv2", "next_picture", "plausible_fps"]

# One decoder thread a camera: more of them only hold frames back, and nine cameras share the processor anyway.
DECODER = [cv2.CAP_PROP_N_THREADS, 1, cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_NONE]


def plausible_fps(value: float) -> float:
    """Containers also announce 0, NaN or their clock rate (90000); 0 for those."""
    return value if math.isfinite(value) and 0.01 <= value <= 240 else 0.0


def next_picture(capture: cv2.VideoCapture) -> NDArray[np.uint8] | None:
    """The next picture, (H, W, 3) uint8 BGR, or None."""
    got, image = capture.read()
    if not got or image is None or image.size == 0:
        return None
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    return np.asarray(image, dtype=np.uint8)
