"""A recorded clip through the very same pipeline and presenter, without threads and without the wall clock.

What the engine does in real time happens here at stated moments of the clip's own time, so that a run gives the same
pictures every time: for `consentry evaluate`, the bench and tests of masking.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from desktop.capture.frame import Frame
from desktop.domain.cameras import Camera, SourceKind, SourceSpec
from desktop.domain.ids import CameraId
from desktop.recognition.embed_policy import FairShare
from desktop.recognition.events import TrackEvent
from desktop.recognition.gallery import Gallery
from desktop.recognition.matcher import Matcher
from desktop.recognition.pipeline import Analysis, CameraPipeline, Change, EmbedJob
from desktop.recognition.presenter import Picture, Presenter
from desktop.recognition.schedule import Schedule
from desktop.recognition.settings import EngineSettings
from desktop.recognition.timeline import LIMIT
from desktop.vision.packs import ModelPack

TICK = 0.01  # seconds between two looks for a due picture: the window's timer


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the imagined computer is, in seconds.

    Attributes:
        detect: from the capture of a frame until its faces are known.
        embed: from then until a vector is known, for each vector.
    """

    detect: float = 0.05
    embed: float = 0.03


@dataclass(slots=True)
class Replay:
    """One camera's clip. Make a new one for each run.

    Attributes:
        pack, gallery, settings: as for the engine.
        camera: area and notice; by default the whole picture with the notice posted.
        tile: size in px of the pictures that are made; (0, 0): none.
        pace: of the imagined computer.
        on_event, on_analysis: take what happens, in order.
    """

    pack: ModelPack
    gallery: Gallery
    settings: EngineSettings = field(default_factory=EngineSettings)
    camera: Camera = field(default_factory=lambda: whole_picture("replay"))
    tile: tuple[int, int] = (640, 360)
    pace: Pace = field(default_factory=Pace)
    on_event: Callable[[TrackEvent], None] | None = None
    on_analysis: Callable[[Analysis], None] | None = None

    def run(self, frames: Iterable[Frame]) -> Iterator[Picture]:
        """The pictures as they would be painted, in order. Times of `frames` must rise."""
        return _Run(self).pictures(frames)


class _Run:
    def __init__(self, setup: Replay) -> None:
        self._setup = setup
        self._detector = setup.pack.new_detector(1)
        self._embedder = setup.pack.new_embedder(1)
        matcher = Matcher(setup.gallery, setup.pack.calibration, setup.settings.target_fpir)
        self._pipeline = CameraPipeline(
            setup.camera, matcher, setup.settings, setup.pack.manifest.dimension, FairShare()
        )
        self._presenter = Presenter(allowed=matcher.matchable, style=setup.settings.mask_style, clock=lambda: self._now)
        self._presenter.set_size(*setup.tile)
        self._schedule = Schedule(setup.settings.target_fps)
        self._schedule.add(setup.camera.id)
        self._now = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._pass = -1
        self._embedder_free = 0.0

    def pictures(self, frames: Iterable[Frame]) -> Iterator[Picture]:
        for frame in frames:
            yield from self._advance(frame.at)
            self._capture(frame)
        yield from self._advance(self._now + LIMIT + 0.1)
        self._report(self._pipeline.close(self._now))

    def _advance(self, until: float) -> Iterator[Picture]:
        """Let time pass: what was begun gets done, and due pictures come out."""
        if self._now == 0.0:
            self._now = until
        while self._now < until:
            self._now = min(until, self._now + TICK)
            while self._agenda and self._agenda[0][0] <= self._now:
                heapq.heappop(self._agenda)[2]()
            picture = self._presenter.next_picture(self._now)
            if picture is not None:
                yield picture

    def _capture(self, frame: Frame) -> None:
        self._presenter.offer(frame)
        camera_id = self._setup.camera.id
        if self._schedule.choose([(camera_id, frame.at)], frame.at) is None:
            return
        restart, self._pass = frame.pass_ != self._pass, frame.pass_
        analysis = self._pipeline.analyse(self._detector, frame.image, frame.at, restart=restart)
        self._at(frame.at + self._setup.pace.detect, lambda: self._analysed(analysis))

    def _analysed(self, analysis: Analysis) -> None:
        self._schedule.done(self._setup.camera.id, analysis.record.at)
        self._presenter.add_analysis(analysis.record, self._now - analysis.record.at, analysis.change.identities)
        self._report(analysis.change)
        if self._setup.on_analysis is not None:
            self._setup.on_analysis(analysis)
        for job in analysis.jobs:
            self._embedder_free = max(self._embedder_free, self._now) + self._setup.pace.embed
            self._at(self._embedder_free, lambda job=job: self._embed(job))  # type: ignore[misc]

    def _embed(self, job: EmbedJob) -> None:
        vectors = self._embedder.embed([job.crop])
        change = self._pipeline.embedded(job, vectors[0])
        vectors.fill(0.0)
        self._presenter.set_identities(change.identities)
        self._report(change)

    def _report(self, change: Change) -> None:
        if self._setup.on_event is not None:
            for event in change.events:
                self._setup.on_event(event)

    def _at(self, when: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), action))


def whole_picture(name: str) -> Camera:
    """A camera whose area is the whole picture, with the notice posted."""
    return Camera(CameraId(name), name, SourceSpec(SourceKind.VIDEO, name), notice_posted=True)
