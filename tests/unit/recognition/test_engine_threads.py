"""The engine's threads with scripted parts: turns, queues, failures, removal, starting and stopping."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from desktop.capture.source import FrameSource, SourceFrame
from desktop.domain.cameras import CameraState, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId
from desktop.recognition.embed_policy import EmbedReason
from desktop.recognition.engine import RecognitionEngine
from desktop.recognition.events import TrackEvent, TrackEventKind
from desktop.recognition.gallery import Gallery
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.pipeline import EmbedJob
from desktop.recognition.presenter import Picture
from desktop.recognition.workers import QUEUE, EmbedQueue
from desktop.vision.types import BGRImage, DetectedFace
from tests.helpers.recognition_fakes import (
    CALIBRATION,
    DIMENSION,
    ScriptedDetector,
    camera,
    face,
    gallery_of,
    lively_picture,
    vector,
)

FACE = Box(280, 120, 80, 96)
PICTURE = lively_picture()
DEADLINE = 20.0


class StillSource:
    """A live camera that shows PICTURE fifty times a second."""

    fps = 50.0
    live = True

    def __init__(self, spec: SourceSpec) -> None:
        self.spec = spec

    def open(self) -> None:
        pass

    def read(self) -> SourceFrame | None:
        time.sleep(0.02)
        return SourceFrame(image=PICTURE.copy())

    def close(self) -> None:
        pass


@dataclass
class FakePack:
    """Finds `faces` in every picture; every face is person number `person`."""

    faces: list[DetectedFace] = field(default_factory=lambda: [face(FACE)])
    person: int = 2
    embedded: int = 0
    detector_fails: bool = False
    may_embed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_embed.set()

    calibration = CALIBRATION
    manifest = SimpleNamespace(dimension=DIMENSION)

    def new_detector(self, threads: int = 1) -> ScriptedDetector:
        pack = self

        class Detector(ScriptedDetector):
            def detect(self, image: BGRImage, **how: Any) -> list[DetectedFace]:
                if pack.detector_fails:
                    raise RuntimeError("broken")
                self.faces = pack.faces
                return super().detect(image, **how)

        return Detector()

    def new_embedder(self, threads: int = 1) -> Any:
        def embed(crops: list[BGRImage]) -> np.ndarray:
            self.may_embed.wait(DEADLINE)
            self.embedded += len(crops)
            return np.stack([vector(self.person, 0.2) for _ in crops])

        return SimpleNamespace(embed=embed)


class Site:
    """An engine with its events and a window that pulls pictures."""

    def __init__(self, *names: str, gallery: Gallery | None = None) -> None:
        self.pack = FakePack()
        self.gallery = gallery or gallery_of(1, 2, 3)
        self.events: list[TrackEvent] = []
        self.engine = RecognitionEngine(
            self.pack,  # type: ignore[arg-type]
            self.gallery,
            on_event=self.events.append,
            source_factory=self.source,
        )
        for name in names:
            self.engine.set_camera(camera(name))
            self.engine.presenter(CameraId(name)).set_size(320, 180)

    def source(self, spec: SourceSpec) -> FrameSource:
        return StillSource(spec)

    def picture(self, wanted: Callable[[Picture], bool] = lambda _: True, name: str = "a") -> Picture:
        """The next picture that is as wanted."""
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            made = self.engine.presenter(CameraId(name)).next_picture()
            if made is not None and wanted(made):
                return made
            time.sleep(0.004)
        raise AssertionError("no such picture came in time")

    def wait(self, reached: Callable[[], bool]) -> None:
        until = time.monotonic() + DEADLINE
        while not reached():
            assert time.monotonic() < until, "not reached in time"
            time.sleep(0.01)


@pytest.fixture
def quiet_site() -> Iterator[Site]:
    """With one camera, not started."""
    made = Site("a")
    yield made
    assert made.engine.stop(10)
    leftover = [t.name for t in threading.enumerate() if t.name.startswith(("detector", "embedder", "watchdog"))]
    assert leftover == []


@pytest.fixture
def site(quiet_site: Site) -> Site:
    """With one running camera."""
    quiet_site.engine.start()
    return quiet_site


def named(picture: Picture) -> bool:
    return any(mark.band is Band.MATCH for mark in picture.marks)


def clear(picture: Picture) -> bool:
    return bool(picture.marks) and not any(mark.masked for mark in picture.marks)


def test_a_person_is_masked_then_named_then_shown(quiet_site: Site) -> None:
    site = quiet_site
    gate = site.pack.may_embed
    gate.clear()  # also holds back the embedder's warming up
    site.engine.start()
    masked = site.picture(lambda made: not made.coarse)
    box = FACE.scaled(0.5, 0.5)
    inside = masked.pixels[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
    assert (inside == MASK_COLOUR).all()
    gate.set()
    shown = site.picture(clear)
    assert [mark.person_id for mark in shown.marks] == ["p2"]
    site.wait(lambda: any(event.verdict.person_id == "p2" for event in site.events))
    assert site.events[0].kind is TrackEventKind.DECIDED


def test_a_removed_person_is_masked_in_the_next_picture_and_within_a_second_known_to_nobody(site: Site) -> None:
    shown = site.picture(clear)
    removed_at = time.monotonic()
    site.gallery.remove(shown.marks[0].person_id)  # type: ignore[arg-type]
    after = site.picture()
    assert not named(after)
    assert all(mark.masked for mark in after.marks)
    site.wait(lambda: site.events[-1].kind is TrackEventKind.CHANGED and site.events[-1].verdict.person_id is None)
    assert time.monotonic() - removed_at < 1.0
    assert not named(site.picture())


def test_a_consent_to_matching_is_not_one_to_being_shown() -> None:
    site = Site()
    engine = RecognitionEngine(
        site.pack,  # type: ignore[arg-type]
        site.gallery,
        may_be_shown=lambda _: False,
        source_factory=site.source,
        on_event=site.events.append,
    )
    site.engine = engine
    engine.set_camera(camera("a"))
    engine.presenter(CameraId("a")).set_size(320, 180)
    engine.start()
    try:
        site.wait(lambda: any(event.verdict.band is Band.MATCH for event in site.events))
        for _ in range(20):
            assert all(mark.masked for mark in site.picture().marks)
    finally:
        assert engine.stop(10)


def test_without_analysis_everything_is_coarse(site: Site) -> None:
    site.picture(clear)
    site.pack.detector_fails = True
    late = site.picture(lambda made: made.coarse)
    assert len(np.unique(late.pixels.reshape(-1, 4), axis=0)) <= 12
    site.pack.detector_fails = False
    site.picture(lambda made: not made.coarse)


def test_cameras_come_change_and_go_while_running(site: Site) -> None:
    engine = site.engine
    engine.set_camera(camera("b"))
    engine.presenter(CameraId("b")).set_size(160, 90)
    site.picture(clear, name="b")
    presenter = engine.presenter(CameraId("b"))
    engine.set_camera(camera("b", notice=False))
    assert engine.presenter(CameraId("b")) is presenter
    assert not {c.id: c for c in engine.cameras()}[CameraId("b")].notice_posted
    site.wait(lambda: engine.stats(CameraId("b")).analysed_fps > 1)
    engine.remove_camera(CameraId("b"))
    engine.remove_camera(CameraId("b"))
    with pytest.raises(KeyError):
        engine.presenter(CameraId("b"))
    assert presenter.next_picture() is None
    ended = [event for event in site.events if event.kind is TrackEventKind.ENDED]
    assert [event.camera_id for event in ended] == ["b"]
    site.picture(clear)


def test_a_camera_pointed_elsewhere_starts_with_nothing_known(site: Site) -> None:
    site.picture(clear)
    presenter = site.engine.presenter(CameraId("a"))
    elsewhere = camera("a")
    object.__setattr__(elsewhere, "source", SourceSpec(elsewhere.source.kind, "other"))
    site.pack.person = 7
    site.engine.set_camera(elsewhere)
    assert site.engine.presenter(CameraId("a")) is presenter
    for _ in range(30):
        assert not clear(site.picture())


def test_a_disabled_camera_rests(site: Site) -> None:
    site.picture()
    resting = camera("a")
    object.__setattr__(resting, "enabled", False)
    site.engine.set_camera(resting)
    assert site.engine.status(CameraId("a")).state is CameraState.STOPPED
    site.engine.set_camera(camera("a"))
    site.wait(lambda: site.engine.status(CameraId("a")).state is CameraState.LIVE)


def test_the_newest_frame_is_there_for_enrolment(site: Site) -> None:
    site.picture()
    frame = site.engine.newest_frame(CameraId("a"))
    assert frame is not None
    assert frame.image.shape == PICTURE.shape
    assert site.engine.newest_frame(CameraId("nobody")) is None


def test_a_listener_that_fails_stops_nothing() -> None:
    site = Site()

    def fail(_: TrackEvent) -> None:
        site.events.append(_)
        raise RuntimeError("listener")

    site.engine = RecognitionEngine(
        site.pack,  # type: ignore[arg-type]
        site.gallery,
        on_event=fail,
        source_factory=site.source,
    )
    site.engine.set_camera(camera("a"))
    site.engine.presenter(CameraId("a")).set_size(320, 180)
    site.engine.start()
    try:
        site.wait(lambda: bool(site.events))
        site.picture(clear)
    finally:
        assert site.engine.stop(10)


def test_it_may_be_stopped_and_started_again(site: Site) -> None:
    site.picture(clear)
    assert site.engine.stop(10)
    assert site.engine.presenter(CameraId("a")).next_picture() is None
    site.engine.start()
    site.picture(clear)


def test_counts_begin_anew(site: Site) -> None:
    site.picture(clear)
    site.engine.reset_stats()
    stats = site.engine.stats(CameraId("a"))
    assert stats.coarse_pct == 0.0
    assert stats.dropped_pct == 0.0


class Known:
    """A track's identity, as far as the queue looks at it."""

    def __init__(self) -> None:
        self.doubt_at = -1.0

    def outdated(self, at: float) -> bool:
        return at <= self.doubt_at


