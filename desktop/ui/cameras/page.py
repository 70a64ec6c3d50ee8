"""The page Cameras: list on the left, one camera on the right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QListView, QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId
from desktop.services.desk import Desk
from desktop.ui.cameras.delegate import CameraDelegate
from desktop.ui.cameras.details import CameraDetailsPanel
from desktop.ui.cameras.edit_dialog import CameraDialog
from desktop.ui.cameras.model import CamerasModel
from desktop.ui.errors import error_text, show_error
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone


class CamerasPage(QWidget):
    """Lists every configured camera, running or not."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._stale = True
        self._wanted: CameraId | None = None
        self._loading: TaskHandle[list[Camera]] | None = None
        self.setAccessibleName(self.tr("Cameras"))
        self.model = CamerasModel(desk.live, self)
        self.list = QListView()
        self.details = CameraDetailsPanel()
        self.notice = Notice()
        self.add_button = button(self.tr("Add camera"), self.add, look="primary", icon="add")
        self._build()
        self._connect(events)
        self.details.show_camera(None, CameraStatus(CameraState.STOPPED))

    def _build(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(CameraDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Cameras"))
        top = bar(label(self.tr("Cameras"), "title"), None, self.add_button)
        self._nothing = EmptyState(
            "cameras",
            self.tr("No camera is set up yet"),
            self.tr("Add a USB camera, a network camera, a video file or a folder of pictures, and test it at once."),
        )
        self._nothing.offer(self.tr("Add camera"), self.add, icon="add")
        body = row(self.list, self.details, gap=16)
        body.setStretch(0, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        for widget in (EmptyState("cameras", self.tr("Loading ..."), ""), self._nothing, self._filled):
            self._stack.addWidget(widget)
        content = column(self.notice, self._stack, gap=12, margins=(16, 16, 16, 16))
        content.setStretch(1, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(lambda index: self._edit(self.model.camera(index.row())))
        self.details.wants_edit.connect(self._edit)
        self.details.wants_switch.connect(self._switch)
        self.details.wants_remove.connect(self._ask_remove)
        events.cameras_changed.connect(self._on_changed)
        events.camera_status.connect(self._on_status)
        add = QShortcut(QKeySequence("Ctrl+N"), self)
        add.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        add.activated.connect(self.add)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: self._ask_remove(self.details.camera))

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.list if self.model.rowCount() else self.add_button).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def reload(self) -> None:
        """Read the cameras anew, in a worker."""
        self._stale = False
        if self._loading is not None:
            self._loading.forget()
        self._loading = self._tasks.run(
            lambda _: self._desk.cameras.list(), self._on_loaded, self._on_load_failed, owner=self
        )

    def add(self) -> None:
        """Open the dialog that adds a camera."""
        CameraDialog(self._desk, self._tasks, None, self._on_saved, self.window()).open()

    def _edit(self, camera: Camera) -> None:
        CameraDialog(self._desk, self._tasks, camera, self._on_saved, self.window()).open()

    def _on_saved(self, camera_id: CameraId) -> None:
        self._wanted = camera_id
        self.reload()

    def _on_changed(self) -> None:
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def _on_loaded(self, cameras: list[Camera]) -> None:
        self._loading = None
        self.notice.clear()
        wanted = self._wanted or (self.details.camera.id if self.details.camera is not None else None)
        self._wanted = None
        self.model.set_cameras(cameras)
        self._stack.setCurrentWidget(self._filled if cameras else self._nothing)
        line = max(0, self.model.row_of(wanted)) if wanted is not None else 0
        index = self.model.index(line, 0) if cameras else QModelIndex()
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._on_current(index)

    def _on_load_failed(self, error: ConsentryError) -> None:
        self._loading = None
        text = error_text(error)
        self.notice.say(text.whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        camera = self.model.camera(index.row()) if index.isValid() else None
        status = self.model.status(camera) if camera is not None else CameraStatus(CameraState.STOPPED)
        self.details.show_camera(camera, status)

    def _on_status(self, camera_id: str, status: CameraStatus) -> None:
        self.model.refresh()
        if self.details.camera is not None and self.details.camera.id == camera_id:
            self.details.show_status(status)

    def _switch(self, camera: Camera) -> None:
        """On or off; the address goes back as it was shown, which keeps the stored one."""
        source = replace(camera.source, address=camera.source.shown)
        changed = replace(camera, source=source, enabled=not camera.enabled)
        self.details.switch.setEnabled(False)
        self._tasks.run(
            lambda _: self._desk.cameras.update(changed),
            lambda _: self.details.switch.setEnabled(True),
            self._on_failed,
            owner=self,
        )

    def _ask_remove(self, camera: Camera | None) -> None:
        if camera is None:
            return
        Confirm(
            self.window(),
            title=self.tr("Remove camera"),
            question=self.tr("Remove the camera {name}?").format(name=camera.name),
            points=[
                self.tr("Its address, its stored password and its recognition area are deleted."),
                self.tr("What it saw stays in Activity until its time is over."),
            ],
            act=self.tr("Remove"),
            on_yes=lambda: self._remove(camera),
        ).open()

    def _remove(self, camera: Camera) -> None:
        self._tasks.run(
            lambda _: self._desk.cameras.remove(camera.id),
            lambda _: self.notice.say(self.tr("{name} was removed.").format(name=camera.name), Tone.GOOD),
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self.details.switch.setEnabled(True)
        show_error(error, self.window())
