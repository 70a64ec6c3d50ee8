"""The threads of the engine: detectors share the cameras fairly, one embedder serves them all."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import structlog

from desktop.capture.frame import Frame
from desktop.capture.mailbox import Mailbox
from desktop.domain.cameras import Camera
from desktop.domain.faults import without_message
from desktop.domain.ids import CameraId
from desktop.recognition.embed_policy import EmbedReason
from desktop.recognition.events import TrackEvent
from desktop.recognition.pipeline import CameraPipeline, Change, EmbedJob
from desktop.recognition.presenter import Presenter
from desktop.recognition.schedule import Rate, Schedule
from desktop.vision.detector import Detector
from desktop.vision.embedder import Embedder

log = structlog.get_logger("desktop.recognition")

IDLE = 0.25  # seconds after which waiting workers look whether the gallery changed
CUT = 1.0  # seconds without an analysed frame after which nobody in the picture can be said to be the same
QUEUE = 24  # embeddings that wait at most
BATCH = 4  # embeddings done at once
# Faces are looked for with what the window and the cameras leave of the processor.
DETECTOR_NICE, EMBEDDER_NICE = 1, 2

_URGENCY = {
    EmbedReason.AMBIGUOUS: 0,
    EmbedReason.NEW: 0,
    EmbedReason.DOUBTFUL: 1,
    EmbedReason.BETTER: 2,
    EmbedReason.RECHECK: 3,
}


@dataclass(slots=True, eq=False)
class Lane:
    """One camera's way from its mailbox to its presenter."""

    camera: Camera
    mailbox: Mailbox[Frame]
    pipeline: CameraPipeline
    presenter: Presenter
    analysing: threading.Lock = field(default_factory=threading.Lock)  # held while a frame is analysed
    closed: bool = False  # guarded by `analysing`
    analysed: Rate = field(default_factory=Rate)
    last: tuple[int, float, tuple[int, ...]] | None = None  # pass, time and shape of the newest analysed frame

    newest: Frame | None = None

    def tap(self, frame: Frame) -> None:
        """Takes each captured frame (capture thread)."""
        self.newest = frame
        self.presenter.offer(frame)

    def starts_anew(self, frame: Frame) -> bool:
        """Whether `frame` has nothing to do with the one analysed before."""
        if self.last is None:
            return True
        pass_, at, shape = self.last
        return frame.pass_ != pass_ or frame.at - at > CUT or frame.image.shape != shape


class Board:
    """Where detector workers find the next frame. Thread-safe."""

    def __init__(self, target_fps: float) -> None:
        self._ready = threading.Condition()
        self._schedule = Schedule(target_fps)
        self._lanes: dict[CameraId, Lane] = {}
        self._stopping = False

    def wake(self) -> None:
        """A frame has come."""
        with self._ready:
            self._ready.notify()

    def add(self, lane: Lane) -> None:
        with self._ready:
            self._lanes[lane.camera.id] = lane
            self._schedule.add(lane.camera.id)

    def remove(self, camera_id: CameraId) -> None:
        with self._ready:
            self._lanes.pop(camera_id, None)
            self._schedule.remove(camera_id)

    def lanes(self) -> list[Lane]:
        with self._ready:
            return list(self._lanes.values())

    def stop(self) -> None:
        with self._ready:
            self._stopping = True
            self._ready.notify_all()

    def take(self, timeout: float) -> tuple[Lane, Frame] | None:
        """The frame to analyse next, waiting up to `timeout` seconds; give it back with `done`."""
        until = time.monotonic() + timeout
        with self._ready:
            while not self._stopping:
                now = time.monotonic()
                fresh = [(key, f.at) for key, lane in self._lanes.items() if (f := lane.mailbox.peek()) is not None]
                chosen = self._schedule.choose(fresh, now)
                if chosen is not None:
                    lane = self._lanes[chosen]
                    frame = lane.mailbox.take()
                    if frame is not None:
                        return lane, frame
                    self._schedule.done(chosen, None)
                if now >= until:
                    return None
                self._ready.wait(min(until - now, 0.02) if fresh else until - now)
        return None

    def done(self, lane: Lane, frame: Frame) -> None:
        with self._ready:
            self._schedule.done(lane.camera.id, frame.at)
            self._ready.notify()


