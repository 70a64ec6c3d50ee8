"""The line below a tile's picture: camera, state, rates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.recognition.engine import CameraStats
from desktop.ui import icons, texts
from desktop.ui.theme import Tokens

FOOTER_HEIGHT = 34
_PAD = 10
_CALM = {CameraState.LIVE, CameraState.CONNECTING, CameraState.ENDED, CameraState.STOPPED}


class Footer:
    """Paints the line. Rates give way to the camera's name where the tile is narrow."""

    def __init__(self, font: QFont) -> None:
        self._name = QFont(font)
        self._name.setPixelSize(13)
        self._name.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(12)
        self._rates: tuple[str, ...] = ()
        self._slowed = False

    def set_stats(self, stats: CameraStats | None, lost_pct: float) -> bool:
        """Take new rates and the percentage of pictures lost lately; whether anything shown changed."""
        before = (self._rates, self._slowed)
        self._rates = () if stats is None else self._worded(stats, lost_pct)
        self._slowed = stats is not None and stats.slowed
        return before != (self._rates, self._slowed)

    @staticmethod
    def _worded(stats: CameraStats, lost_pct: float) -> tuple[str, ...]:
        """The rates from the fullest wording to the shortest."""
        translate = QCoreApplication.translate
        values = {
            "captured": f"{stats.captured_fps:.0f}",
            "analysed": f"{stats.analysed_fps:.0f}",
            "shown": f"{stats.shown_fps:.0f}",
            "dropped": f"{lost_pct:.0f}" if lost_pct >= 1 or lost_pct == 0 else f"{lost_pct:.1f}",
        }
        return (
            translate(
                "Live", "{captured} captured · {analysed} analysed · {shown} shown a second · {dropped} % dropped"
            ).format(**values),
            translate("Live", "{analysed} analysed · {shown} shown/s · {dropped} % dropped").format(**values),
            translate("Live", "{shown}/s · {dropped} % dropped").format(**values),
        )

    def paint(
        self, painter: QPainter, rect: QRect, camera: Camera | None, status: CameraStatus, colours: Tokens
    ) -> None:
        painter.fillRect(rect, QColor(colours.surface if camera is not None else colours.rail))
        if camera is None:
            return
        middle = rect.center().y() + 1
        left = rect.left() + _PAD
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_dot(painter, QPointF(left + 4, middle), status.state, colours)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        left += 18
        room = rect.right() - _PAD - left
        name_width = min(QFontMetrics(self._name).horizontalAdvance(camera.name) + 2, room)
        painter.setFont(self._name)
        painter.setPen(QColor(colours.text))
        name = QFontMetrics(self._name).elidedText(camera.name, Qt.TextElideMode.ElideRight, name_width)
        self._line(painter, rect, left, name_width, name)
        self._paint_rest(painter, rect, left + name_width + 10, status, colours)

    def _paint_rest(self, painter: QPainter, rect: QRect, left: int, status: CameraStatus, colours: Tokens) -> None:
        painter.setFont(self._small)
        metrics = QFontMetrics(self._small)
        word = texts.state(status.state)
        calm = status.state in _CALM
        room = rect.right() - _PAD - left
        painter.setPen(QColor(colours.muted if calm else colours.attention))
        word_width = metrics.horizontalAdvance(word) + 2
        if word_width > room:
            return
        self._line(painter, rect, left, word_width, word)
        if status.state is not CameraState.LIVE:
            return
        room -= word_width + 12
        if self._slowed:
            room -= self._paint_slowed(painter, rect, left + word_width + 8, colours, room)
        rates = next((text for text in self._rates if metrics.horizontalAdvance(text) + 2 <= room), "")
        painter.setPen(QColor(colours.muted))
        width = metrics.horizontalAdvance(rates) + 2
        self._line(painter, rect, rect.right() - _PAD - width, width, rates)

    @staticmethod
    def _line(painter: QPainter, rect: QRect, left: int, width: int, text: str) -> None:
        room = QRectF(left, rect.top(), width + 1, rect.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_slowed(self, painter: QPainter, rect: QRect, left: int, colours: Tokens, room: int) -> int:
        """A gauge, with words where there is room for them; returns the width used."""
        gauge = icons.pixmap("slow", colours.attention, 16, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(left, rect.center().y() - 7), gauge)
        words = QCoreApplication.translate("Live", "analysis slowed")
        width = QFontMetrics(self._small).horizontalAdvance(words) + 2
        if width + 30 > room - 120:
            return 24
        painter.setPen(QColor(colours.attention))
        self._line(painter, rect, left + 22, width, words)
        return width + 34

    @staticmethod
    def _paint_dot(painter: QPainter, centre: QPointF, state: CameraState, colours: Tokens) -> None:
        """A full disc: live; a ring: on its way or over; a triangle: a person should look."""
        if state not in _CALM:
            painter.drawPixmap(
                centre - QPointF(7, 8),
                icons.pixmap("warning", colours.attention, 14, painter.device().devicePixelRatioF()),
            )
            return
        painter.setPen(QColor(colours.calm if state is CameraState.LIVE else colours.edge))
        painter.setBrush(QColor(colours.calm) if state is CameraState.LIVE else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
