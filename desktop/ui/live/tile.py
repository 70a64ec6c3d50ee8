"""One camera on the wall: its masked picture drawn 1:1, boxes and names over it, state and rates below it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.ids import CameraId, PersonId
from desktop.recognition.engine import CameraStats
from desktop.recognition.presenter import Picture, Presenter
from desktop.ui import texts
from desktop.ui.live.footer import FOOTER_HEIGHT, Footer
from desktop.ui.live.labels import Label, LabelCache
from desktop.ui.live.losses import RecentLosses
from desktop.ui.live.message import Message, draw_message
from desktop.ui.live.overlay import Overlay
from desktop.ui.look import look, tokens
from desktop.ui.theme import OVER_VIDEO

Painted = Callable[[CameraId, Picture], None]
_RESIZE_MS: Final = 120
_FRAME: Final = 3  # room for the focus ring, so that it never covers the picture


class Tile(QWidget):
    """Pulls pictures from a presenter when told to (`pull`) and draws them. Shows nothing for `set_camera(None)`.

    Only pictures that the presenter has masked are ever drawn; when the camera is not live the last one is dropped.
    """

    opened = Signal(object)  # double click, Enter or F: this tile wants the whole screen

    def __init__(
        self,
        find_presenter: Callable[[CameraId], Presenter | None],
        name_of: Callable[[PersonId], str | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.camera: Camera | None = None
        self.painted: Painted | None = None
        self._find_presenter = find_presenter
        self._presenter: Presenter | None = None
        self._status = CameraStatus(CameraState.STOPPED)
        self._picture: Picture | None = None
        self._image = QImage()
        self._unpainted = False
        self._active = False
        self._labels = LabelCache(self.font())
        self._overlay = Overlay(self._labels, name_of)
        self._footer = Footer(self.font())
        self._losses = RecentLosses()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_RESIZE_MS)
        self._settle.timeout.connect(self._tell_size)
        look().changed.connect(self.update)

    def set_camera(self, camera: Camera | None, status: CameraStatus) -> None:
        """Show another camera; the presenter of the one before stops composing."""
        if camera is None or self.camera is None or camera.id != self.camera.id:
            self._footer.set_stats(None, 0.0)
        self.camera = camera
        self._adopt(self._find_presenter(camera.id) if camera is not None else None)
        self.set_status(status)

    def _adopt(self, presenter: Presenter | None) -> None:
        """Pull from `presenter` from now on. A camera gets a new one when it was changed or the engine restarted."""
        if presenter is self._presenter:
            return
        self._rest()
        self._presenter = presenter
        self._losses.clear()
        self._drop_picture()
        self._tell_size()

    def set_status(self, status: CameraStatus) -> None:
        """State and reason; anything but live takes the picture away."""
        self._status = status
        if status.state is not CameraState.LIVE:
            self._drop_picture()
        self._describe()
        self.update()

    def set_stats(self, stats: CameraStats | None) -> None:
        """New rates, once a second; losses are those of the last seconds on this tile."""
        lost = 0.0
        if self._presenter is not None:
            counts = self._presenter.stats()
            lost = self._losses.note(counts.offered, counts.skipped)
        if self._footer.set_stats(stats, lost):
            self.update(self._footer_rect())

    def set_active(self, active: bool) -> None:
        """Whether the tile is on screen; a hidden one lets its presenter rest."""
        if active != self._active:
            self._rest()
            self._active = active
            self._losses.clear()
            self._tell_size()
            if not active:
                self._drop_picture()

    def pull(self, now: float) -> None:
        """Take the next picture if one is due; called every 10 ms by the wall."""
        if self.camera is None or not self._active or self._status.state is not CameraState.LIVE:
            return
        self._adopt(self._find_presenter(self.camera.id))
        if self._presenter is None:
            return
        picture = self._presenter.next_picture(now)
        if picture is None:
            return
        height, width = picture.pixels.shape[:2]
        # The image shares the picture's memory; `_picture` keeps it alive for as long as the image.
        self._image = QImage(picture.pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture = picture
        self._unpainted = True
        self.update(self._video_rect())

    def refresh_clock(self) -> None:
        """Count the seconds to the next try down, and notice a screen of another resolution; once a second."""
        if not self._settle.isActive():
            self._tell_size()
        if self._status.state is not CameraState.LIVE and self._status.retry_at is not None:
            self.update(self._video_rect())

    def _drop_picture(self) -> None:
        self._image = QImage()
        self._picture = None
        self._unpainted = False

    def _video_rect(self) -> QRect:
        return self.rect().adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME - FOOTER_HEIGHT)

    def _footer_rect(self) -> QRect:
        inner = self.rect().adjusted(_FRAME, _FRAME, -_FRAME, -_FRAME)
        return QRect(inner.left(), inner.bottom() - FOOTER_HEIGHT + 1, inner.width(), FOOTER_HEIGHT)

    def _rest(self) -> None:
        """Let the presenter rest. While this tile is out of sight a dialog may be using it: then it is left alone."""
        if self._active and self._presenter is not None:
            self._presenter.set_size(0, 0)

    def _tell_size(self) -> None:
        """Ask for pictures of the tile's size in device pixels; asking for the same again costs nothing."""
        if self._presenter is None or not self._active:
            return
        ratio = self.devicePixelRatioF()
        video = self._video_rect()
        self._presenter.set_size(max(1, int(video.width() * ratio)), max(1, int(video.height() * ratio)))

    def _describe(self) -> None:
        name = self.camera.name if self.camera is not None else self.tr("Empty place")
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{texts.state(self._status.state)}. {texts.reason(self._status.reason)}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        video = self._video_rect()
        if not video.contains(event.rect()):
            self._paint_frame(painter)
            self._footer.paint(painter, self._footer_rect(), self.camera, self._status, tokens())
        if event.rect().intersects(video):
            painter.setClipRect(video)
            self._paint_video(painter, QRectF(video))
        painter.end()
        if self._unpainted and self._picture is not None and self.camera is not None:
            self._unpainted = False
            if self.painted is not None:
                self.painted(self.camera.id, self._picture)

    def _paint_frame(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(tokens().canvas))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens().focus), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_video(self, painter: QPainter, video: QRectF) -> None:
        picture = self._picture
        if self.camera is None:
            painter.fillRect(video, QColor(tokens().rail))
            return
        if picture is None:
            painter.fillRect(video, QColor(OVER_VIDEO.matte))
            draw_message(painter, video, self._message())
            return
        ratio = self._image.devicePixelRatio()
        width, height = self._image.width() / ratio, self._image.height() / ratio
        place = QRectF(
            video.x() + int((video.width() - width) / 2), video.y() + int((video.height() - height) / 2), width, height
        )
        for margin in _margins(video, place):
            painter.fillRect(margin, QColor(OVER_VIDEO.matte))
        painter.drawImage(place.topLeft(), self._image)
        self._overlay.draw(painter, picture.marks, place, video, ratio)
        if picture.coarse:
            self._paint_note(painter, texts.coarse(picture.coarse_reason), place, ratio)

    def _paint_note(self, painter: QPainter, text: str, place: QRectF, ratio: float) -> None:
        label = self._labels.get(Label(text, icon="masked"), int(place.width() - 16), ratio)
        painter.drawPixmap(QPointF(round(place.center().x() - label.width() / ratio / 2), place.top() + 8), label)

    def _message(self) -> Message:
        state, reason = self._status.state, self._status.reason
        if state is CameraState.LIVE:
            return Message("cameras", self.tr("Waiting for the first picture"), "")
        icon = {CameraState.CONNECTING: "refresh", CameraState.ENDED: "video", CameraState.STOPPED: "video"}.get(state)
        sentence = "" if state in (CameraState.ENDED, CameraState.STOPPED) else texts.reason(reason)
        return Message(icon or "lost", texts.state(state), sentence, self._retry_text(), loud=icon is None)

    def _retry_text(self) -> str:
        if self._status.retry_at is None:
            return ""
        left = max(0, round(self._status.retry_at - time.monotonic()))
        if left == 0:
            return self.tr("Trying again now")
        return self.tr("Trying again in {seconds} s").format(seconds=left)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle.start()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.camera is not None:
            self.opened.emit(self.camera.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F) and self.camera is not None:
            self.opened.emit(self.camera.id)
            return
        super().keyPressEvent(event)


def _margins(outer: QRectF, inner: QRectF) -> list[QRectF]:
    """What of `outer` lies beside, above and below `inner`."""
    return [
        band
        for band in (
            QRectF(outer.left(), outer.top(), inner.left() - outer.left(), outer.height()),
            QRectF(inner.right(), outer.top(), outer.right() - inner.right(), outer.height()),
            QRectF(inner.left(), outer.top(), inner.width(), inner.top() - outer.top()),
            QRectF(inner.left(), inner.bottom(), inner.width(), outer.bottom() - inner.bottom()),
        )
        if band.width() > 0 and band.height() > 0
    ]
