"""Tries a camera out before it is added or changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from desktop.capture.source import FrameSource, SourceError, make_source
from desktop.domain.cameras import SourceSpec, StateReason
from desktop.domain.errors import Cancelled
from desktop.domain.faults import without_message

log = structlog.get_logger("desktop.capture")

_LOOK_FOR = 1.0  # seconds of frames: enough for a rate, and cameras need some to set their exposure
_STEP = 0.05  # how often a cancelled probe looks up


@dataclass(frozen=True, slots=True, eq=False)
class ProbeResult:
    """What a trial found.

    Attributes:
        ok: whether at least one frame came; otherwise `reason` says why not.
        width, height: of the last frame, pixels.
        fps: measured for live cameras (announced if only one frame came), the pace of files; 0: unknown.
        image: the last frame, (H, W, 3) uint8 BGR. Unmasked: mask it before anybody sees it.
    """

    ok: bool
    reason: StateReason = StateReason.NONE
    width: int = 0
    height: int = 0
    fps: float = 0.0
    image: NDArray[np.uint8] | None = None


def probe_camera(
    spec: SourceSpec,
    cancel: Callable[[], bool],
    timeout: float = 10.0,
    source_factory: Callable[[SourceSpec], FrameSource] = make_source,
) -> ProbeResult:
    """Open `spec`, look at its frames for a second and close it.

    Args:
        cancel: asked every 50 ms.
        timeout: seconds for everything. A source stuck in a native call is left behind.

    Raises:
        Cancelled: `cancel` said yes.
    """
    trial = _Trial(source_factory, spec)
    thread = threading.Thread(target=trial.run, name="capture-probe", daemon=True)
    thread.start()
    until = time.monotonic() + timeout
    try:
        while thread.is_alive() and time.monotonic() < until:
            if cancel():
                raise Cancelled
            thread.join(_STEP)
    finally:
        trial.stop.set()
    if cancel():
        raise Cancelled
    return trial.result()


class _Trial:
    """Runs in its own thread; `result` may be asked at any time."""

    def __init__(self, source_factory: Callable[[SourceSpec], FrameSource], spec: SourceSpec) -> None:
        self.stop = threading.Event()
        self._make = source_factory
        self._spec = spec
        self._lock = threading.Lock()
        self._reason = StateReason.UNREACHABLE
        self._image: NDArray[np.uint8] | None = None
        self._fps = 0.0

    def result(self) -> ProbeResult:
        with self._lock:
            if self._image is None:
                return ProbeResult(ok=False, reason=self._reason)
            height, width = self._image.shape[:2]
            return ProbeResult(True, width=width, height=height, fps=self._fps, image=self._image)

    def run(self) -> None:
        try:
            source = self._make(self._spec)
            try:
                source.open()
                self._look(source)
            finally:
                source.close()
        except SourceError as error:
            self._fail(error.reason)
        except Exception as error:  # noqa: BLE001 - native code's fault; the message may hold the address
            log.error("probe_failed", **without_message(error))  # noqa: TRY400
            self._fail(StateReason.NO_FRAMES)

    def _look(self, source: FrameSource) -> None:
        self._fail(StateReason.NO_FRAMES)
        count, first = 0, 0.0
        while not self.stop.is_set():
            item = source.read()
            if item is None:
                self._fail(StateReason.STREAM_ENDED)
                return
            now = time.monotonic()
            count, first = count + 1, first if count else now
            measured = (count - 1) / (now - first) if source.live and now > first else source.fps
            with self._lock:
                self._image, self._fps = item.image, measured
            if not source.live or now - first >= _LOOK_FOR:
                return

    def _fail(self, reason: StateReason) -> None:
        with self._lock:
            self._reason = reason
