"""What the capture tests share: numbered clips, scripted sources, waiting with a generous deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.capture.frame import Frame
from desktop.capture.mailbox import Mailbox
from desktop.capture.reader import CameraReader, RetryPolicy
from desktop.capture.source import FrameSource, SourceFrame, make_source
from desktop.domain.cameras import CameraState, CameraStatus, SourceKind, SourceSpec, StateReason
from desktop.domain.ids import CameraId

# Retries at once, but never takes a busy test machine for a stalled camera.
FAST = RetryPolicy(
    connect_timeout=20.0,
    stall_after=20.0,
    reopen_after=20.0,
    close_grace=0.1,
    settle_after=0.5,
    backoff_first=0.05,
    backoff_longest=0.4,
    refused_delay=0.1,
    password_longest=0.4,
)
STALLING = replace(FAST, stall_after=0.3, reopen_after=0.3)
_BITS = 8


def wait_for(condition: Callable[[], object], timeout: float = 20.0) -> bool:
    """Poll until `condition` holds; False after `timeout` seconds."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.01)
    return bool(condition())


def numbered_picture(number: int, size: tuple[int, int] = (320, 180)) -> NDArray[np.uint8]:
    """A picture that carries `number` (0..255) as eight black or white bars, so that coding cannot blur it."""
    width, height = size
    image = np.full((height, width, 3), 90, np.uint8)
    bar = width // _BITS
    for bit in range(_BITS):
        image[: height // 2, bit * bar : (bit + 1) * bar] = 255 if number >> bit & 1 else 0
    cv2.circle(image, (number * 5 % width, height * 3 // 4), height // 8, (40, 200, 240), -1)
    return image


def number_in(image: NDArray[np.uint8]) -> int:
    """The number of a `numbered_picture`, also after coding or scaling."""
    height, width = image.shape[:2]
    bar = width // _BITS
    return sum(int(image[height // 4, bit * bar + bar // 2].mean() > 128) << bit for bit in range(_BITS))


def write_clip(path: Path, frames: int, *, fps: float = 25.0, codec: str = "mp4v", first: int = 0) -> Path:
    """A video of `frames` numbered pictures, counting from `first`."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), fps, (320, 180))
    assert writer.isOpened()
    for index in range(frames):
        writer.write(numbered_picture(first + index))
    writer.release()
    return path


def write_picture(folder: Path, name: str, number: int) -> Path:
    """A numbered picture file. Written through a buffer: cv2.imwrite fails on non-Latin paths on Windows."""
    path = folder / name
    path.write_bytes(cv2.imencode(path.suffix, numbered_picture(number))[1].tobytes())
    return path


class Recorder:
    """Keeps what a reader reports: statuses in order, and number, position, pass and size of each frame."""

    def __init__(self) -> None:
        self.statuses: list[CameraStatus] = []
        self.frames: list[Frame] = []

    def on_status(self, _camera: CameraId, status: CameraStatus) -> None:
        self.statuses.append(status)

    def tap(self, frame: Frame) -> None:
        self.frames.append(frame)

    @property
    def states(self) -> list[CameraState]:
        return [status.state for status in self.statuses]

    def wait_state(self, state: CameraState, timeout: float = 20.0) -> CameraStatus:
        """The newest status once it is `state`."""
        assert wait_for(lambda: self.statuses and self.statuses[-1].state is state, timeout), self.statuses[-5:]
        return self.statuses[-1]

    def wait_seen(self, state: CameraState, after: int = 0, timeout: float = 20.0) -> CameraStatus:
        """The first status of `state` from index `after` on; for states that pass by quickly."""

        def seen() -> CameraStatus | None:
            return next((status for status in self.statuses[after:] if status.state is state), None)

        assert wait_for(seen, timeout), self.statuses[-5:]
        found = seen()
        assert found is not None
        return found

    def wait_frames(self, count: int, timeout: float = 20.0) -> None:
        """Until `count` more frames have come."""
        goal = len(self.frames) + count
        assert wait_for(lambda: len(self.frames) >= goal, timeout), (len(self.frames), self.statuses[-5:])


def make_reader(
    recorder: Recorder,
    spec: SourceSpec,
    *,
    factory: Callable[[SourceSpec], FrameSource] = make_source,
    policy: RetryPolicy = FAST,
    tap: Callable[[Frame], None] | None = None,
) -> CameraReader:
    return CameraReader(
        CameraId("cam-1"),
        spec,
        mailbox=Mailbox(),
        tap=tap or recorder.tap,
        on_status=recorder.on_status,
        source_factory=factory,
        policy=policy,
    )


def capture_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith(("capture-", "watchdog-"))]


SPEC = SourceSpec(SourceKind.RTSP, "rtsp://anna:geheim@192.0.2.1/live")


class ScriptedSource:
    """A live source that does what its script says, one step a read.

    A step is a number of seconds to wait before a frame, an exception to raise, None for the end, or an Event that
    the read hangs on (as a stuck driver does) before it returns a frame. After the script frames come every 10 ms.
    """

    live = True
    fps = 0.0

    def __init__(self, *steps: float | Exception | threading.Event | None, opening: Exception | None = None) -> None:
        self.steps = list(steps)
        self.opening = opening
        self.closed = threading.Event()
        self.reads = 0

    def open(self) -> None:
        if self.opening is not None:
            raise self.opening

    def read(self) -> SourceFrame | None:
        self.reads += 1
        step = self.steps.pop(0) if self.steps else 0.01
        if step is None:
            return None
        if isinstance(step, Exception):
            raise step
        if isinstance(step, threading.Event):
            step.wait(30.0)
        else:
            time.sleep(step)
        return SourceFrame(np.zeros((4, 4, 3), np.uint8))

    def close(self) -> None:
        self.closed.set()


class Sources:
    """A factory that hands out the given sources one by one, and the last one's kind for ever after."""

    def __init__(self, *sources: ScriptedSource) -> None:
        self.waiting = list(sources)
        self.made: list[ScriptedSource] = []

    def __call__(self, _spec: SourceSpec) -> FrameSource:
        source = self.waiting.pop(0) if self.waiting else ScriptedSource()
        self.made.append(source)
        return source


def refused(reason: StateReason = StateReason.BAD_PASSWORD) -> ScriptedSource:
    from desktop.capture.source import SourceError

    return ScriptedSource(opening=SourceError(reason))


def running(
    recorder: Recorder, readers: list[CameraReader], *sources: ScriptedSource, policy: RetryPolicy = FAST
) -> tuple[CameraReader, Sources]:
    factory = Sources(*sources)
    reader = make_reader(recorder, SPEC, factory=factory, policy=policy)
    readers.append(reader)
    reader.start()
    return reader, factory
