"""From the conversation to the live wall: a real camera source, the real pipeline, the real window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from desktop.domain.conversation import Step
from desktop.domain.ids import CameraId
from desktop.services.desk import Desk
from desktop.ui.capture.steps.pictures import PicturesPage
from desktop.ui.capture.wizard import CaptureWizard
from desktop.ui.main_window import MainWindow
from tests.helpers.conversations import make_ready, proof_of
from tests.helpers.desks import source_path, wait_until
from tests.helpers.wizards import begin, page_of, walk
from tests.integration.test_services_live import add_video, clear, portrait_video, watch

Idle = Callable[[], None]
Opened = Callable[[type[QWidget]], QWidget]


@pytest.fixture
def camera(desk: Desk, tmp_path: Path) -> Iterator[CameraId]:
    made = add_video(desk, portrait_video(tmp_path / "door.mp4", "astronaut.png"), "Door")
    desk.live.start()
    wait_until(lambda: desk.live.newest_frame(made) is not None, 20)
    yield made
    desk.live.stop()


@pytest.fixture
def wizard(camera: CameraId, desk: Desk, window: MainWindow, opened: Opened, idle: Idle) -> CaptureWizard:
    make_ready(desk)
    window.show_page("people")
    idle()
    return begin(window, opened, idle)


def test_whoever_is_enrolled_here_is_named_on_the_wall(
    wizard: CaptureWizard, camera: CameraId, desk: Desk, idle: Idle
) -> None:
    shown = watch(desk, camera, lambda picture: picture.marks and not picture.coarse)
    assert all(mark.masked for mark in shown.marks), "before consent everybody is masked"
    walk(wizard, idle, Step.PHOTO)
    page_of(wizard, PicturesPage).capture.capture.click()
    idle()
    assert wizard.session.pictures.place == "Door"
    wizard.next.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.RECEIPT
    person_id = wizard.session.talk.id
    wizard.next.click()
    watch(desk, camera, lambda picture: clear(picture, person_id))
    assert desk.people.name_of(person_id) == "Ada Example"
    assert proof_of(desk, person_id).place == "Door"


def test_a_camera_lost_in_front_of_the_person_is_told_and_files_go_on(
    wizard: CaptureWizard, camera: CameraId, desk: Desk, idle: Idle
) -> None:
    walk(wizard, idle, Step.PHOTO)
    desk.live.stop()
    page_of(wizard, PicturesPage).capture.capture.click()
    idle()
    assert "gives no picture" in page_of(wizard, PicturesPage).photos.rows[0].accessibleDescription()
    wizard.next.click()
    assert wizard.session.step is Step.PHOTO
    page_of(wizard, PicturesPage).add_files([source_path("astronaut.png")])
    idle()
    wizard.next.click()
    wizard.next.click()
    idle()
    assert wizard.session.step is Step.RECEIPT
    assert desk.people.count() == 1
