"""The real video as the view through a window in a drawn scene."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from desktop.demo.pixels import BGR, read_video, u8
from desktop.demo.scenes import VideoVisit, VideoWindow
from desktop.domain.geometry import Box

_FRAME = 10
_FRAME_COLOUR = (52, 56, 60)


class Window:
    """Shows the video while a visit lasts and an empty road between the visits.

    Appearance numbers start at `first_number`, one for each visit.
    """

    def __init__(self, window: VideoWindow, folder: Path, fps: int, first_number: int) -> None:
        """Raises DemoSourceMissing if the video is not in `folder`."""
        self._window, self._fps, self._first_number = window, fps, first_number
        self._frames = read_video(folder / window.source)
        self._empty = _road(*window.box[2:])

    def draw(self, picture: BGR, index: int) -> None:
        """Paint the window and what is seen through it, in place."""
        x, y, w, h = self._window.box
        picture[y - _FRAME : y + h + _FRAME, x - _FRAME : x + w + _FRAME] = _FRAME_COLOUR
        view = self._empty.copy()
        now = self._now(index)
        if now is not None:
            _, frame, shift = now
            # Enlarging a small video this way looks like an old camera; a sharper way would invent detail.
            shown = u8(cv2.resize(self._frames[frame], (w, h), interpolation=cv2.INTER_CUBIC))
            view[:, max(0, shift) : w + min(0, shift)] = shown[:, max(0, -shift) : w - max(0, shift)]
        picture[y : y + h, x : x + w] = view

    def face(self, index: int) -> tuple[int, Box, Box, float, float] | None:
        """Appearance, face box, the window that bounds it, yaw, and frontal face width; None while it is empty."""
        now = self._now(index)
        if now is None:
            return None
        visit, frame, shift = now
        keys = self._window.keys
        frames = [key.frame for key in keys]
        values = np.array([(*key.face, key.yaw) for key in keys])
        fx, fy, fw, fh, yaw = (float(np.interp(frame, frames, values[:, i])) for i in range(5))
        x, y, w, h = self._window.box
        height, width = self._frames[0].shape[:2]
        sx, sy = w / width, h / height
        box = Box(x + shift + fx * sx, y + fy * sy, fw * sx, fh * sy)
        return self._first_number + visit, box, Box(x, y, w, h), yaw, box.w

    def visit(self, number: int) -> VideoVisit:
        return self._window.visits[number]

    def _now(self, index: int) -> tuple[int, int, int] | None:
        """Visit, frame of the video and sideways shift in pixels at that frame of the clip."""
        for number, visit in enumerate(self._window.visits):
            begin = round(visit.start * self._fps)
            length = abs(visit.last - visit.first) + 1
            step = index - begin
            if 0 <= step < length:
                frame = visit.first + step if visit.last >= visit.first else visit.first - step
                return number, frame, self._shift(step, length)
        return None

    def _shift(self, step: int, length: int) -> int:
        """Drives in from the left, stands, drives off to the right; slowing down and speeding up smoothly."""
        sliding = max(1, round(self._window.slide * self._fps))
        width = self._window.box[2]
        if step < sliding:
            return -round(width * (1 - step / sliding) ** 2)
        if step >= length - sliding:
            return round(width * ((step - (length - sliding) + 1) / sliding) ** 2)
        return 0


def _road(width: int, height: int) -> BGR:
    """The empty lane: sky, hedge, asphalt."""
    view = np.empty((height, width, 3), np.uint8)
    horizon = int(height * 0.45)
    share = np.linspace(0, 1, horizon)[:, None, None]
    view[:horizon] = (np.array((226, 214, 200)) * (1 - share) + np.array((236, 232, 226)) * share).astype(np.uint8)
    view[horizon:] = (112, 112, 110)
    rng = np.random.default_rng(5)
    for x in range(-20, width + 20, 14):
        top = (x, horizon - int(rng.integers(14, 40)))
        cv2.circle(view, top, int(rng.integers(16, 30)), (58, int(rng.integers(84, 116)), 62), -1, cv2.LINE_AA)
    cv2.rectangle(view, (0, horizon), (width, horizon + 12), (90, 104, 96), -1)
    shares = [(0.46, horizon + 12), (0.5, horizon + 12), (0.34, height), (0.2, height)]
    lane = np.array([(share * width, row) for share, row in shares])
    cv2.fillPoly(view, [lane.astype(np.int32)], (206.0, 208.0, 208.0), cv2.LINE_AA)
    return u8(cv2.GaussianBlur(view, (0, 0), 1.6))
