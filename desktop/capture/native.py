"""OpenCV's video backends, made fit for a program that handles camera passwords.

Import `cv2` from here in this room. The settings are the process's environment and must stand before FFmpeg is first
used; importing this module again changes nothing.
"""

from __future__ import annotations

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

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)

__all__ = ["cv2"]