def job(reason: EmbedReason, at: float, known: Known | None = None) -> EmbedJob:
    face = np.zeros((112, 112, 3), np.uint8)
    return EmbedJob(CameraId("a"), known or Known(), face, 1.0, at, reason)  # type: ignore[arg-type]


@pytest.fixture
def let_go() -> list[EmbedJob]:
    return []


@pytest.fixture
def lane(let_go: list[EmbedJob]) -> Any:
    return SimpleNamespace(pipeline=SimpleNamespace(dismissed=let_go.append))


def test_the_queue_gives_the_most_urgent_first_then_the_newest_and_lets_the_last_go(
    lane: Any, let_go: list[EmbedJob]
) -> None:
    queue = EmbedQueue()
    for i in range(QUEUE):
        queue.put(lane, job(EmbedReason.RECHECK, i))
    queue.put(lane, job(EmbedReason.NEW, 0.5))
    assert [(its.reason, its.at) for its in let_go] == [(EmbedReason.RECHECK, 0)]
    first = [its for _, its in queue.take(0.0)]
    assert [its.reason for its in first][:2] == [EmbedReason.NEW, EmbedReason.RECHECK]
    assert [its.at for its in first[1:]] == [QUEUE - 1, QUEUE - 2, QUEUE - 3]
    queue.stop()
    assert queue.take(1.0) == []


def test_of_a_track_the_newest_waits_alone(lane: Any, let_go: list[EmbedJob]) -> None:
    queue, known = EmbedQueue(), Known()
    for at in (1.0, 2.0):
        queue.put(lane, job(EmbedReason.NEW, at, known))
    queue.put(lane, job(EmbedReason.NEW, 1.5))
    assert [its.at for its in let_go] == [1.0]
    assert [its.at for _, its in queue.take(0.0)] == [2.0, 1.5]


def test_what_can_tell_nothing_any_more_is_not_computed(lane: Any, let_go: list[EmbedJob]) -> None:
    queue, doubted = EmbedQueue(), Known()
    queue.put(lane, job(EmbedReason.NEW, 1.0, doubted))
    queue.put(lane, job(EmbedReason.NEW, 0.5))
    doubted.doubt_at = 1.5
    assert [its.at for _, its in queue.take(0.0)] == [0.5]
    assert [its.at for its in let_go] == [1.0]
