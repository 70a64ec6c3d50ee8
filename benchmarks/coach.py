"""How often the enrolment coach looks at a person in front of a 720p camera: one worker thread, beside a busy one."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import suppress
from itertools import cycle

import cv2
import numpy as np

from desktop.demo.pixels import read_picture
from desktop.domain.consent import PlainConsent
from desktop.domain.errors import Cancelled
from desktop.paths import demo_sources_dir
from desktop.recognition.engine import SWITCH_INTERVAL
from desktop.recognition.gallery import Gallery
from desktop.services.coach import CoachSession
from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Likeness
from desktop.services.photo_examiner import PhotoExaminer
from desktop.vision.packs import ModelPack
from desktop.vision.types import BGRImage

SIZE = (1280, 720)
FPS = 25
SECONDS = 6.0
_TILE = (960, 540)


def measure(pack: ModelPack) -> dict[str, float]:
    """`updates_per_s`: beside a busy detector, as on a desk with cameras; `look_ms`: CPU a picture, alone."""
    tools = FaceTools(pack)
    likeness = Likeness(pack.calibration, Gallery(pack.model_id, pack.manifest.dimension), lambda: 0.01)
    examiner = PhotoExaminer(tools, likeness)
    frames = _frames()
    sys.setswitchinterval(SWITCH_INTERVAL)  # as while cameras run
    over = threading.Event()
    busy = threading.Thread(target=_detect, args=(pack, frames[0], over), name="bench-busy")
    busy.start()
    try:
        beside = _updates(pack, examiner, likeness, frames)
    finally:
        over.set()
        busy.join()
    start = time.thread_time()
    looks = _looks(pack, frames)
    return {"updates_per_s": beside, "look_ms": (time.thread_time() - start) / looks * 1000}


class _Limit:
    """A progress that stops after `SECONDS`."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS

    def report(self, share: float) -> None:
        del share

    def cancelled(self) -> bool:
        return time.monotonic() >= self._until


def _updates(pack: ModelPack, examiner: PhotoExaminer, likeness: Likeness, frames: list[BGRImage]) -> float:
    start = time.monotonic()

    def newest() -> BGRImage:
        return frames[int((time.monotonic() - start) * FPS) % len(frames)]

    count, spent = 0, 0.0
    limit = _Limit()
    while not limit.cancelled():  # a session ends once it has its pictures; the next one begins
        session = CoachSession(pack, examiner, likeness, newest, PlainConsent("benchmark", "en"))
        session.set_size(*_TILE)
        began = time.monotonic()
        with suppress(Cancelled):
            session.run(limit).discard()
        spent += time.monotonic() - began
        count += session.updates
    return count / spent


def _looks(pack: ModelPack, frames: list[BGRImage], count: int = 60) -> int:
    from desktop.services.coach_eye import CoachEye
    from desktop.services.coach_picture import alone

    eye = CoachEye(pack.new_detector())
    for _, image in zip(range(count), cycle(frames), strict=False):
        seen = eye.look(image, 0.0)
        if seen.subject is not None:
            alone(image, _TILE, seen.subject.box, [face.box for face in seen.others])
    return count


def _detect(pack: ModelPack, image: BGRImage, over: threading.Event) -> None:
    detector = pack.new_detector()
    while not over.is_set():
        detector.detect(image, width=640, score=0.3)


def _frames() -> list[BGRImage]:
    """A second of somebody in front of the camera, who sways a little."""
    portrait = read_picture(demo_sources_dir() / "astronaut.png")
    portrait = np.asarray(cv2.resize(portrait, (864, 864), interpolation=cv2.INTER_CUBIC)[:720], np.uint8)
    frames = []
    for number in range(FPS):
        canvas = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
        left = 200 + round(12 * np.sin(2 * np.pi * number / FPS))
        canvas[:, left : left + portrait.shape[1]] = portrait
        canvas.setflags(write=False)
        frames.append(canvas)
    return frames
