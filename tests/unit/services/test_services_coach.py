"""The coach on pictures with known defects: nothing is taken of any of them, and good ones are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from desktop.domain.coach import LEAST, WANTED, Guidance
from desktop.domain.consent import PlainConsent
from desktop.domain.errors import Cancelled
from desktop.domain.geometry import Box
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.progress import UNWATCHED
from desktop.recognition.gallery import Gallery, GallerySnapshot
from desktop.recognition.masks import MASK_COLOUR, head_box
from desktop.services.coach import CoachOutcome, CoachSession, CoachUpdate
from desktop.services.coach_eye import CoachEye
from desktop.services.coach_picture import covered
from desktop.services.coach_words import coach_words
from desktop.services.desk import Desk
from desktop.services.errors import ConsentMissing
from desktop.services.face_tools import FaceTools
from desktop.services.likeness import Likeness
from desktop.services.photo_check import PhotoCheck, PhotoProblem
from desktop.services.photo_examiner import PhotoExaminer
from desktop.vision.types import BGRImage
from tests.helpers import coach_frames
from tests.helpers.coach_frames import frame
from tests.helpers.desks import CONSENT, default_pack, enrol
from tests.helpers.vectors import DIMENSION, near, unit

STEP = 0.1
GRAIN = np.random.default_rng(3).integers(0, 5, (3, 720, 1280, 3), dtype=np.uint8)
TURNS = [yaw for size in (32.5, 35, 40, 45, 50, 60, 70) for yaw in (-size, size)]

DEFECTS: dict[str, Callable[[], BGRImage]] = {
    "nobody": coach_frames.nobody,
    "two faces": coach_frames.two_people,
    "one behind": coach_frames.one_behind,
    **{f"blur {name}": lambda name=name: coach_frames.blurred(name) for name in coach_frames.GOOD},
    "little blur": lambda: coach_frames.blurred("obama.jpg", 0.035),
    "dark": lambda: coach_frames.lit("astronaut.png", 0.15),
    "bright": lambda: coach_frames.lit("astronaut.png", 0.9, 130),
    "far": lambda: frame("obama.jpg", height=0.1),
    "near": lambda: frame("obama.jpg", height=0.75),
    "beside": lambda: frame("astronaut.png", x=0.1),
    "cut off": lambda: frame("astronaut.png", y=0.95),
    "glasses": lambda: coach_frames.with_glasses("obama.jpg"),
    "mask": lambda: coach_frames.with_mask("obama.jpg"),
    **{
        f"{look} {yaw}": lambda look=look, yaw=yaw: coach_frames.turned(look, yaw)
        for look in ("obama", "astronaut", "biden")
        for yaw in TURNS
    },
}


class Camera:
    """Gives the pictures in turn, each with a grain of its own, and lets time pass with every question."""

    def __init__(self, *images: BGRImage, each: int = 1_000_000) -> None:
        self.images = images
        self.each = each
        self.asked = 0

    def newest(self) -> BGRImage:
        image = self.images[(self.asked // self.each) % len(self.images)]
        self.asked += 1
        return np.asarray(cv2.add(image, GRAIN[self.asked % len(GRAIN)]), np.uint8)

    def clock(self) -> float:
        return self.asked * STEP


class Looks:
    """A progress that cancels after so many pictures, and remembers how many were taken."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.taken = 0.0

    def report(self, share: float) -> None:
        self.left -= 1
        self.taken = share

    def cancelled(self) -> bool:
        return self.left <= 0


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    pack = default_pack()
    return Gallery(pack.model_id, pack.manifest.dimension)


@pytest.fixture(scope="module")
def likeness(gallery: Gallery) -> Likeness:
    return Likeness(default_pack().calibration, gallery, lambda: 0.01)


@pytest.fixture(scope="module")
def examiner(likeness: Likeness) -> PhotoExaminer:
    return PhotoExaminer(FaceTools(default_pack()), likeness)


Sessions = Callable[..., CoachSession]


@pytest.fixture
def session(examiner: PhotoExaminer, likeness: Likeness) -> Sessions:
    def make(camera: Camera, consent: PlainConsent = CONSENT) -> CoachSession:
        return CoachSession(default_pack(), examiner, likeness, camera.newest, consent, clock=camera.clock)

    return make


def refused(session: CoachSession, looks: int = 12) -> bool:
    """Whether nothing was taken in as many pictures as a good one needs to be taken twice."""
    watch = Looks(looks)
    with pytest.raises(Cancelled):
        session.run(watch)
    return watch.taken == 0


