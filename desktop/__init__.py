"""Consentry: face recognition for security desks that recognises only the people who agreed to it.

What native libraries read from the environment, once, at their first use, is set here, before any room can import them.
"""

import os

# onnxruntime reports its use over the network unless told not to.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

# FFmpeg and OpenCV write to file descriptor 2, past Python's logging, and some messages hold a camera's whole address.
os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"  # AV_LOG_QUIET
for _name in ("OPENCV_FFMPEG_DEBUG", "OPENCV_FFMPEG_SKIP_LOG_CALLBACK", "OPENCV_VIDEOIO_DEBUG"):
    os.environ.pop(_name, None)  # each of them turns the messages on again
os.environ["OPENCV_LOG_LEVEL"] = "SILENT"

# With more threads OpenBLAS keeps a second core spinning between two gallery searches: 50 ms of processor for 0.7 ms.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# No picture file of more than 100 megapixels is ever unpacked (a gigapixel takes 3 GB).
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "100000000"

# Without this OpenCV opens one stream at a time: a camera that does not answer holds up all others for seconds.
# FFmpeg itself has long been thread safe.
os.environ["OPENCV_FFMPEG_IS_THREAD_SAFE"] = "1"

# TCP: no torn pictures, one port through the firewall. The sound of a camera is not even asked for.
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp|allowed_media_types;video"

__version__ = "0.1.0"
