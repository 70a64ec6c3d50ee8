"""Adding a person: who, consent, pictures - in this order, because nothing is computed from a face before consent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, PersonId
from desktop.services.coach import CoachOutcome
from desktop.services.desk import Desk
from desktop.services.photo_check import PhotoCheck
from desktop.ui.capture.coach_view import CoachView
from desktop.ui.errors import error_text, show_error
from desktop.ui.people.checker import PhotoChecker
from desktop.ui.people.forms import ConsentForm, PersonForm
from desktop.ui.people.photo_list import PhotoList, PhotoRow
from desktop.ui.people.sources import CapturePanel, DropArea
from desktop.ui.theme import Size
from desktop.ui.widgets.basic import button, column, label, row, rule
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.notice import Notice
from desktop.ui.widgets.scroll import FormScroll
from desktop.ui.widgets.segments import Segments

FILES, CAMERA = "files", "camera"


def _heading(text: str) -> QLabel:
    """As high as a button, so that both columns begin on one line."""
    made = label(text, "heading")
    made.setMinimumHeight(Size.CONTROL)
    return made


class AddPersonDialog(Dialog):
    """Calls `on_added` with the new person's id. What was computed is wiped when the dialog closes unsaved."""

    def __init__(self, desk: Desk, tasks: TaskRunner, on_added: Callable[[PersonId], object], parent: QWidget) -> None:
        super().__init__(self.tr("Add a person"), parent)
        self._desk = desk
        self._tasks = tasks
        self._on_added = on_added
        self._saving: TaskHandle[PersonId] | None = None
        self.person = PersonForm()
        self.consent = ConsentForm()
        self.drop = DropArea()
        self.capture = CapturePanel(desk.live, CoachView(desk.coach, tasks), self.consent.consent)
        self.photos = PhotoList()
        self.checker = PhotoChecker(tasks, self)
        self.busy = BusyRow()
        self.source: Segments[str] = Segments(
            self.tr("Where the pictures come from"),
            [(FILES, self.tr("From files"), "", "photo"), (CAMERA, self.tr("From a camera"), "", "cameras")],
        )
        self._stack = QStackedWidget()
        self._locked = Notice()
        self._reason = label("", "muted", wrap=True)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.save = button(self.tr("Save"), self._save, look="primary", icon="check")
        self.save.setDefault(True)
        self._build()
        self._connect()
        self._on_agreed(False)
        self.person.name.setFocus()

    def _build(self) -> None:
        left = column(
            _heading(self.tr("1  Person")),
            self.person,
            rule(),
            label(self.tr("2  Consent"), "heading"),
            self.consent,
            None,
            gap=14,
            margins=(4, 4, 16, 4),
        )
        scroll = FormScroll(left)
        self._stack.addWidget(self.drop)
        self._stack.addWidget(self.capture)
        head = row(_heading(self.tr("3  Pictures")), None, self.source)
        right = column(head, self._locked, self._stack, self.photos, self.busy, gap=12, margins=(16, 4, 4, 4))
        right.setStretch(3, 1)
        body = row(scroll, right, gap=8)
        body.setStretch(0, 5)
        body.setStretch(1, 6)
        foot = row(self._reason, self.cancel, self.save, gap=12)
        foot.setStretch(0, 1)
        self.fill(body, foot)
        self.resize(980, 720)

    def _connect(self) -> None:
        self.person.changed.connect(self._tell_reason)
        self.consent.changed.connect(self._tell_reason)
        self.consent.agreed_changed.connect(self._on_agreed)
        self.source.changed.connect(self._on_source)
        self.drop.chosen.connect(self.add_files)
        self.capture.captured.connect(self._on_captured)
        self.capture.coached.connect(self._on_coached)
        self.capture.view.failed.connect(lambda error: show_error(error, self))
        self.photos.changed.connect(self._tell_reason)
        self.checker.checked.connect(self._on_checked)
        self.checker.failed.connect(self._on_check_failed)
        self.checker.advanced.connect(self._on_advanced)
        self.checker.idle.connect(self._on_idle)
        self.busy.cancelled.connect(self._stop)
        self.finished.connect(self._clean_up)

    def add_files(self, paths: list[Path]) -> None:
        """Check picture files; needs the consent to be recorded."""
        consent = self.consent.consent()
        for path in paths:
            self._begin(path.name, partial(self._desk.enrolment.check_photo, path, consent), repeatable=True)

    def _on_captured(self, camera_id: str, name: str) -> None:
        consent = self.consent.consent()
        self._begin(name, partial(self._desk.enrolment.check_camera, CameraId(camera_id), consent), repeatable=False)

    def _on_coached(self, outcome: CoachOutcome, name: str) -> None:
        """The pictures become rows like any other; those that do not fit in say so."""
        for number, check in enumerate((*outcome.checks, *outcome.odd), 1):
            photo = self.photos.add(self.tr("{camera}, picture {number}").format(camera=name, number=number))
            photo.removed.connect(self.checker.forget)
            self._show_check(photo, check)
        self.photos.verticalScrollBar().setValue(0)
        self._on_idle()

    def _begin(self, title: str, check: Callable[[], PhotoCheck], *, repeatable: bool) -> None:
        photo = self.photos.add(title)
        photo.again = check if repeatable else None
        photo.removed.connect(self.checker.forget)
        self.checker.add(photo, check)
        self.photos.verticalScrollBar().setValue(0)

    def _on_checked(self, photo: PhotoRow, check: PhotoCheck) -> None:
        self._show_check(photo, check)
        self._tell_reason()

    def _show_check(self, photo: PhotoRow, check: PhotoCheck) -> None:
        photo.show_check(
            check, self._desk.people.name_of(check.closest.person_id) if check.closest is not None else None
        )

    def _leave_out_odd_ones(self) -> None:
        """Where most pictures agree, those that do not are left out. Where none agree, saving says so."""
        rows = [photo for photo in self.photos.rows if photo.check is not None and photo.check.ok]
        odd = self._desk.enrolment.odd_ones(self.photos.good())
        if len(odd) < len(rows):
            for place in odd:
                rows[place].leave_out()

    def _on_check_failed(self, photo: PhotoRow, error: ConsentryError) -> None:
        photo.fail(error_text(error).happened)
        self._tell_reason()

    def _on_advanced(self, done: int, everything: int) -> None:
        self.busy.begin(self.tr("Checking pictures: {done} of {all}").format(done=done, all=everything))
        self.busy.advance(done / max(1, everything))

    def _on_idle(self) -> None:
        self.busy.end()
        self._leave_out_odd_ones()
        self._tell_reason()

    def _stop(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            return
        for photo in self.checker.cancel():
            self.photos.take_out(photo)

    def _on_agreed(self, agreed: bool) -> None:
        """Pictures need consent; when it is taken back, everything computed from them is wiped at once."""
        had_any = bool(self.photos.rows)
        if not agreed:
            self.checker.cancel()
            self.photos.clear()
        text = self.tr("First record the consent: nothing is computed from a face before.")
        if had_any and not agreed:
            text = self.tr("The pictures were discarded because the consent was taken back.")
        self._locked.say("" if agreed else text)
        self._stack.setEnabled(agreed)
        self.source.setEnabled(agreed)
        self._on_source(self.source.value())
        self._tell_reason()

    def _on_source(self, source: str) -> None:
        self._stack.setCurrentWidget(self.capture if source == CAMERA else self.drop)
        self._stack.setFixedHeight(400 if source == CAMERA else 152)
        if source == CAMERA and self.consent.agreed.isChecked():
            self.capture.begin()
        else:
            self.capture.end()

    def problem(self) -> str:
        """Why Save is off, as a sentence; empty when it is on."""
        if self._saving is not None:
            return self.tr("Saving ...")
        if self.person.problem() or self.consent.problem():
            return self.person.problem() or self.consent.problem()
        if self.checker.busy:
            return self.tr("Wait until the pictures are checked.")
        if not self.photos.good():
            return self.tr("Add at least one picture that can be used.")
        return ""

    def _tell_reason(self) -> None:
        problem = self.problem()
        self.save.setEnabled(not problem)
        self.save.setAccessibleDescription(problem)
        self._reason.setText(problem)

    def _save(self) -> None:
        if self.problem():
            return
        details, consent, checks = self.person.details(), self.consent.consent(), self.photos.good()
        self._saving = self._tasks.run(
            lambda _: self._desk.enrolment.enrol(details, consent, checks),
            self._on_saved,
            self._on_failed,
            owner=self,
        )
        self.busy.begin(self.tr("Saving ..."), cancellable=False)
        self._lock_form(True)
        self._tell_reason()

    def _lock_form(self, locked: bool) -> None:
        for widget in (self.person, self.consent, self.photos, self.cancel):
            widget.setEnabled(not locked)
        self._stack.setEnabled(not locked and self.consent.agreed.isChecked())

    def _on_saved(self, person_id: PersonId) -> None:
        self._saving = None
        self.accept()
        self._on_added(person_id)

    def _on_failed(self, error: ConsentryError) -> None:
        """What was typed stays. The service has wiped the vectors: files are checked again, captures are gone."""
        self._saving = None
        self.busy.end()
        self._lock_form(False)
        for photo in list(self.photos.rows):
            if photo.again is None:
                self.photos.take_out(photo)
            elif photo.check is not None and photo.check.ok:
                photo.wait()
                self.checker.add(photo, photo.again)
        self._tell_reason()
        show_error(error, self)

    def reject(self) -> None:
        if self._saving is None:
            super().reject()

    def _clean_up(self) -> None:
        self.capture.end()
        self.checker.cancel()
        self.photos.clear()