@pytest.mark.parametrize("defect", DEFECTS)
def test_nothing_is_taken_of_a_picture_with_a_defect(session: Sessions, defect: str) -> None:
    assert refused(session(Camera(DEFECTS[defect]())))


@pytest.mark.parametrize("name", coach_frames.GOOD)
def test_of_a_good_one_three_to_five_are_taken(session: Sessions, name: str) -> None:
    outcome = session(Camera(frame(name))).run(UNWATCHED)
    assert outcome.guidance is Guidance.DONE
    assert LEAST <= len(outcome.checks) <= WANTED
    assert all(check.ok and check.vector is not None and check.report is not None for check in outcome.checks)
    assert outcome.odd == ()
    outcome.discard()
    assert not any(check.vector.any() or check.preview.any() for check in outcome.checks)  # type: ignore[union-attr]


def test_somebody_else_who_steps_in_is_left_out(session: Sessions) -> None:
    camera = Camera(*[frame("obama.jpg")] * 3, frame("astronaut.png"), each=15)
    outcome = session(camera).run(UNWATCHED)
    assert len(outcome.checks) >= 2
    assert len(outcome.odd) == 1
    odd = outcome.odd[0]
    assert odd.problem is PhotoProblem.ODD
    assert odd.vector is None
    assert odd.preview is not None
    outcome.discard()
    assert not odd.preview.any()


