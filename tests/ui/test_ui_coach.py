"""The coach in the window: nobody is seen before consent, words and shapes guide, and the dialog gets the pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.tasks import TaskRunner
from desktop.domain.cameras import SourceKind, SourceSpec
from desktop.domain.coach import LEAST, WANTED, Advice, Guidance, Stage
from desktop.domain.consent import PlainConsent
from desktop.domain.conversation import Step
from desktop.domain.ids import CameraId
from desktop.domain.quality import NOT_MEASURED
from desktop.services.cameras import CameraDraft
from desktop.services.coach import CoachOutcome
from desktop.services.coach_words import coach_words
from desktop.services.desk import Desk
from desktop.services.errors import ConsentMissing
from desktop.services.photo_check import PhotoProblem
from desktop.ui.capture import coach_shapes
from desktop.ui.capture.coach_canvas import CoachCanvas, TakenDots
from desktop.ui.capture.coach_view import CoachView
from desktop.ui.capture.steps.pictures import CAMERA, PicturesPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.look import look
from desktop.ui.main_window import MainWindow
from desktop.ui.people.quality_dialog import QualityDialog, component_name
from desktop.ui.theme import ThemeName
from desktop.vision.types import BGRImage
from tests.helpers import coach_frames
from tests.helpers.coach_frames import frame
from tests.helpers.conversations import make_ready
from tests.helpers.desks import CONSENT, source_path
from tests.helpers.wizards import begin as begin_conversation
from tests.helpers.wizards import page_of, walk

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]
DOOR = CameraId("door")


class Camera:
    """Stands in for the cameras: always a new picture of the same scene, unless it is off."""

    def __init__(self, image: BGRImage) -> None:
        self.image: BGRImage | None = image

    def newest(self, _camera: CameraId) -> BGRImage | None:
        return None if self.image is None else self.image.copy()


@pytest.fixture
def camera(desk: Desk) -> Camera:
    made = Camera(frame("obama.jpg"))
    desk.coach._newest_frame = made.newest
    return made


@pytest.fixture
def view(desk: Desk, camera: Camera, tasks: TaskRunner, qtbot: QtBot) -> Iterator[CoachView]:
    made = CoachView(desk.coach, tasks)
    made.resize(720, 560)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.end()
    assert tasks.wait_idle(20)
    made.close()
    made.deleteLater()


def begin(view: CoachView, consent: PlainConsent = CONSENT) -> None:
    view.offer(DOOR, lambda: consent)
    view.start.click()


def colours(widget: QWidget) -> int:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return len(np.unique(pixels))


def test_before_consent_the_camera_is_seen_to_work_and_nobody_is_seen(view: CoachView, qtbot: QtBot) -> None:
    view.cover(DOOR)
    qtbot.waitUntil(lambda: not view.canvas.empty, timeout=5000)
    assert not view.start.isEnabled()
    assert colours(view.canvas) < 200  # flat cells and rounded corners; a face has thousands
    assert view.words.text() == ""


def test_without_valid_consent_nothing_begins(view: CoachView, qtbot: QtBot) -> None:
    failed: list[object] = []
    view.failed.connect(failed.append)
    view.offer(DOOR, lambda: PlainConsent("", "en"))
    view.start.click()
    assert not view.running
    assert [type(error) for error in failed] == [ConsentMissing]


def test_it_guides_in_words_and_begins_and_stops_from_the_keyboard(
    view: CoachView, camera: Camera, qtbot: QtBot, tasks: TaskRunner
) -> None:
    camera.image = coach_frames.two_people()
    view.offer(DOOR, lambda: CONSENT)
    view.start.setFocus()
    qtbot.keyClick(view.start, Qt.Key.Key_Return)
    assert view.running
    words = coach_words("en")
    qtbot.waitUntil(lambda: view.words.text() == words[Guidance.ONE_PERSON], timeout=10_000)
    assert view.words.accessibleName() == words[Guidance.ONE_PERSON]
    qtbot.keyClick(view.start, Qt.Key.Key_Space)
    assert not view.running
    assert tasks.wait_idle(10)
    assert view.words.text() == ""
    assert view.start.isEnabled()


def test_pictures_are_taken_by_themselves_and_handed_over_once(view: CoachView, qtbot: QtBot) -> None:
    ended: list[CoachOutcome] = []
    view.ended.connect(ended.append)
    with qtbot.waitSignal(view.ended, timeout=30_000):
        begin(view)
    (outcome,) = ended
    assert LEAST <= len(outcome.checks) <= WANTED
    assert str(len(outcome.checks)) in view.dots.accessibleName()
    assert view.words.text() == coach_words("en")[Guidance.DONE]
    view.end()
    assert all(check.vector is not None and check.vector.any() for check in outcome.checks)  # the receiver's now
    outcome.discard()


def test_a_camera_that_gives_nothing_is_told(view: CoachView, camera: Camera, qtbot: QtBot) -> None:
    begin(view)
    qtbot.waitUntil(lambda: not view.canvas.empty, timeout=10_000)
    camera.image = None
    words = coach_words("en")[Guidance.NO_PICTURE]
    qtbot.waitUntil(lambda: view.words.text() == words, timeout=10_000)
    assert view.canvas.empty


def test_the_person_is_addressed_in_the_language_of_the_consent(view: CoachView, camera: Camera, qtbot: QtBot) -> None:
    camera.image = coach_frames.nobody()
    begin(view, PlainConsent("signed form", "ar"))
    qtbot.waitUntil(lambda: view.words.text() == coach_words("ar")[Guidance.NOBODY], timeout=10_000)
    assert view.said.isVisible()
    assert view.said.text() == coach_words("en")[Guidance.NOBODY]


def test_giving_up_says_why_and_offers_another_try(
    view: CoachView, camera: Camera, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.domain.coach.PATIENCE", 1.0)
    camera.image = coach_frames.two_people()
    ended: list[CoachOutcome] = []
    view.ended.connect(ended.append)
    begin(view)
    qtbot.waitUntil(lambda: not view.running, timeout=10_000)
    assert coach_words("en")[Guidance.ONE_PERSON] in view.said.text()
    assert view.said.isVisible()
    assert view.start.isEnabled()
    assert ended == []


# --- shapes ---


def painted(qtbot: QtBot, guidance: Guidance, direction: Qt.LayoutDirection, steady: float = 0.0) -> QImage:
    canvas = CoachCanvas()
    qtbot.addWidget(canvas)
    canvas.setLayoutDirection(direction)
    canvas.resize(480, 270)
    pixels = np.full((270, 480, 4), 120, np.uint8)
    canvas.show_picture(pixels, Advice(guidance, Stage.LOOKING, 1, steady))
    return canvas.grab().toImage()


@pytest.mark.parametrize("theme", ThemeName)
def test_each_guidance_has_a_shape_that_is_nobody_elses(qtbot: QtBot, theme: ThemeName) -> None:
    look().apply(theme)
    seen: dict[bytes, Guidance] = {}
    alike = [{Guidance.MORE_LIGHT, Guidance.EVEN_LIGHT}, {Guidance.UNCOVER_EYES, Guidance.UNCOVER_MOUTH}]
    alike += [{Guidance.NOBODY, Guidance.UPRIGHT}, {Guidance.HOLD, Guidance.DONE}]
    for guidance in Guidance:
        image = painted(qtbot, guidance, Qt.LayoutDirection.LeftToRight)
        found = seen.setdefault(bytes(image.constBits()), guidance)
        assert found is guidance or {found, guidance} in alike


def test_left_stays_left_in_a_language_written_from_right_to_left(qtbot: QtBot) -> None:
    for guidance in (Guidance.LEFT, Guidance.TURN_RIGHT):
        one = painted(qtbot, guidance, Qt.LayoutDirection.LeftToRight)
        other = painted(qtbot, guidance, Qt.LayoutDirection.RightToLeft)
        assert one == other
        assert bright_at(one) < 235 if guidance is Guidance.LEFT else bright_at(one) > 241


def bright_at(image: QImage) -> float:
    """Mean column of the light pixels, 0 to 480."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())[:, : grey.width()]
    return float(np.nonzero(pixels > 200)[1].mean() * 480 / grey.width())


