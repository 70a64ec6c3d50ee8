"""Where pictures come from: files dropped or chosen, or a running camera."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QWidget

from desktop.domain.cameras import CameraState
from desktop.domain.ids import CameraId
from desktop.services.live import LiveService
from desktop.ui.look import restyle
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.live_preview import PreviewFeed
from desktop.ui.widgets.picture import PictureView

_PATTERNS = "*.jpg *.jpeg *.png *.bmp *.webp *.tif *.tiff"


class DropArea(QFrame):
    """Takes files by dropping or choosing. Whether they are pictures is for the check to say."""

    chosen = Signal(list)  # list[Path]

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "drop")
        self.setAcceptDrops(True)
        self.choose = button(self.tr("Choose pictures ..."), self._ask, icon="photo")
        text = label(self.tr("Drop pictures here, or"), "muted")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        hint = label(
            self.tr("Face from the front, alone, well lit. Two or three are better than one."), "small", wrap=True
        )
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(
            column(
                None,
                text,
                row(None, self.choose, None),
                hint,
                None,
                gap=8,
                margins=(16, 12, 16, 12),
            )
        )

    def _ask(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Pictures ({patterns})").format(patterns=_PATTERNS), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take)
        dialog.open()

    def _take(self, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names if name]
        if paths:
            self.chosen.emit(paths)

    def _hover(self, over: bool) -> None:
        self.setProperty("over", over)
        restyle(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._hover(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._hover(False)
        event.acceptProposedAction()
        self._take([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])


class CapturePanel(QWidget):
    """A running camera's masked picture and the button that takes one picture of the person in front of it."""

    captured = Signal(str, str)  # CameraId, camera name

    def __init__(self, live: LiveService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self.cameras = QComboBox()
        for camera in live.cameras():
            self.cameras.addItem(camera.name, camera.id)
        self.capture = button(self.tr("Capture"), self._capture, look="primary", icon="photo")
        self.preview = PictureView(self.tr("Masked picture of the camera"), self.tr("Waiting for the camera ..."))
        self.preview.setMinimumHeight(150)
        self._hint = label(
            self.tr("One person alone in front of the camera. Faces are masked here until somebody is enrolled."),
            "small",
            wrap=True,
        )
        self._feed = PreviewFeed(live.presenter, 480, 270, self)
        self._feed.picture.connect(self.preview.show_pixels)
        line = row(Field(self.tr("Camera"), self.cameras), self.capture, gap=12)
        line.setStretch(0, 1)
        line.setAlignment(self.capture, Qt.AlignmentFlag.AlignBottom)
        self.setLayout(column(line, self.preview, self._hint, gap=8))
        self.cameras.currentIndexChanged.connect(self.begin)
        if self.cameras.count() == 0:
            self.preview.say(self.tr("No camera is running. Add one under Cameras, or use picture files."))
            self.cameras.setEnabled(False)
            self.capture.setEnabled(False)

    def begin(self) -> None:
        """Show the chosen camera."""
        self.preview.show_pixels(None)
        camera = self.cameras.currentData()
        if camera is None:
            return
        if self._live.status(CameraId(camera)).state is not CameraState.LIVE:
            self.preview.say(self.tr("This camera gives no picture right now."))
        self._feed.start(CameraId(camera))

    def end(self) -> None:
        """Let the camera go."""
        self._feed.stop()
        self.preview.show_pixels(None)

    def _capture(self) -> None:
        self.captured.emit(str(self.cameras.currentData()), self.cameras.currentText())
