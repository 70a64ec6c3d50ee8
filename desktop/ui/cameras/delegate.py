"""A row of the camera list: kind, name, address without secrets, state."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.cameras import Camera, CameraState, CameraStatus, SourceKind
from desktop.ui import icons, texts
from desktop.ui.cameras.model import CAMERA_ROLE, STATUS_ROLE
from desktop.ui.look import tokens
from desktop.ui.theme import FONT_PX, SMALL_PX, Tokens
from desktop.ui.widgets.drawing import draw_tag, draw_text, fill_row, sized, tag_width

ROW_HEIGHT = 64
KIND_ICONS = {
    SourceKind.USB: "usb",
    SourceKind.RTSP: "network",
    SourceKind.VIDEO: "video",
    SourceKind.FOLDER: "folder",
}
_STATE_TAGS = {
    CameraState.LIVE: ("check", "calm"),
    CameraState.CONNECTING: ("refresh", "muted"),
    CameraState.ENDED: ("video", "muted"),
    CameraState.STOPPED: ("close", "muted"),
}


def state_tag(camera: Camera, status: CameraStatus) -> tuple[str, str, str]:
    """Icon, words and colour token for a camera's state."""
    if not camera.enabled:
        return "close", QCoreApplication.translate("texts", "Switched off"), "muted"
    icon, token = _STATE_TAGS.get(status.state, ("warning", "attention"))
    return icon, texts.state(status.state), token


class CameraDelegate(QStyledItemDelegate):
    """Paints from CAMERA_ROLE and STATUS_ROLE."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(280, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        camera, status = index.data(CAMERA_ROLE), index.data(STATUS_ROLE)
        if not isinstance(camera, Camera) or not isinstance(status, CameraStatus):
            return
        colours = tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            fill_row(painter, rect, colours.selection if chosen else colours.raised)
        self._paint_camera(painter, rect, camera, status, chosen, colours)
        painter.restore()

    @staticmethod
    def _paint_camera(
        painter: QPainter, rect: QRect, camera: Camera, status: CameraStatus, chosen: bool, colours: Tokens
    ) -> None:
        middle = rect.center().y() + 1
        text = colours.on_selection if chosen else colours.text
        faint = colours.on_selection if chosen else colours.muted
        painter.drawPixmap(
            QPointF(rect.left() + 20, middle - 12), icons.pixmap(KIND_ICONS[camera.source.kind], faint, 24)
        )
        icon, words, token = state_tag(camera, status)
        tag = tag_width(painter.font(), words)
        left = rect.left() + 60
        room = rect.right() - 16 - tag - 12 - left
        painter.setFont(sized(painter.font(), FONT_PX, bold=True))
        draw_text(painter, QRect(left, middle - 21, room, 21), camera.name, text)
        painter.setFont(sized(painter.font(), SMALL_PX))
        second = f"{texts.kind(camera.source.kind)} · {camera.source.shown}"
        draw_text(painter, QRect(left, middle, room, 19), second, faint)
        colour = colours.on_selection if chosen else str(getattr(colours, token))
        draw_tag(painter, QPointF(rect.right() - 16, middle), icon, words, colour)
