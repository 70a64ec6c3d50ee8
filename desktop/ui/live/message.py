"""The sentence a tile shows instead of a picture."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from desktop.ui import icons
from desktop.ui.theme import OVER_VIDEO

_ICON = 32


@dataclass(frozen=True, slots=True)
class Message:
    """`loud`: a person should look at it."""

    icon: str
    title: str
    sentence: str
    step: str = ""
    loud: bool = False


def _font(painter: QPainter, pixels: int, weight: QFont.Weight) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(pixels)
    font.setWeight(weight)
    return font


def draw_message(painter: QPainter, room: QRectF, message: Message) -> None:
    """Icon, title, sentence and next step under each other, in the middle of `room`; what does not fit is left out."""
    if not message.title:
        return
    colour = OVER_VIDEO.possible if message.loud else OVER_VIDEO.chip_text
    width = min(room.width() - 24, 380.0)
    flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
    parts: list[tuple[str, QFont, str, float]] = [
        (message.title, _font(painter, 16, QFont.Weight.DemiBold), colour, 0.0),
        (message.sentence, _font(painter, 13, QFont.Weight.Normal), OVER_VIDEO.chip_text, 6.0),
        (message.step, _font(painter, 13, QFont.Weight.Normal), OVER_VIDEO.chip_muted, 8.0),
    ]
    sized: list[tuple[str, QFont, str, float, float]] = []
    height = 0.0
    for text, font, ink, gap in parts:
        if text:
            painter.setFont(font)
            need = painter.boundingRect(QRectF(0, 0, width, 1000), flags, text).height()
            if height + gap + need > room.height() - 8:
                break
            sized.append((text, font, ink, gap, need))
            height += gap + need
    with_icon = height + _ICON + 10 <= room.height() - 16
    top = room.center().y() - (height + (_ICON + 10 if with_icon else 0)) / 2
    if with_icon:
        picture = icons.pixmap(message.icon, colour, _ICON, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(room.center().x() - _ICON / 2, top), picture)
        top += _ICON + 10
    for text, font, ink, gap, need in sized:
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(QRectF(room.center().x() - width / 2, top + gap, width, need), flags, text)
        top += gap + need
