"""Configured cameras as a list model; states come from memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.ids import CameraId
from desktop.services.live import LiveService
from desktop.ui import texts

CAMERA_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
STATUS_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 2
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class CamerasModel(QAbstractListModel):
    """Rows are cameras (CAMERA_ROLE) with their present status (STATUS_ROLE)."""

    def __init__(self, live: LiveService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._rows: list[Camera] = []

    def set_cameras(self, cameras: Sequence[Camera]) -> None:
        self.beginResetModel()
        self._rows = list(cameras)
        self.endResetModel()

    def camera(self, row: int) -> Camera:
        return self._rows[row]

    def row_of(self, camera_id: CameraId) -> int:
        """Row of a camera; -1 if there is none."""
        return next((row for row, camera in enumerate(self._rows) if camera.id == camera_id), -1)

    def status(self, camera: Camera) -> CameraStatus:
        return self._live.status(camera.id) if camera.enabled else CameraStatus(CameraState.STOPPED)

    def refresh(self) -> None:
        """States may have changed."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        camera = self._rows[index.row()]
        if role == CAMERA_ROLE:
            return camera
        if role == STATUS_ROLE:
            return self.status(camera)
        if role == Qt.ItemDataRole.DisplayRole:
            return camera.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = texts.state(self.status(camera).state)
            return f"{camera.name}, {texts.kind(camera.source.kind)}, {state}"
        return None
