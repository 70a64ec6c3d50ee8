"""A running camera's masked picture inside a dialog."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.ids import CameraId
from desktop.recognition.presenter import Presenter

_INTERVAL_MS = 15


class PreviewFeed(QObject):
    """Pulls masked pictures while the page Live is out of sight (a presenter serves one receiver at a time)."""

    picture = Signal(object)  # pixels (H, W, 4) uint8 BGRA; delivered and forgotten on the GUI thread

    def __init__(
        self, find_presenter: Callable[[CameraId], Presenter | None], width: int, height: int, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._find = find_presenter
        self._size = (width, height)
        self._camera: CameraId | None = None
        self._presenter: Presenter | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._pull)

    def start(self, camera_id: CameraId) -> None:
        """Follow a camera; another one than before is let go first."""
        self.stop()
        self._camera = camera_id
        self._timer.start()

    def stop(self) -> None:
        """Let the presenter rest. Call before the dialog closes."""
        self._timer.stop()
        if self._presenter is not None:
            self._presenter.set_size(0, 0)
        self._presenter = None
        self._camera = None

    def _pull(self) -> None:
        if self._camera is None:
            return
        presenter = self._find(self._camera)
        if presenter is not self._presenter:
            self._presenter = presenter
            if presenter is not None:
                presenter.set_size(*self._size)
        if presenter is None:
            return
        picture = presenter.next_picture(time.monotonic())
        if picture is not None:
            self.picture.emit(picture.pixels)
