"""The wall: up to nine tiles of a page, or one of them over everything, fed by one timer."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.ids import CameraId
from desktop.services.live import LiveService
from desktop.ui.live.tile import Painted, Tile

PULL_MS = 10
SIZES = (1, 4, 9)
_SIDES = {1: 1, 4: 2, 9: 3}
_STOPPED = CameraStatus(CameraState.STOPPED)


class Wall(QWidget):
    """Shows `count` cameras a page. While it is not on screen nothing is pulled and no presenter composes."""

    page_changed = Signal(int, int)  # page from 0, pages
    maximised = Signal(bool)

    def __init__(self, live: LiveService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._cameras: tuple[Camera, ...] = ()
        self._count = 4
        self._page = 0
        self._single: CameraId | None = None
        self._tiles: list[Tile] = []
        self._painted: Painted | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(5, 5, 5, 5)
        self._grid.setSpacing(2)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PULL_MS)
        self._timer.timeout.connect(self._pull)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._refresh)

    @property
    def painted(self) -> Painted | None:
        return self._painted

    @painted.setter
    def painted(self, hook: Painted | None) -> None:
        """Called with each picture right after it was drawn."""
        self._painted = hook
        for tile in self._tiles:
            tile.painted = hook

    @property
    def count(self) -> int:
        return self._count

    @property
    def page(self) -> int:
        return self._page

    @property
    def pages(self) -> int:
        return max(1, -(-len(self._cameras) // self._count))

    @property
    def single(self) -> CameraId | None:
        """The camera that fills the wall, if one does."""
        return self._single

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The tiles in use, in reading order."""
        return tuple(self._tiles)

    def set_cameras(self, cameras: Sequence[Camera]) -> None:
        """Take a new list of cameras; tiles keep what they show where nothing changed."""
        self._cameras = tuple(cameras)
        if self._single is not None and all(camera.id != self._single for camera in cameras):
            self.maximise(None)
        self._arrange()

    def set_count(self, count: int) -> None:
        """1, 4 or 9 tiles a page; the first camera shown stays in sight."""
        first = self._page * self._count
        self._count = count
        self._page = first // count
        self._arrange()

    def turn(self, pages: int) -> None:
        """Go `pages` forwards (backwards if negative), as far as there are any."""
        self._page = min(self.pages - 1, max(0, self._page + pages))
        self._arrange()

    def maximise(self, camera_id: CameraId | None) -> None:
        """Let one camera fill the wall; None goes back."""
        if camera_id == self._single:
            return
        before, self._single = self._single, camera_id
        self._arrange()
        wanted = camera_id if camera_id is not None else before
        tile = next((tile for tile in self._tiles if tile.camera is not None and tile.camera.id == wanted), None)
        if tile is not None:
            tile.setFocus()
        if (before is None) != (camera_id is None):
            self.maximised.emit(camera_id is not None)

    def set_status(self, camera_id: CameraId, status: CameraStatus) -> None:
        for tile in self._tiles:
            if tile.camera is not None and tile.camera.id == camera_id:
                tile.set_camera(tile.camera, status)

    def _shown(self) -> list[Camera | None]:
        if self._single is not None:
            return [camera for camera in self._cameras if camera.id == self._single]
        self._page = min(self._page, self.pages - 1)
        shown: list[Camera | None] = list(self._cameras[self._page * self._count : (self._page + 1) * self._count])
        return shown + [None] * (self._count - len(shown))

    def _arrange(self) -> None:
        shown = self._shown()
        side = 1 if self._single is not None else _SIDES[self._count]
        while len(self._tiles) < len(shown):
            self._tiles.append(self._make_tile())
        while len(self._tiles) > len(shown):
            self._drop_tile(self._tiles.pop())
        for index, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, index // side, index % side)
        for line in range(3):
            self._grid.setRowStretch(line, 1 if line < side else 0)
            self._grid.setColumnStretch(line, 1 if line < side else 0)
        for tile, camera in zip(self._tiles, shown, strict=True):
            self._assign(tile, camera)
        self.page_changed.emit(self._page, self.pages)

    def _assign(self, tile: Tile, camera: Camera | None) -> None:
        tile.setFocusPolicy(Qt.FocusPolicy.NoFocus if camera is None else Qt.FocusPolicy.StrongFocus)
        if camera is None:
            tile.set_camera(None, _STOPPED)
            return
        tile.set_camera(camera, self._live.status(camera.id))
        tile.set_active(self._timer.isActive())

    def _make_tile(self) -> Tile:
        tile = Tile(self._live.presenter, self._live.name_of, self)
        tile.painted = self._painted
        tile.opened.connect(self._toggle)
        return tile

    def _drop_tile(self, tile: Tile) -> None:
        tile.set_camera(None, _STOPPED)
        self._grid.removeWidget(tile)
        tile.hide()
        tile.deleteLater()

    def _toggle(self, camera_id: CameraId) -> None:
        self.maximise(None if self._single == camera_id else camera_id)

    def _pull(self) -> None:
        now = time.monotonic()
        for tile in self._tiles:
            tile.pull(now)

    def _refresh(self) -> None:
        minimised = self.window().isMinimized()
        for tile in self._tiles:
            tile.set_active(not minimised)
            if tile.camera is not None:
                tile.set_stats(self._live.stats(tile.camera.id))
                tile.refresh_clock()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self._clock.start()
        for tile in self._tiles:
            tile.set_active(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._clock.stop()
        for tile in self._tiles:
            tile.set_active(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._single is not None:
            self.maximise(None)
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.turn(1 if event.key() == Qt.Key.Key_PageDown else -1)
        elif not self._move_focus(Qt.Key(event.key())):
            super().keyPressEvent(event)

    def _move_focus(self, key: Qt.Key) -> bool:
        """Arrow keys go to the neighbouring tile; at the edge they turn the page."""
        steps = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}
        if key not in steps or self._single is not None:
            return False
        side = _SIDES[self._count]
        here = next((index for index, tile in enumerate(self._tiles) if tile.hasFocus()), 0)
        line, place = here // side + steps[key][0], here % side + steps[key][1]
        if 0 <= line < side and 0 <= place < side:
            tile = self._tiles[line * side + place]
            if tile.camera is not None:
                tile.setFocus()
            return True
        if place in (-1, side):
            self.turn(-1 if place < 0 else 1)
            return True
        return False
