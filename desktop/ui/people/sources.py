"""Where pictures come from: files dropped or chosen, or a running camera."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QWidget

from desktop.domain.cameras import CameraState
from desktop.domain.consent import PlainConsent
from desktop.domain.ids import CameraId
from desktop.services.live import LiveService
from desktop.ui.capture.coach_view import CoachView
from desktop.ui.look import restyle
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.field import Field

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
    """A running camera with the coach, who takes pictures of the person in front of it; and one picture by hand for
    those who cannot do as the coach asks."""

    captured = Signal(str, str)  # CameraId, camera name: one picture by hand
    coached = Signal(object, str)  # CoachOutcome, camera name

    def __init__(
        self, live: LiveService, view: CoachView, consent: Callable[[], PlainConsent], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._consent = consent
        self.view = view
        self.cameras = QComboBox()
        for camera in live.cameras():
            self.cameras.addItem(camera.name, camera.id)
        self.capture = button(self.tr("Take one by hand"), self._capture, icon="photo")
        line = row(Field(self.tr("Camera"), self.cameras), self.capture, gap=12)
        line.setStretch(0, 1)
        line.setAlignment(self.capture, Qt.AlignmentFlag.AlignBottom)
        layout = column(line, view, gap=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.cameras.currentIndexChanged.connect(self.begin)
        view.running_changed.connect(self._on_running)
        view.ended.connect(lambda outcome: self.coached.emit(outcome, self.cameras.currentText()))
        if self.cameras.count() == 0:
            view.canvas.say(self.tr("No camera is running. Add one under Cameras, or use picture files."))
            self.cameras.setEnabled(False)
            self.capture.setEnabled(False)

    def begin(self) -> None:
        """Show the chosen camera, covered until the coach begins."""
        camera = self.cameras.currentData()
        if camera is None:
            return
        if self._live.status(CameraId(camera)).state is not CameraState.LIVE:
            self.view.canvas.say(self.tr("This camera gives no picture right now."))
        self.view.offer(CameraId(camera), self._consent)

    def end(self) -> None:
        """Let the camera go."""
        self.view.end()

    def _on_running(self, running: bool) -> None:
        self.cameras.setEnabled(not running)
        self.capture.setEnabled(not running)

    def _capture(self) -> None:
        self.captured.emit(str(self.cameras.currentData()), self.cameras.currentText())
