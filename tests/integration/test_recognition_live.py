"""Four video files through the whole engine in real time: threads, models, masks, names, removal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop.domain.cameras import Camera, CameraState, SourceKind, SourceSpec
from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId
from desktop.recognition.engine import RecognitionEngine
from desktop.recognition.events import TrackEvent
from desktop.recognition.gallery import Gallery
from desktop.recognition.masks import MASK_COLOUR
from desktop.recognition.picture import Picture
from tests.helpers.face_clips import SIZE, Walk, crossing, enrolled, head, write_clip
from tests.helpers.pictures import default_pack

NAMES = [CameraId(name) for name in ("stays", "strangers", "both", "empty")]
OBAMA = PersonId("obama")
DEADLINE = 60.0


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[CameraId, tuple[Path, list[list[Box]]]]:
    """Files with the true boxes of their frames; of the strangers only, in the second."""
    folder = tmp_path_factory.mktemp("clips")

    def resting(second: float) -> tuple[float, float, float]:
        return 560 + 30 * np.sin(second), 240, 130

    walks = {
        NAMES[0]: [Walk(head("obama2.jpg"), resting)],
        NAMES[1]: [Walk(head("astronaut.png"), crossing(260, 100, 260.0))],
        NAMES[2]: [
            Walk(head("obama3.jpg"), lambda _: (700, 230, 120)),
            Walk(head("Tom_Hanks_54745.png"), lambda s: (200 + 60 * np.sin(s), 260, 110)),
        ],
        NAMES[3]: [],
    }
    made = {}
    for name, who in walks.items():
        path = folder / f"{name}.mp4"
        made[name] = (path, write_clip(path, who, 5.0, seed=len(name)))
    return made


@pytest.fixture
def gallery() -> Gallery:
    return enrolled(obama="obama.jpg", biden="biden.jpg")


Clips = dict[CameraId, tuple[Path, list[list[Box]]]]


class Window:
    """Pulls pictures as the window does."""

    def __init__(self, engine: RecognitionEngine) -> None:
        self.engine = engine
        self.seen: dict[CameraId, list[Picture]] = {name: [] for name in NAMES}
        for name in NAMES:
            engine.presenter(name).set_size(640, 360)

    def run(self, until: Callable[[], bool], on_picture: Callable[[CameraId, Picture], None] | None = None) -> None:
        deadline = time.monotonic() + DEADLINE
        while not until():
            assert time.monotonic() < deadline, "not reached in time"
            for name in NAMES:
                picture = self.engine.presenter(name).next_picture()
                if picture is not None:
                    self.seen[name].append(picture)
                    if on_picture is not None:
                        on_picture(name, picture)
            time.sleep(0.005)


@pytest.fixture
def running(clips: Clips, gallery: Gallery) -> Iterator[tuple[Window, list[TrackEvent]]]:
    events: list[TrackEvent] = []
    engine = RecognitionEngine(default_pack(), gallery, on_event=events.append)
    for name, (path, _) in clips.items():
        engine.set_camera(Camera(name, name, SourceSpec(SourceKind.VIDEO, str(path)), notice_posted=True))
    engine.start()
    yield Window(engine), events
    assert engine.stop(10)


def shown(picture: Picture) -> bool:
    return any(mark.person_id == OBAMA and not mark.masked for mark in picture.marks)


def test_who_agreed_is_shown_and_nobody_else(running: tuple[Window, list[TrackEvent]], clips: Clips) -> None:
    window, events = running
    exposed: list[tuple[CameraId, int | None]] = []

    def look(name: CameraId, picture: Picture) -> None:
        strangers = {NAMES[1]: 0, NAMES[2]: 1}.get(name)
        if strangers is None or picture.coarse or picture.position is None:
            return
        scale = picture.pixels.shape[1] / SIZE[0]
        box = clips[name][1][picture.position][strangers].scaled(scale, scale)
        region = picture.pixels[int(box.y) : int(box.bottom), int(box.x) : int(box.right)]
        if box.w >= 20 and not (region == MASK_COLOUR).all():
            exposed.append((name, picture.position))

    window.run(
        lambda: any(map(shown, window.seen[NAMES[0]])) and any(map(shown, window.seen[NAMES[2]])) and _passes(window),
        look,
    )
    assert exposed == []
    assert {event.verdict.person_id for event in events if event.verdict.band is Band.MATCH} == {OBAMA}
    assert {event.camera_id for event in events if event.verdict.band is Band.MATCH} == {NAMES[0], NAMES[2]}
    for name in NAMES:
        stats = window.engine.stats(name)
        assert stats.status.state is CameraState.LIVE
        assert stats.captured_fps > 0
        assert stats.analysed_fps > 0
        assert stats.delay_ms <= 400.0


def _passes(window: Window) -> bool:
    """Whether every clip was seen to begin anew."""
    return all(pictures and pictures[-1].pass_ >= 1 for pictures in window.seen.values())


def test_who_is_removed_is_masked_at_once(running: tuple[Window, list[TrackEvent]], gallery: Gallery) -> None:
    window, _ = running
    window.run(lambda: bool(window.seen[NAMES[0]]) and shown(window.seen[NAMES[0]][-1]))
    gallery.remove(OBAMA)
    before = len(window.seen[NAMES[0]])
    window.run(lambda: len(window.seen[NAMES[0]]) >= before + 25)
    after = [mark for picture in window.seen[NAMES[0]][before:] for mark in picture.marks]
    assert after
    assert all(mark.masked and mark.person_id is None for mark in after)


def test_who_is_added_is_shown_while_running(clips: Clips) -> None:
    gallery = enrolled(biden="biden.jpg")
    everybody = enrolled(obama="obama.jpg", biden="biden.jpg").snapshot
    engine = RecognitionEngine(default_pack(), gallery)
    for name, (path, _) in clips.items():
        engine.set_camera(Camera(name, name, SourceSpec(SourceKind.VIDEO, str(path)), notice_posted=True))
    window = Window(engine)
    engine.start()
    try:
        window.run(lambda: len(window.seen[NAMES[0]]) > 40)
        assert not any(map(shown, window.seen[NAMES[0]]))
        gallery.swap(everybody)
        window.run(lambda: shown(window.seen[NAMES[0]][-1]))
    finally:
        assert engine.stop(10)


def test_without_the_notice_nobody_is_named(clips: Clips, gallery: Gallery) -> None:
    events: list[TrackEvent] = []
    engine = RecognitionEngine(default_pack(), gallery, on_event=events.append)
    for name, (path, _) in clips.items():
        engine.set_camera(Camera(name, name, SourceSpec(SourceKind.VIDEO, str(path)), notice_posted=False))
    window = Window(engine)
    engine.start()
    try:
        window.run(lambda: len(window.seen[NAMES[0]]) > 60)
    finally:
        assert engine.stop(10)
    marks = [mark for picture in window.seen[NAMES[0]] for mark in picture.marks]
    assert marks
    assert all(mark.masked and mark.person_id is None for mark in marks)
    assert events == []
