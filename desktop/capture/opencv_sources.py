"""Frame sources over OpenCV: USB cameras, RTSP cameras, video files and folders of pictures."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.capture.native import cv2
from desktop.capture.pictures import list_pictures, read_picture
from desktop.capture.rtsp_check import RtspAddress, check_rtsp
from desktop.capture.source import SourceError, SourceFrame
from desktop.domain.cameras import SourceSpec, StateReason

DEFAULT_FILE_FPS = 25.0
DEFAULT_FOLDER_FPS = 1.0

# FFmpeg also plays text files, as white letters on black; their owner calls them anything but a video.
_TEXT_CODECS = frozenset({"ansi", "bint", "xbin", "idf"})
_USB_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}
# One decoder thread a camera: more of them only hold frames back, and nine cameras share the processor anyway.
_DECODER = [cv2.CAP_PROP_N_THREADS, 1, cv2.CAP_PROP_HW_ACCELERATION, cv2.VIDEO_ACCELERATION_NONE]


def _plausible_fps(value: float) -> float:
    """Containers also announce 0, NaN or their clock rate (90000); 0 for those."""
    return value if math.isfinite(value) and 0.1 <= value <= 240 else 0.0


def _grab(capture: cv2.VideoCapture) -> NDArray[np.uint8] | None:
    """The next picture, (H, W, 3) uint8 BGR, or None."""
    got, image = capture.read()
    if not got or image is None or image.size == 0:
        return None
    if image.ndim == 2:
        image = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    return np.asarray(image, dtype=np.uint8)


class _LiveSource:
    """What USB and RTSP cameras share."""

    live = True

    def __init__(self, spec: SourceSpec) -> None:
        self.fps = 0.0
        self._spec = spec
        self._capture: cv2.VideoCapture | None = None

    def read(self) -> SourceFrame | None:
        if self._capture is None:
            raise SourceError(StateReason.NO_FRAMES)
        image = _grab(self._capture)
        return None if image is None else SourceFrame(image)

    def close(self) -> None:
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()  # not left to the garbage collector: that would hold the GIL while hanging up


class UsbSource(_LiveSource):
    """A camera of the operating system by its index ("0"). Asks for `width` x `height`; the driver gives what it has.

    Raises on open: NOT_FOUND (no such device), BUSY (there, but another program has it or we may not use it).
    """

    def __init__(self, spec: SourceSpec, *, width: int = 1280, height: int = 720) -> None:
        super().__init__(spec)
        self._size = (width, height)

    def open(self) -> None:
        address = self._spec.address.strip()
        if not address.isdecimal():
            raise SourceError(StateReason.NOT_FOUND)
        index = int(address)
        on_linux = sys.platform.startswith("linux")
        if on_linux and not Path(f"/dev/video{index}").exists():
            raise SourceError(StateReason.NOT_FOUND)
        capture = cv2.VideoCapture(index, _USB_BACKENDS.get("linux" if on_linux else sys.platform, cv2.CAP_ANY))
        self._capture = capture
        if not capture.isOpened():
            raise SourceError(StateReason.BUSY if on_linux else StateReason.NOT_FOUND)
        # Uncompressed, USB 2 carries 720p at 10 frames a second only. Drivers ignore what they cannot do.
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        self.fps = _plausible_fps(capture.get(cv2.CAP_PROP_FPS))


class RtspSource(_LiveSource):
    """An RTSP camera over TCP.

    Args:
        open_timeout, read_timeout: seconds that FFmpeg may wait; a read of a stalled camera takes two to three times
            its timeout to return.
        check_timeout: seconds to ask the camera why it did not open (see `check_rtsp`).

    Raises on open: BAD_PASSWORD, NOT_FOUND, UNREACHABLE (also if the camera answers but sends no video).
    """

    def __init__(
        self, spec: SourceSpec, *, open_timeout: float = 8.0, read_timeout: float = 2.0, check_timeout: float = 4.0
    ) -> None:
        super().__init__(spec)
        self._open_timeout = open_timeout
        self._read_timeout = read_timeout
        self._check_timeout = check_timeout

    def open(self) -> None:
        url = self._spec.address.strip()
        RtspAddress.parse(url)  # FFmpeg would also open files and web pages
        waits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            int(self._open_timeout * 1000),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            int(self._read_timeout * 1000),
        ]
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, waits + _DECODER)
        self._capture = capture
        if not capture.isOpened():
            # Only asked now: a DESCRIBE just before FFmpeg's own makes some cameras refuse the second one.
            check_rtsp(url, self._check_timeout)
            raise SourceError(StateReason.UNREACHABLE)
        self.fps = _plausible_fps(capture.get(cv2.CAP_PROP_FPS))

    def read(self) -> SourceFrame | None:
        asked = time.monotonic()
        item = super().read()
        if item is None and time.monotonic() - asked >= self._read_timeout:
            raise SourceError(StateReason.NO_FRAMES)  # FFmpeg gave up waiting; nobody ended the stream
        return item


class VideoFileSource:
    """A video file, looped or once. Frames are counted by decoding, so `position` is right in any container.

    Raises on open and, when a loop begins anew, on read: NOT_FOUND, EMPTY_FILE, NOT_A_VIDEO.
    """

    live = False
    damaged = 0

    def __init__(self, spec: SourceSpec) -> None:
        self.fps = _plausible_fps(spec.fps) or DEFAULT_FILE_FPS
        self._spec = spec
        self._capture: cv2.VideoCapture | None = None
        self._position = 0  # of the next frame
        self._pass = 0

    def open(self) -> None:
        self._capture = self._opened()
        if not _plausible_fps(self._spec.fps):
            self.fps = _plausible_fps(self._capture.get(cv2.CAP_PROP_FPS)) or DEFAULT_FILE_FPS

    def read(self) -> SourceFrame | None:
        while self._capture is not None:
            image = _grab(self._capture)
            if image is not None:
                item = SourceFrame(image, self._position, self._pass)
                self._position += 1
                return item
            if not self._begin_anew():
                return None
        raise SourceError(StateReason.NO_FRAMES)

    def skip(self) -> bool:
        while self._capture is not None:
            if self._capture.grab():
                self._position += 1
                return True
            if not self._begin_anew():
                return False
        raise SourceError(StateReason.NO_FRAMES)

    def close(self) -> None:
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def _begin_anew(self) -> bool:
        """At the end: whether another pass has begun. Opened afresh, since not every container can seek."""
        if self._position == 0:
            raise SourceError(StateReason.NOT_A_VIDEO)  # opened, but not one frame can be decoded
        if not self._spec.loop:
            return False
        self.close()
        self._capture = self._opened()
        self._pass += 1
        self._position = 0
        return True

    def _opened(self) -> cv2.VideoCapture:
        path = Path(self._spec.address)
        try:
            if not path.is_file():
                raise SourceError(StateReason.NOT_FOUND)
            if path.stat().st_size == 0:
                raise SourceError(StateReason.EMPTY_FILE)
        except (OSError, ValueError):  # unreadable, a name too long, a NUL in it
            raise SourceError(StateReason.NOT_FOUND) from None
        # An absolute path is never taken for an address ("http:...") or a pattern of FFmpeg's protocols.
        name = str(path.absolute())
        capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG, _DECODER)
        if not capture.isOpened() or _is_text(capture) or _is_picture(capture, name):
            capture.release()
            raise SourceError(StateReason.NOT_A_VIDEO)
        return capture


def _is_text(capture: cv2.VideoCapture) -> bool:
    code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
    return code.to_bytes(4, "little").decode("latin-1").strip("\0 ").lower() in _TEXT_CODECS


def _is_picture(capture: cv2.VideoCapture, name: str) -> bool:
    return capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 1 and bool(cv2.haveImageReader(name))


class FolderSource:
    """The pictures of a folder in the order of their names (numbers by value), looped or once.

    Pictures that cannot be decoded are passed over and counted in `damaged`. `position` is the place in the listing
    taken when the pass began.

    Raises: NOT_FOUND (no such folder), NO_PICTURES (none there, or a whole pass without one that can be decoded).
    """

    live = False

    def __init__(self, spec: SourceSpec) -> None:
        self.fps = _plausible_fps(spec.fps) or DEFAULT_FOLDER_FPS
        self.damaged = 0
        self._spec = spec
        self._files: list[Path] = []
        self._next = 0
        self._pass = 0
        self._decoded = 0  # in this pass

    def open(self) -> None:
        self._files = list_pictures(Path(self._spec.address))

    def read(self) -> SourceFrame | None:
        while self._advance():
            position = self._next
            self._next += 1
            image = read_picture(self._files[position])
            if image is not None:
                self._decoded += 1
                return SourceFrame(image, position, self._pass)
            self.damaged += 1
        return None

    def skip(self) -> bool:
        if not self._advance():
            return False
        self._next += 1
        self._decoded += 1  # not known to be damaged
        return True

    def close(self) -> None:
        self._files = []

    def _advance(self) -> bool:
        """Whether `_next` points at a picture, beginning another pass where needed."""
        if self._next < len(self._files):
            return True
        if self._decoded == 0:
            raise SourceError(StateReason.NO_PICTURES)
        if not self._spec.loop:
            return False
        self._files = list_pictures(Path(self._spec.address))
        self._next = self._decoded = 0
        self._pass += 1
        return True