def test_the_marks_of_taken_pictures_begin_where_reading_begins(qtbot: QtBot) -> None:
    dots = TakenDots()
    qtbot.addWidget(dots)
    dots.show_taken(1)
    left = dots.grab().toImage()
    dots.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    right = dots.grab().toImage()
    assert left != right
    first, last = left.rect().center(), left.rect().center()
    first.setX(13)
    last.setX(left.width() - 14)
    assert left.pixelColor(first) == right.pixelColor(last) != left.pixelColor(last)


def test_every_guidance_is_drawn_as_something() -> None:
    drawn = {
        *coach_shapes._STEP,
        *coach_shapes._CHIN,
        *coach_shapes._TURN,
        *coach_shapes._DISTANCE,
        *coach_shapes._ICON,
    }
    assert drawn == set(Guidance)


# --- in the dialog ---


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds of somebody who moves a little in front of a 720p camera."""
    path = tmp_path / "desk.mp4"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, coach_frames.SIZE)
    for number in range(50):
        writer.write(frame("obama.jpg", x=0.5 + 0.01 * np.sin(number / 8)))
    writer.release()
    return path


def at_pictures(window: MainWindow, desk: Desk, idle: Idle, opened: Opened) -> tuple[CaptureWizard, PicturesPage]:
    """A conversation in which everything before the pictures is said."""
    make_ready(desk)
    wizard = begin_conversation(window, opened, idle)
    walk(wizard, idle, Step.PHOTO)
    return wizard, page_of(wizard, PicturesPage)


def test_a_person_is_added_by_the_coach_in_front_of_a_running_camera(
    window: MainWindow, desk: Desk, clip: Path, idle: Idle, opened: Opened, qtbot: QtBot
) -> None:
    desk.cameras.add(CameraDraft("Desk", SourceSpec(SourceKind.VIDEO, str(clip))))
    desk.live.start()
    window.show_page("people")
    idle()
    wizard, pictures = at_pictures(window, desk, idle, opened)
    pictures.source.button(CAMERA).click()
    qtbot.waitUntil(lambda: desk.live.newest_frame(desk.live.cameras()[0].id) is not None, timeout=20_000)
    pictures.capture.view.start.click()
    qtbot.waitUntil(lambda: len(pictures.photos.good()) >= LEAST, timeout=40_000)
    assert all("Quality" in row._details.text() for row in pictures.photos.rows)
    assert wizard.session.needs == ()
    walk(wizard, idle, Step.RECEIPT)
    person = desk.people.list()[0]
    assert person.templates >= LEAST
    desk.live.stop()


def test_taking_the_consent_back_stops_the_coach(
    window: MainWindow, desk: Desk, camera: Camera, idle: Idle, opened: Opened, qtbot: QtBot, tasks: TaskRunner
) -> None:
    desk.cameras.add(CameraDraft("Desk", SourceSpec(SourceKind.VIDEO, "none.mp4")))
    window.show_page("people")
    idle()
    wizard, pictures = at_pictures(window, desk, idle, opened)
    pictures.source.button(CAMERA).click()
    view = pictures.capture.view
    view.start.click()
    qtbot.waitUntil(lambda: "1 of" in view.dots.accessibleName(), timeout=20_000)
    wizard.session.withdraw()
    assert not view.running
    assert view.canvas.empty
    assert tasks.wait_idle(20)
    assert pictures.photos.rows == []


def test_of_files_the_odd_one_is_shown_and_left_out(window: MainWindow, idle: Idle, opened: Opened, desk: Desk) -> None:
    window.show_page("people")
    idle()
    wizard, pictures = at_pictures(window, desk, idle, opened)
    pictures.add_files([source_path(name) for name in ("obama.jpg", "astronaut.png", "obama3.jpg")])
    idle()
    odd = [row for row in pictures.photos.rows if row.check is not None and row.check.problem is PhotoProblem.ODD]
    assert [row.title for row in odd] == ["astronaut.png"]
    assert "left out" in odd[0].accessibleDescription()
    assert odd[0].check is not None
    assert odd[0].check.vector is None
    walk(wizard, idle, Step.RECEIPT)
    assert desk.people.list()[0].templates == 2


def test_the_report_names_what_was_measured_and_what_was_not(
    window: MainWindow, idle: Idle, opened: Opened, desk: Desk
) -> None:
    window.show_page("people")
    idle()
    _, pictures = at_pictures(window, desk, idle, opened)
    pictures.add_files([source_path("obama.jpg")])
    idle()
    pictures.photos.rows[0]._details.click()
    report = cast(QualityDialog, opened(QualityDialog))
    texts = " ".join(label.text() for label in report.findChildren(QLabel))
    assert "of 100" in texts
    assert all(component_name(component) in texts for component in NOT_MEASURED)
    report.close()
    QApplication.processEvents()
