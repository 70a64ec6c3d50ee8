"""Video files as a frame source."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2

from desktop.capture.native import DECODER, next_picture, plausible_fps
from desktop.capture.source import SourceError, SourceFrame
from desktop.domain.cameras import SourceSpec, StateReason

DEFAULT_FPS = 25.0
# The next pass is opened this many seconds before the end of the running one: opening takes 5 to 25 ms of processor
# time, and when several files end at once on a busy machine several frames would be lost.
_OPEN_AHEAD = 1.0

# FFmpeg also plays text files, as white letters on black; their owner calls them anything but a video.
_TEXT_CODECS = frozenset({"ansi", "bint", "xbin", "idf"})


class VideoFileSource:
    """A video file, looped or once. Frames are counted by decoding, so `position` is right in any container.

    Each pass opens the file afresh, since not every container can seek.

    Raises on open and, when a loop begins anew, on read: NOT_FOUND, EMPTY_FILE, NOT_A_VIDEO.
    """

    live = False
    damaged = 0

    def __init__(self, spec: SourceSpec) -> None:
        self.fps = plausible_fps(spec.fps) or DEFAULT_FPS
        self._spec = spec
        self._path = Path(spec.address)
        self._capture: cv2.VideoCapture | None = None
        self._ahead: _Opening | None = None
        self._ahead_from = 0  # position at which to open the next pass
        self._position = 0  # of the next frame
        self._pass = 0

    def open(self) -> None:
        self._capture = capture = open_video(self._path)
        if not plausible_fps(self._spec.fps):
            self.fps = plausible_fps(capture.get(cv2.CAP_PROP_FPS)) or DEFAULT_FPS
        # The announced length may be wrong or missing; then a pass is opened early, or only when it is needed.
        self._ahead_from = max(1, int(capture.get(cv2.CAP_PROP_FRAME_COUNT) - _OPEN_AHEAD * self.fps))

    def read(self) -> SourceFrame | None:
        while self._capture is not None:
            image = next_picture(self._capture)
            if image is not None:
                item = SourceFrame(image, self._position, self._pass)
                self._step()
                return item
            if not self._begin_anew():
                return None
        raise SourceError(StateReason.NO_FRAMES)

    def skip(self) -> bool:
        while self._capture is not None:
            if self._capture.grab():
                self._step()
                return True
            if not self._begin_anew():
                return False
        raise SourceError(StateReason.NO_FRAMES)

    def close(self) -> None:
        capture, self._capture = self._capture, None
        ahead, self._ahead = self._ahead, None
        if capture is not None:
            capture.release()
        if ahead is not None:
            ahead.discard()

    def _step(self) -> None:
        self._position += 1
        if self._spec.loop and self._ahead is None and self._position >= self._ahead_from:
            self._ahead = _Opening(self._path)

    def _begin_anew(self) -> bool:
        """At the end: whether another pass has begun."""
        if self._position == 0:
            raise SourceError(StateReason.NOT_A_VIDEO)  # opened, but not one frame can be decoded
        if not self._spec.loop or self._capture is None:
            return False
        ahead, self._ahead = self._ahead, None
        self._capture.release()
        self._capture = ahead.take() if ahead is not None else open_video(self._path)
        self._pass += 1
        self._position = 0
        return True


class _Opening:
    """A file being opened in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._capture: cv2.VideoCapture | None = None
        self._reason = StateReason.NOT_A_VIDEO
        self._thread = threading.Thread(target=self._run, name="capture-open", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._capture = open_video(self._path)
        except SourceError as error:
            self._reason = error.reason

    def take(self) -> cv2.VideoCapture:
        self._thread.join()
        if self._capture is None:
            raise SourceError(self._reason)
        return self._capture

    def discard(self) -> None:
        self._thread.join()
        if self._capture is not None:
            self._capture.release()


def open_video(path: Path) -> cv2.VideoCapture:
    """The opened file. Raises SourceError: NOT_FOUND, EMPTY_FILE, NOT_A_VIDEO (also for pictures and texts)."""
    try:
        if not path.is_file():
            raise SourceError(StateReason.NOT_FOUND)
        if path.stat().st_size == 0:
            raise SourceError(StateReason.EMPTY_FILE)
    except (OSError, ValueError):  # not ours to read, a name too long, a NUL in it
        raise SourceError(StateReason.NOT_FOUND) from None
    name = str(path.absolute())  # never taken for an address ("http:...") or another protocol of FFmpeg
    capture = cv2.VideoCapture(name, cv2.CAP_FFMPEG, DECODER)
    if not capture.isOpened() or _is_text(capture) or _is_picture(capture, name):
        capture.release()
        raise SourceError(StateReason.NOT_A_VIDEO)
    return capture


def _is_text(capture: cv2.VideoCapture) -> bool:
    code = int(capture.get(cv2.CAP_PROP_FOURCC)) & 0xFFFFFFFF
    return code.to_bytes(4, "little").decode("latin-1").strip("\0 ").lower() in _TEXT_CODECS


def _is_picture(capture: cv2.VideoCapture, name: str) -> bool:
    return capture.get(cv2.CAP_PROP_FRAME_COUNT) <= 1 and bool(cv2.haveImageReader(name))
