"""Frame sources over OpenCV: USB cameras, RTSP cameras, video files and folders of pictures."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import cv2

from desktop.capture.native import DECODER, next_picture, plausible_fps
from desktop.capture.pictures import list_pictures, read_picture
from desktop.capture.rtsp_check import RtspAddress, check_rtsp
from desktop.capture.source import SourceError, SourceFrame
from desktop.capture.video_file import VideoFileSource
from desktop.domain.cameras import SourceSpec, StateReason

__all__ = ["FolderSource", "RtspSource", "UsbSource", "VideoFileSource"]

DEFAULT_FOLDER_FPS = 1.0

_USB_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}


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
        image = next_picture(self._capture)
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
        self.fps = plausible_fps(capture.get(cv2.CAP_PROP_FPS))


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
        capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, waits + DECODER)
        self._capture = capture
        if not capture.isOpened():
            # Only asked now: a DESCRIBE just before FFmpeg's own makes some cameras refuse the second one.
            check_rtsp(url, self._check_timeout)
            raise SourceError(StateReason.UNREACHABLE)
        self.fps = plausible_fps(capture.get(cv2.CAP_PROP_FPS))

    def read(self) -> SourceFrame | None:
        asked = time.monotonic()
        item = super().read()
        if item is None and time.monotonic() - asked >= self._read_timeout:
            raise SourceError(StateReason.NO_FRAMES)  # FFmpeg gave up waiting; nobody ended the stream
        return item


class FolderSource:
    """The pictures of a folder in the order of their names (numbers by value), looped or once.

    Pictures that cannot be decoded are passed over and counted in `damaged`. `position` is the place in the listing
    taken when the pass began.

    Raises: NOT_FOUND (no such folder), NO_PICTURES (none there, or a whole pass without one that can be decoded).
    """

    live = False

    def __init__(self, spec: SourceSpec) -> None:
        self.fps = plausible_fps(spec.fps) or DEFAULT_FOLDER_FPS
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
