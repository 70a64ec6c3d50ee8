"""Adding or changing a camera: source, test with a masked picture, recognition area, notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.cameras import Camera, CameraState, SourceSpec
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.ids import CameraId
from desktop.services.camera_test import CameraTest
from desktop.services.cameras import CameraDraft
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.cameras.area_editor import AreaEditor
from desktop.ui.cameras.source_form import SourceForm
from desktop.ui.errors import error_text, show_error
from desktop.ui.theme import Size
from desktop.ui.widgets.basic import button, column, label, row, rule
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.live_preview import PreviewFeed
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.scroll import FormScroll


class CameraDialog(Dialog):
    """`camera` None adds one. Calls `on_saved` with the id."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        camera: Camera | None,
        on_saved: Callable[[CameraId], object],
        parent: QWidget,
    ) -> None:
        self._adding = camera is None
        super().__init__("", parent)
        self.setWindowTitle(self.tr("Add a camera") if camera is None else self.tr("Edit camera"))
        self._desk = desk
        self._tasks = tasks
        self._camera = camera
        self._on_saved = on_saved
        self._testing: TaskHandle[CameraTest] | None = None
        self._saving = False
        self.name = QLineEdit()
        self.source = SourceForm()
        self._notice = CheckLine(
            self.tr("The privacy notice is posted where people see it before they enter the area"),
            self.tr("Without it the camera only shows masked pictures: nobody is recognised."),
        )
        self.notice_posted = self._notice.box
        self.enabled = QCheckBox(self.tr("Switched on"))
        self.area = AreaEditor()
        self.test = button(self.tr("Test camera"), self._test, icon="play")
        self.whole = button(self.tr("Use whole picture"), self.area.clear_area)
        self.verdict = Notice()
        self.busy = BusyRow()
        self._reason = label("", "muted", wrap=True)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.save = button(self.tr("Save"), self._save, look="primary", icon="check")
        self.save.setDefault(True)
        self._feed = PreviewFeed(desk.live.presenter, 640, 360, self)
        self._build()
        self._connect()
        self._fill()
        self.name.setFocus()

    def _build(self) -> None:
        title = label(self.tr("Add a camera") if self._adding else self.tr("Edit camera"), "heading")
        title.setMinimumHeight(Size.CONTROL)  # as high as the buttons beside it
        left = column(
            title,
            Field(self.tr("Name"), self.name, self.tr("For example: Front desk, Gate 2")),
            self.source,
            rule(),
            self._notice,
            self.enabled,
            None,
            gap=14,
            margins=(4, 4, 16, 4),
        )
        scroll = FormScroll(left)
        hint = label(
            self.tr(
                "Only faces inside the area are compared with enrolled people. Click to add a corner, drag to move it. "
                "Keyboard: Insert adds, N and P choose, arrows move, Delete removes."
            ),
            "small",
            wrap=True,
        )
        head = row(label(self.tr("Recognition area"), "heading"), None, self.whole, self.test, gap=8)
        right = column(head, self.area, hint, self.verdict, self.busy, gap=10, margins=(16, 4, 4, 4))
        right.setStretch(1, 1)
        body = row(scroll, right, gap=8)
        body.setStretch(0, 4)
        body.setStretch(1, 5)
        foot = row(self._reason, self.cancel, self.save, gap=12)
        foot.setStretch(0, 1)
        self.fill(body, foot)
        self.resize(980, 680)

    def _connect(self) -> None:
        self.name.textChanged.connect(self._tell_reason)
        self.source.changed.connect(self._on_source)
        self.area.changed.connect(self._tell_reason)
        self.busy.cancelled.connect(self._cancel_test)
        self._feed.picture.connect(self.area.show_pixels)
        self.finished.connect(self._clean_up)

    def _fill(self) -> None:
        camera = self._camera
        self.enabled.setChecked(camera.enabled if camera is not None else True)
        if camera is not None:
            self.name.setText(camera.name)
            self.source.fill(camera.source)
            self.area.set_area(camera.area)
            self.notice_posted.setChecked(camera.notice_posted)
            if self._desk.live.status(camera.id).state is CameraState.LIVE:
                self._feed.start(camera.id)
        self._tell_reason()

    def _on_source(self) -> None:
        """The picture and the verdict belong to the source that was tested."""
        if self._camera is None or self.source.source() != self._unchanged():
            self._feed.stop()
            self.area.show_pixels(None)
        self.verdict.clear()
        self._tell_reason()

    def _unchanged(self) -> SourceSpec | None:
        saved = self._camera.source if self._camera is not None else None
        return replace(saved, address=saved.shown) if saved is not None else None

    def problem(self) -> str:
        """Why Save is off, as a sentence; empty when it is on."""
        if self._saving:
            return self.tr("Saving ...")
        if not self.name.text().strip():
            return self.tr("Give the camera a name.")
        return self.source.problem() or self.area.problem()

    def _tell_reason(self) -> None:
        problem = self.problem()
        self.save.setEnabled(not problem)
        self.save.setAccessibleDescription(problem)
        self.test.setEnabled(not self.source.problem() and self._testing is None)
        self.whole.setEnabled(bool(self.area.corners))
        self._reason.setText(problem)

    def _test(self) -> None:
        source, camera = self.source.source(), self._camera
        self._feed.stop()
        self.verdict.clear()
        self.busy.begin(self.tr("Testing the camera ..."), at_once=True)
        self._testing = self._tasks.run(
            lambda progress: self._desk.cameras.test(source, progress, of=camera.id if camera is not None else None),
            self._on_tested,
            self._on_test_failed,
            self.busy.advance,
            owner=self,
        )
        self._tell_reason()

    def _cancel_test(self) -> None:
        if self._testing is not None:
            self._testing.cancel()

    def _end_test(self) -> None:
        self._testing = None
        self.busy.end()
        self._tell_reason()

    def _on_tested(self, test: CameraTest) -> None:
        self._end_test()
        self.area.show_pixels(test.preview)
        if not test.ok:
            self.verdict.say(texts.reason(test.reason), Tone.ATTENTION)
            return
        words = self.tr("The camera works: {width} × {height} pixels, {fps} pictures a second. Faces in view: {faces}.")
        fps = f"{test.fps:.0f}" if test.fps else "?"
        self.verdict.say(
            words.format(width=test.width, height=test.height, fps=fps, faces=test.faces),
            Tone.GOOD,
        )

    def _on_test_failed(self, error: ConsentryError) -> None:
        self._end_test()
        if isinstance(error, Cancelled):
            self.verdict.say(self.tr("The test was cancelled."))
        else:
            text = error_text(error)
            self.verdict.say(f"{text.happened} {text.todo}", Tone.ATTENTION)

    def _save(self) -> None:
        if self.problem():
            return
        self._cancel_test()
        self._saving = True
        self.busy.begin(self.tr("Saving ..."), cancellable=False)
        self._tell_reason()
        self._tasks.run(self._saver(), self._on_stored, self._on_failed, owner=self)

    def _saver(self) -> Callable[[TaskHandle[CameraId]], CameraId]:
        """What the worker does; every field is read here, on the GUI thread."""
        draft = CameraDraft(
            name=self.name.text(),
            source=self.source.source(),
            area=self.area.area(),
            notice_posted=self.notice_posted.isChecked(),
            enabled=self.enabled.isChecked(),
        )
        cameras, old = self._desk.cameras, self._camera
        if old is None:
            return lambda _: cameras.add(draft)
        changed = Camera(old.id, draft.name, draft.source, draft.area, draft.notice_posted, draft.enabled)

        def update(_: TaskHandle[CameraId]) -> CameraId:
            cameras.update(changed)
            return changed.id

        return update

    def _on_stored(self, camera_id: CameraId) -> None:
        self._saving = False
        self.accept()
        self._on_saved(camera_id)

    def _on_failed(self, error: ConsentryError) -> None:
        self._saving = False
        self.busy.end()
        self._tell_reason()
        show_error(error, self)

    def reject(self) -> None:
        if not self._saving:
            super().reject()

    def _clean_up(self) -> None:
        self._feed.stop()
        self._cancel_test()
