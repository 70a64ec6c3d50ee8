"""Step: pictures, from a camera or from files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import Step
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId
from desktop.services.capture import agreed
from desktop.services.coach import CoachOutcome
from desktop.services.desk import Desk
from desktop.services.photo_check import PhotoCheck
from desktop.ui.capture.coach_view import CoachView
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.errors import error_text
from desktop.ui.people.checker import PhotoChecker
from desktop.ui.people.photo_list import PhotoList, PhotoRow
from desktop.ui.people.sources import CapturePanel, DropArea
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.segments import Segments

CAMERA, FILES = "camera", "files"


class PicturesPage(StepPage):
    """The rows belong to this page, the checks that can be used to the session as well."""

    def __init__(self, session: CaptureSession, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__(session, Step.PHOTO, "")
        self.lead.setText(self.tr("Recognition was agreed to: from here on the face may be looked at."))
        self._desk = desk
        self._place = ""
        self._current = False
        self.capture = CapturePanel(desk.live, CoachView(desk.coach, tasks), lambda: agreed(session.talk))
        self.drop = DropArea()
        self.photos = PhotoList()
        self.checker = PhotoChecker(tasks, self)
        self.source: Segments[str] = Segments(
            self.tr("Where the pictures come from"),
            [(CAMERA, self.tr("From a camera"), "", "cameras"), (FILES, self.tr("From files"), "", "photo")],
        )
        self._stack = QStackedWidget()
        for page in (self.capture, self.drop):
            self._stack.addWidget(page)
        body = column(row(self.source, None), self._stack, self.photos, gap=12)
        body.setStretch(2, 1)
        self.fill(body, scrolls=False)
        self.source.changed.connect(self._on_source)
        self.capture.captured.connect(self._on_captured)
        self.capture.coached.connect(self._on_coached)
        self.capture.view.failed.connect(session.failed)
        self.capture.view.guided.connect(session.guide)
        self.drop.chosen.connect(self.add_files)
        self.photos.changed.connect(self._tell)
        self.checker.checked.connect(self._on_checked)
        self.checker.failed.connect(self._on_failed)
        self.checker.idle.connect(self._on_idle)
        if self.capture.cameras.count() == 0:
            self.source.choose(FILES)

    def enter(self) -> QWidget | None:
        self._current = True
        self.capture.view.set_language(self.session.language)
        self._on_source(self.source.value())
        if self.photos.good():
            return None
        return self.capture.view.start if self.source.value() == CAMERA else self.drop.choose

    def leave(self) -> None:
        self._current = False
        self.capture.end()

    def follow(self) -> None:
        """What was taken back, or enrolled, is wiped here as well."""
        if not self.session.talk.recognised or self.session.step is Step.RECEIPT:
            self.forget()

    def forget(self) -> None:
        self.checker.cancel()
        if self.photos.rows:
            self.photos.clear()

    def again(self) -> None:
        """The service has wiped the vectors: files are checked again, captures are gone."""
        for photo in list(self.photos.rows):
            if photo.again is None:
                self.photos.take_out(photo)
            elif photo.check is not None and photo.check.ok:
                photo.wait()
                self.checker.add(photo, photo.again)
        self._tell()

    def add_files(self, paths: list[Path]) -> None:
        talk = self.session.talk
        self._place = ""
        for path in paths:
            self._begin(path.name, partial(self._desk.capture.check_photo, talk, path), repeatable=True)

    def _on_captured(self, camera_id: str, name: str) -> None:
        self._place = name
        check = partial(self._desk.capture.check_camera, self.session.talk, CameraId(camera_id))
        self._begin(name, check, repeatable=False)

    def _begin(self, title: str, check: Callable[[], PhotoCheck], *, repeatable: bool) -> None:
        photo = self.photos.add(title)
        photo.again = check if repeatable else None
        photo.removed.connect(self.checker.forget)
        self.checker.add(photo, check)
        self._tell()

    def _on_source(self, source: str) -> None:
        self._stack.setCurrentWidget(self.capture if source == CAMERA else self.drop)
        self._stack.setFixedHeight(370 if source == CAMERA else 152)
        if source == CAMERA and self._current:
            self.capture.begin()
        else:
            self.capture.end()

    def _on_coached(self, outcome: CoachOutcome, name: str) -> None:
        """The coach's pictures become rows like any other; those that do not fit in say so."""
        if not self._current:
            outcome.discard()
            return
        self._place = name
        for number, check in enumerate((*outcome.checks, *outcome.odd), 1):
            photo = self.photos.add(self.tr("{camera}, picture {number}").format(camera=name, number=number))
            photo.removed.connect(self.checker.forget)
            self._show_check(photo, check)
        self._on_idle()

    def _on_checked(self, photo: PhotoRow, check: PhotoCheck) -> None:
        self._show_check(photo, check)
        self._tell()

    def _show_check(self, photo: PhotoRow, check: PhotoCheck) -> None:
        closest = self._desk.people.name_of(check.closest.person_id) if check.closest is not None else None
        photo.show_check(check, closest)

    def _leave_out_odd_ones(self) -> None:
        """Where most pictures agree, those that do not are left out. Where none agree, enrolling says so."""
        rows = [photo for photo in self.photos.rows if photo.check is not None and photo.check.ok]
        odd = self._desk.enrolment.odd_ones(self.photos.good())
        if len(odd) < len(rows):
            for place in odd:
                rows[place].leave_out()

    def _on_failed(self, photo: PhotoRow, error: ConsentryError) -> None:
        photo.fail(error_text(error).happened)
        self._tell()

    def _on_idle(self) -> None:
        self._leave_out_odd_ones()
        self._tell()
        if self.photos.good() and self._current:
            self.ready.emit()

    def _tell(self) -> None:
        self.session.set_pictures(self.photos.good(), busy=self.checker.busy, place=self._place)
