"""Labels over video, drawn once into pixmaps and then only copied."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from desktop.ui import icons
from desktop.ui.theme import OVER_VIDEO

_HEIGHT = 24
_ICON = 14
_KEPT = 256


@dataclass(frozen=True, slots=True)
class Label:
    """What one label shows. `detail` is set smaller and fainter behind the text."""

    text: str
    detail: str = ""
    icon: str = ""
    ground: str = OVER_VIDEO.chip
    ink: str = OVER_VIDEO.chip_text
    faint: str = OVER_VIDEO.chip_muted


class LabelCache:
    """Pixmaps of labels, the 256 used last, at one device pixel ratio and one greatest width (logical pixels)."""

    def __init__(self, font: QFont) -> None:
        self._bold = QFont(font)
        self._bold.setPixelSize(13)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(12)
        self._made: OrderedDict[tuple[Label, int, float], QPixmap] = OrderedDict()

    def get(self, wanted: Label, room: int, ratio: float) -> QPixmap:
        """The label at most `room` logical pixels wide; a text that does not fit ends in an ellipsis."""
        room = max(48, room // 16 * 16)  # in steps, so that a walking person does not make a pixmap a frame
        key = (wanted, room, ratio)
        found = self._made.get(key)
        if found is None:
            found = self._draw(wanted, room, ratio)
            self._made[key] = found
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
        else:
            self._made.move_to_end(key)
        return found

    def _draw(self, wanted: Label, room: int, ratio: float) -> QPixmap:
        bold, small = QFontMetrics(self._bold), QFontMetrics(self._small)
        lead = 8 + (_ICON + 6 if wanted.icon else 0)
        detail = f"  {wanted.detail}" if wanted.detail else ""
        if lead + bold.horizontalAdvance(wanted.text) + small.horizontalAdvance(detail) + 8 > room:
            detail = ""
        text = bold.elidedText(wanted.text, Qt.TextElideMode.ElideRight, room - lead - 8)
        text_width = bold.horizontalAdvance(text)
        width = lead + text_width + small.horizontalAdvance(detail) + 8
        picture = QPixmap(QSize(round(width * ratio), round(_HEIGHT * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(wanted.ground))
        painter.drawRoundedRect(QRectF(0, 0, width, _HEIGHT), 4, 4)
        if wanted.icon:
            painter.drawPixmap(QPointF(8, (_HEIGHT - _ICON) / 2), icons.pixmap(wanted.icon, wanted.ink, _ICON, ratio))
        line = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(wanted.ink))
        painter.setFont(self._bold)
        painter.drawText(QRectF(lead, 0, text_width + 2, _HEIGHT), line, text)
        if detail:
            painter.setPen(QColor(wanted.faint))
            painter.setFont(self._small)
            painter.drawText(QRectF(lead + text_width, 0, width - lead - text_width, _HEIGHT), line, detail)
        painter.end()
        return picture
