"""What every frame source can do, and the factory that picks one for a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from desktop.domain.cameras import SourceKind, SourceSpec, StateReason


class SourceError(Exception):
    """A source cannot go on. Holds a reason only, never the address: addresses hold passwords."""

    def __init__(self, reason: StateReason) -> None:
        self.reason = reason
        super().__init__(reason.value)


@dataclass(frozen=True, slots=True, eq=False)
class SourceFrame:
    """A decoded picture: (H, W, 3) uint8 BGR, with its place in the file (see `Frame`)."""

    image: NDArray[np.uint8]
    position: int | None = None
    pass_: int = 0


class FrameSource(Protocol):
    """A camera, a file or a folder. Used by one thread; a closed source is not opened again.

    `read` of a live source blocks until the next frame; of a recorded one it returns as soon as the frame is
    decoded: the reader paces it.
    """

    @property
    def fps(self) -> float:
        """Frames a second: the pace of a recording, what a live camera announces (0: unknown). Known once open."""

    @property
    def live(self) -> bool:
        """Whether frames come at the camera's own pace."""

    def open(self) -> None:
        """Connect. Raises SourceError with the reason."""

    def read(self) -> SourceFrame | None:
        """The next frame; None at the end. Raises SourceError when the source breaks."""

    def close(self) -> None:
        """Let go of the device, connection or file. May be called at any time after __init__, more than once."""


@runtime_checkable
class RecordedSource(FrameSource, Protocol):
    """A source that can leave frames out cheaply when its reader is late."""

    @property
    def damaged(self) -> int:
        """How many pictures could not be decoded so far."""

    def skip(self) -> bool:
        """Pass over the next frame without converting it; False at the end."""


def make_source(spec: SourceSpec) -> FrameSource:
    """The source for `spec`, not yet open. Never fails: what is wrong with the address comes up in `open`."""
    # OpenCV takes a third of a second to import; most rooms only need the types above.
    from desktop.capture import opencv_sources as cv_sources

    match spec.kind:
        case SourceKind.USB:
            return cv_sources.UsbSource(spec)
        case SourceKind.RTSP:
            return cv_sources.RtspSource(spec)
        case SourceKind.VIDEO:
            return cv_sources.VideoFileSource(spec)
        case SourceKind.FOLDER:
            return cv_sources.FolderSource(spec)