class EmbedQueue:
    """Waiting crops: most urgent first, and of equals the newest, because what is old by the time it is done may count
    for nothing. Of each track the newest waits alone; of more than QUEUE the last are let go. Thread-safe."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._jobs: list[tuple[Lane, EmbedJob]] = []
        self._stopping = False

    def put(self, lane: Lane, job: EmbedJob) -> None:
        with self._ready:
            let_go = [entry for entry in self._jobs if entry[1].identity is job.identity]
            jobs = [entry for entry in self._jobs if entry[1].identity is not job.identity]
            jobs.append((lane, job))
            jobs.sort(key=lambda entry: (_URGENCY[entry[1].reason], -entry[1].at))
            self._jobs = jobs[:QUEUE]
            let_go += jobs[QUEUE:]
            self._ready.notify()
        _dismiss(let_go)

    def take(self, timeout: float) -> list[tuple[Lane, EmbedJob]]:
        """Up to BATCH jobs that can still tell something, waiting up to `timeout` seconds for the first."""
        with self._ready:
            if not self._jobs and not self._stopping:
                self._ready.wait(timeout)
            if self._stopping:
                return []
            useless = [entry for entry in self._jobs if entry[1].identity.outdated(entry[1].at)]
            useful = [entry for entry in self._jobs if not entry[1].identity.outdated(entry[1].at)]
            taken, self._jobs = useful[:BATCH], useful[BATCH:]
        _dismiss(useless)
        return taken

    def stop(self) -> None:
        with self._ready:
            self._stopping = True
            self._jobs.clear()
            self._ready.notify_all()


def _dismiss(jobs: Iterable[tuple[Lane, EmbedJob]]) -> None:
    for lane, job in jobs:
        lane.pipeline.dismissed(job)


class Worker(threading.Thread):
    """A thread that does one step after another until it is asked to stop; a step that fails is logged and left."""

    def __init__(self, name: str, nice: int, step: Callable[[], None], prepare: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._nice = nice
        self._step = step
        self._prepare = prepare
        self._stop_asked = threading.Event()
        self.failures = 0

    def ask_stop(self) -> None:
        self._stop_asked.set()

    def run(self) -> None:
        step_back(self._nice)
        self._prepare()
        while not self._stop_asked.is_set():
            try:
                self._step()
            except Exception as error:  # noqa: BLE001 - one bad frame must not blind every camera
                self._note(error)

    def _note(self, error: Exception) -> None:
        self.failures += 1
        if self.failures & (self.failures - 1) == 0:  # the 1st, 2nd, 4th, 8th ...
            log.error("worker_failed", worker=self.name, count=self.failures, **without_message(error))


class DetectorSteps:
    """What a detector worker does with each frame."""

    def __init__(
        self, board: Board, queue: EmbedQueue, detector: Detector, deliver: Callable[[tuple[TrackEvent, ...]], None]
    ) -> None:
        self._board = board
        self._queue = queue
        self._detector = detector
        self._deliver = deliver
        self._looked = 0.0

    def prepare(self) -> None:
        """First runs are slow: have them before the first frame comes."""
        blank = np.zeros((360, 640, 3), np.uint8)
        for width in (640, 320):
            self._detector.detect(blank, width=width)

    def step(self) -> None:
        taken = self._board.take(IDLE)
        self._look_at_gallery()
        if taken is None:
            return
        lane, frame = taken
        try:
            with lane.analysing:
                if lane.closed:
                    return
                self._analyse(lane, frame)
        finally:
            self._board.done(lane, frame)

    def _analyse(self, lane: Lane, frame: Frame) -> None:
        restart = lane.starts_anew(frame)
        cameras = len(self._board.lanes())
        analysis = lane.pipeline.analyse(self._detector, frame.image, frame.at, restart=restart, cameras=cameras)
        lane.last = (frame.pass_, frame.at, frame.image.shape)
        now = time.monotonic()
        lane.presenter.add_analysis(analysis.record, now - frame.at, analysis.change.identities)
        lane.analysed.tick(now)
        for job in analysis.jobs:
            self._queue.put(lane, job)
        self._deliver(analysis.change.events)

    def _look_at_gallery(self) -> None:
        """Also for cameras that deliver nothing at the moment."""
        now = time.monotonic()
        if now - self._looked < IDLE:
            return
        self._looked = now
        for lane in self._board.lanes():
            apply(lane, lane.pipeline.gallery_changed(now), self._deliver)


class EmbedderSteps:
    """What the embedder does with waiting crops."""

    def __init__(
        self, queue: EmbedQueue, embedder: Embedder, deliver: Callable[[tuple[TrackEvent, ...]], None]
    ) -> None:
        self._queue = queue
        self._embedder = embedder
        self._deliver = deliver

    def prepare(self) -> None:
        self._embedder.embed([np.full((112, 112, 3), 128, np.uint8)])

    def step(self) -> None:
        jobs = self._queue.take(IDLE)
        if not jobs:
            return
        try:
            vectors = self._embedder.embed([job.crop for _, job in jobs])
        except Exception:
            for lane, job in jobs:  # or their tracks would wait for ever
                lane.pipeline.dismissed(job)
            raise
        for (lane, job), vector in zip(jobs, vectors, strict=True):
            apply(lane, lane.pipeline.embedded(job, vector), self._deliver)
        vectors.fill(0.0)


def apply(lane: Lane, change: Change, deliver: Callable[[tuple[TrackEvent, ...]], None]) -> None:
    """Hand a change to the presenter first, then to the rooms above."""
    if change.identities:
        lane.presenter.set_identities(change.identities)
    if change.events:
        deliver(change.events)


def step_back(nice: int) -> None:
    """Give the calling thread a lower priority where the system can do so for a thread (Linux)."""
    if sys.platform == "linux":
        try:
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + nice)
        except OSError as error:  # a container may forbid it; the thread then competes on equal terms
            log.info("priority_kept", error=type(error).__name__)
