"""The running whole: readers, detector workers, the embedder and a presenter for each camera."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from desktop.capture.frame import Frame
from desktop.capture.mailbox import Mailbox
from desktop.capture.reader import CameraReader, RetryPolicy
from desktop.capture.source import FrameSource, make_source
from desktop.domain.cameras import Camera, CameraState, CameraStatus, SourceSpec
from desktop.domain.faults import without_message
from desktop.domain.ids import CameraId, PersonId
from desktop.recognition.embed_policy import FairShare
from desktop.recognition.events import TrackEvent
from desktop.recognition.gallery import Gallery
from desktop.recognition.matcher import Matcher
from desktop.recognition.pipeline import CameraPipeline
from desktop.recognition.presenter import Presenter
from desktop.recognition.schedule import SLOWED_AT
from desktop.recognition.settings import EngineSettings
from desktop.recognition.workers import (
    DETECTOR_NICE,
    EMBEDDER_NICE,
    Board,
    DetectorSteps,
    EmbedderSteps,
    EmbedQueue,
    Lane,
    Worker,
    apply,
)
from desktop.vision.packs import ModelPack

log = structlog.get_logger("desktop.recognition")

EMBEDDINGS = 24.0  # a second at most, of all cameras together: less than half of a core
SWITCH_INTERVAL = 0.0005  # seconds: with Python's 5 ms a busy worker costs the window half of its pictures


@dataclass(frozen=True, slots=True)
class CameraStats:
    """Rates over the last seconds; shares in percent since the start or the last `reset_stats`.

    Attributes:
        captured_fps, analysed_fps, shown_fps: frames per second.
        dropped_pct: frames captured while the tile was visible that were not shown.
        coarse_pct: pictures that were shown coarse, of those shown.
        delay_ms: how late pictures are shown.
        slowed: analysis is slower than wanted because the processor is short (all cameras alike).
        status: of the camera.
    """

    captured_fps: float
    analysed_fps: float
    shown_fps: float
    dropped_pct: float
    coarse_pct: float
    delay_ms: float
    slowed: bool
    status: CameraStatus


@dataclass(slots=True, eq=False)
class _Post:
    """A camera's lane and its reader."""

    lane: Lane
    reader: CameraReader