def test_nothing_is_left_when_it_is_cancelled_or_the_consent_ends(
    session: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiped: list[bool] = []
    real = PhotoCheck.discard
    monkeypatch.setattr(PhotoCheck, "discard", lambda check: (wiped.append(check.ok), real(check)))
    camera = Camera(frame("obama.jpg"))
    with pytest.raises(Cancelled):
        session(camera).run(Looks(40))
    assert wiped
    assert all(wiped)
    wiped.clear()
    soon = PlainConsent("signed form", "en", datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(ConsentMissing):
        session(Camera(frame("obama.jpg")), soon).run(UNWATCHED)
    assert wiped == []  # nothing was computed for keeps


def test_discarding_ends_a_session_that_runs(session: Sessions) -> None:
    camera = Camera(frame("obama.jpg"))
    running = session(camera)

    class Discards(Looks):
        def report(self, share: float) -> None:
            super().report(share)
            if share > 0:
                running.discard()

    with pytest.raises(Cancelled):
        running.run(Discards(10_000))
    assert running.newest() is None


def test_a_camera_that_fell_silent_is_told(examiner: PhotoExaminer, likeness: Likeness) -> None:
    image = frame("obama.jpg")
    times = iter(np.arange(0, 100, 0.05))
    running = CoachSession(default_pack(), examiner, likeness, lambda: image, CONSENT, clock=lambda: float(next(times)))
    with pytest.raises(Cancelled):
        running.run(Looks(40))
    silent = CoachSession(default_pack(), examiner, likeness, lambda: None, CONSENT, clock=lambda: float(next(times)))
    outcome = silent.run(UNWATCHED)
    assert outcome.guidance is Guidance.NO_PICTURE
    assert outcome.checks == ()


# --- consent ---


@pytest.mark.parametrize("consent", [PlainConsent("", "en"), PlainConsent("signed form", " ")])
def test_nothing_begins_without_consent(desk: Desk, consent: PlainConsent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CoachEye, "look", lambda *_: pytest.fail("a face was looked for"))
    with pytest.raises(ConsentMissing):
        desk.coach.begin(CameraId("door"), consent)


def test_locking_the_screen_ends_a_session_and_wipes_it(desk: Desk) -> None:
    camera = Camera(frame("obama.jpg"))
    desk.coach._newest_frame = lambda _camera: camera.newest()
    running = desk.coach.begin(CameraId("door"), CONSENT)
    running._clock = camera.clock
    held: list[PhotoCheck] = []

    class Locks(Looks):
        def report(self, share: float) -> None:
            if share > 0:
                held.extend(running._checks)
                desk.access.lock()

    with pytest.raises(Cancelled):
        running.run(Locks(1_000))
    assert held
    assert not any(check.vector.any() for check in held)  # type: ignore[union-attr]


def test_before_consent_the_picture_is_a_few_flat_cells() -> None:
    shown = covered(frame("obama.jpg"), (640, 360))
    assert len(np.unique(np.ascontiguousarray(shown).view(np.uint32))) <= 12


# --- what is shown ---


def updates(session: CoachSession, looks: int = 8) -> Iterator[CoachUpdate]:
    class Peeks(Looks):
        def report(self, share: float) -> None:
            super().report(share)
            update = session.newest()
            if update is not None:
                seen.append(update)

    seen: list[CoachUpdate] = []
    with pytest.raises(Cancelled):
        session.run(Peeks(looks))
    yield from seen


def test_only_the_one_in_front_is_shown(session: Sessions) -> None:
    image = coach_frames.one_behind()
    running = session(Camera(image))
    running.set_size(640, 360)
    (behind,) = [face for face in _faces(image) if face.x > 640]
    hidden = head_box(behind).scaled(0.5, 0.5).clipped(640, 360)
    seen = list(updates(running))
    assert seen
    for update in seen:
        assert update.pixels is not None
        assert update.head is not None
        whole = update.pixels[:, ::-1]
        part = whole[int(hidden.y) + 2 : int(hidden.bottom) - 2, int(hidden.x) + 2 : int(hidden.right) - 2]
        assert (part == MASK_COLOUR).all()
        assert update.head.centre[0] == pytest.approx(320, abs=30)


def test_of_two_alike_nobody_is_shown(session: Sessions) -> None:
    running = session(Camera(coach_frames.two_people()))
    for update in updates(running):
        assert update.head is None
        assert update.pixels is not None
        assert len(np.unique(np.ascontiguousarray(update.pixels).view(np.uint32))) <= 13  # cells, and the mask


def _faces(image: BGRImage) -> list[Box]:
    return [face.box for face in default_pack().new_detector().detect(image, width=640, score=0.6)]


# --- likeness ---


@pytest.fixture
def small() -> Gallery:
    return Gallery("m", DIMENSION)


@pytest.fixture
def compared(small: Gallery) -> Likeness:
    return Likeness(default_pack().calibration, small, lambda: 0.01)


def test_the_odd_one_is_the_one_that_fits_none(compared: Likeness) -> None:
    mine, other = [near(unit(1), 0.9, seed) for seed in range(4)], unit(2)
    assert compared.odd_ones([*mine[:2], other, *mine[2:]]) == (2,)
    assert compared.odd_ones(mine) == ()
    assert compared.odd_ones([mine[0], other]) == (0, 1)  # nobody can tell which
    assert compared.odd_ones([unit(1), unit(2), unit(3)]) == (0, 1, 2)
    assert compared.odd_ones([other]) == ()
    assert compared.odd_ones([]) == ()


@pytest.mark.parametrize(("cosine", "duplicate"), [(0.2, None), (0.36, False), (0.9, True)])
def test_how_near_somebody_comes_to_a_match_is_told(
    compared: Likeness, small: Gallery, cosine: float, duplicate: bool | None
) -> None:
    assert compared.closest(unit(1)) is None
    enrolled = near(unit(1), cosine)
    small.swap(GallerySnapshot.build("m", [PersonId("ann")], enrolled[None], based_on=small.revision))
    nearest = compared.closest(unit(4), unit(1))
    assert (nearest.duplicate if nearest else None) is duplicate
    if nearest is not None:
        assert nearest.score == pytest.approx(cosine, abs=1e-3)


def test_somebody_enrolled_before_is_found(desk: Desk) -> None:
    person = enrol(desk, "Ada Example", "obama.jpg")
    camera = Camera(frame("obama3.jpg"))
    outcome = _run_on(desk, camera)
    assert outcome.closest is not None
    assert outcome.closest.person_id == person
    assert outcome.closest.duplicate
    outcome.discard()


def _run_on(desk: Desk, camera: Camera) -> CoachOutcome:
    desk.coach._newest_frame = lambda _camera: camera.newest()
    running = desk.coach.begin(CameraId("door"), CONSENT)
    running._clock = camera.clock
    return running.run(UNWATCHED)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_every_guidance_has_words(language: str) -> None:
    words = coach_words(language)
    assert set(words) == set(Guidance)
    assert all(len(text) > 5 for text in words.values())
    assert len(set(words.values())) == len(Guidance)
    assert language == "en" or words[Guidance.CLOSER] != coach_words("en")[Guidance.CLOSER]


def test_an_unknown_language_gets_english() -> None:
    assert coach_words("tlh") == coach_words("en")