class RecognitionEngine:
    """Thread-safe. Events are delivered in worker threads, outside of every lock.

    Args:
        pack: makes detectors and embedders, and knows the calibration.
        gallery: the people who may be matched; swapped or thinned out at any time.
        settings: see `EngineSettings`.
        on_event: takes what happens to tracks; must be quick. What it raises is logged and left.
        on_status: takes each change of a camera's state (watchdog thread); must be quick.
        may_be_shown: asked, besides the gallery, before a matched person is shown unmasked (somebody may be matched by
            authority without having consented to be shown). None: everybody who may be matched.
        source_factory, retry: of the readers; for tests.
    """

    def __init__(
        self,
        pack: ModelPack,
        gallery: Gallery,
        *,
        settings: EngineSettings | None = None,
        on_event: Callable[[TrackEvent], None] | None = None,
        on_status: Callable[[CameraId, CameraStatus], None] | None = None,
        may_be_shown: Callable[[PersonId], bool] | None = None,
        source_factory: Callable[[SourceSpec], FrameSource] = make_source,
        retry: RetryPolicy | None = None,
    ) -> None:
        self._pack = pack
        self._settings = settings or EngineSettings()
        self._matcher = Matcher(gallery, pack.calibration, self._settings.target_fpir)
        self._on_event = on_event
        self._on_status = on_status
        self._may_be_shown = may_be_shown
        self._source_factory = source_factory
        self._retry = retry
        self._share = FairShare(per_second=EMBEDDINGS)
        self._lock = threading.RLock()  # held over starting and stopping readers, never taken by workers
        self._posts: dict[CameraId, _Post] = {}
        self._board = Board(self._settings.target_fps)
        self._queue = EmbedQueue()
        self._workers: list[Worker] = []
        self._running = False

    # --- cameras -------------------------------------------------------------------------------------------------

    def set_camera(self, camera: Camera) -> None:
        """Add a camera, or change the one of the same id: name, area, notice and `enabled` at once, a new source by
        stopping the old reader (up to two seconds: not for the GUI thread)."""
        with self._lock:
            post = self._posts.get(camera.id)
            if post is not None and post.lane.camera.source == camera.source:
                was_enabled, post.lane.camera, post.lane.pipeline.camera = post.lane.camera.enabled, camera, camera
                if self._running and camera.enabled != was_enabled:
                    post.reader.start() if camera.enabled else post.reader.stop()
                return
            presenter = post.lane.presenter if post is not None else self._new_presenter()
            if post is not None:
                self._retire(post)
            self._posts[camera.id] = post = self._new_post(camera, presenter)
            self._board.add(post.lane)
            if self._running and camera.enabled:
                post.reader.start()

    def remove_camera(self, camera_id: CameraId) -> None:
        """Stop a camera and forget it; one that is not there is no error. Up to two seconds."""
        with self._lock:
            post = self._posts.pop(camera_id, None)
            if post is not None:
                self._retire(post)

    def cameras(self) -> list[Camera]:
        with self._lock:
            return [post.lane.camera for post in self._posts.values()]

    def presenter(self, camera_id: CameraId) -> Presenter:
        """Stays the same object while the camera exists. Raises KeyError for an unknown camera."""
        return self._posts[camera_id].lane.presenter

    def newest_frame(self, camera_id: CameraId) -> Frame | None:
        """The newest frame, unmasked: never for a screen. None if the camera has not delivered any or is not there."""
        post = self._posts.get(camera_id)
        return post.lane.newest if post is not None else None

    # --- running -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Load the models and begin. Raises the model errors of `desktop.vision.errors`."""
        with self._lock:
            if self._running:
                return
            sys.setswitchinterval(min(sys.getswitchinterval(), SWITCH_INTERVAL))
            self._board, self._queue = Board(self._settings.target_fps), EmbedQueue()
            for post in self._posts.values():
                self._board.add(post.lane)
            self._workers = self._new_workers()
            for worker in self._workers:
                worker.start()
            self._running = True
            for post in self._posts.values():
                if post.lane.camera.enabled:
                    post.reader.start()

    def stop(self, timeout: float = 5.0) -> bool:
        """Stop everything; returns whether every thread ended within `timeout` seconds. May be started again."""
        until = time.monotonic() + timeout
        with self._lock:
            self._running = False
            posts, workers = list(self._posts.values()), self._workers
            for post in posts:
                post.reader.request_stop(timeout / 2)
            for worker in workers:
                worker.ask_stop()
            self._board.stop()
            self._queue.stop()
            ended = [post.reader.stop(max(0.1, until - time.monotonic())) for post in posts]
            for worker in workers:
                worker.join(max(0.1, until - time.monotonic()))
            for post in posts:
                with post.lane.analysing:
                    apply(post.lane, post.lane.pipeline.close(time.monotonic()), self._deliver)
                post.lane.last = post.lane.newest = None
                post.lane.presenter.clear()
        return all(ended) and not any(worker.is_alive() for worker in workers)

    def status(self, camera_id: CameraId) -> CameraStatus:
        """Raises KeyError for an unknown camera."""
        return self._posts[camera_id].reader.status

    def stats(self, camera_id: CameraId) -> CameraStats:
        """Raises KeyError for an unknown camera."""
        post = self._posts[camera_id]
        shown = post.lane.presenter.stats()
        return CameraStats(
            captured_fps=post.reader.stats().captured_fps,
            analysed_fps=post.lane.analysed.per_second(time.monotonic()),
            shown_fps=shown.shown_fps,
            dropped_pct=100.0 * shown.skipped / max(1, shown.shown + shown.skipped),
            coarse_pct=100.0 * shown.coarse / max(1, shown.shown),
            delay_ms=shown.delay_ms,
            slowed=self._slowed(),
            status=post.reader.status,
        )

    def reset_stats(self) -> None:
        """Begin counting anew (after a warm-up)."""
        for post in list(self._posts.values()):
            post.lane.presenter.reset_stats()

    # --- inside --------------------------------------------------------------------------------------------------

    def _new_presenter(self) -> Presenter:
        return Presenter(allowed=self._allowed, style=self._settings.mask_style)

    def _allowed(self, person_id: PersonId) -> bool:
        if not self._matcher.matchable(person_id):
            return False
        return self._may_be_shown is None or self._may_be_shown(person_id)

    def _new_post(self, camera: Camera, presenter: Presenter) -> _Post:
        mailbox: Mailbox[Frame] = Mailbox(wake=lambda: self._board.wake())
        pipeline = CameraPipeline(camera, self._matcher, self._settings, self._pack.manifest.dimension, self._share)
        lane = Lane(camera, mailbox, pipeline, presenter)
        reader = CameraReader(
            camera.id,
            camera.source,
            mailbox=mailbox,
            tap=lane.tap,
            on_status=self._status_changed,
            source_factory=self._source_factory,
            policy=self._retry,
        )
        return _Post(lane, reader)

    def _retire(self, post: _Post) -> None:
        self._board.remove(post.lane.camera.id)
        if post.reader.status.state is not CameraState.STOPPED and not post.reader.stop():
            log.warning("reader_left_behind", camera=post.lane.camera.id)
        with post.lane.analysing:
            post.lane.closed = True
            apply(post.lane, post.lane.pipeline.close(time.monotonic()), self._deliver)
        post.lane.presenter.clear()
        self._share.remove(post.lane.camera.id)

    def _new_workers(self) -> list[Worker]:
        workers = []
        for number in range(self._settings.detector_workers):
            steps = DetectorSteps(self._board, self._queue, self._pack.new_detector(1), self._deliver)
            workers.append(Worker(f"detector-{number}", DETECTOR_NICE, steps.step, steps.prepare))
        embedder = EmbedderSteps(self._queue, self._pack.new_embedder(1), self._deliver)
        workers.append(Worker("embedder", EMBEDDER_NICE, embedder.step, embedder.prepare))
        return workers

    def _deliver(self, events: tuple[TrackEvent, ...]) -> None:
        if self._on_event is None:
            return
        for event in events:
            try:
                self._on_event(event)
            except Exception as error:  # noqa: BLE001 - a listener's fault must not stop recognition
                self._listener_failed(event, error)

    def _listener_failed(self, event: TrackEvent, error: Exception) -> None:
        log.error("event_listener_failed", camera=event.camera_id, **without_message(error))

    def _status_changed(self, camera_id: CameraId, status: CameraStatus) -> None:
        if self._on_status is not None:
            self._on_status(camera_id, status)

    def _slowed(self) -> bool:
        """Whether the live cameras together are analysed clearly less often than wanted."""
        wanted = done = 0.0
        now = time.monotonic()
        for post in list(self._posts.values()):
            if post.reader.status.state is CameraState.LIVE:
                wanted += min(self._settings.target_fps, post.reader.stats().captured_fps)
                done += post.lane.analysed.per_second(now)
        return wanted > 0 and done < SLOWED_AT * wanted
