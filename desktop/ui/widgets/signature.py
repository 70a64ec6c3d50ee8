"""A field to sign in, with mouse, pen or finger."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QImageWriter, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.ui.look import look, tokens

_PICTURE = QSize(600, 200)
_LINE = 2.5  # px
_LEAST = 12.0  # px of line: less is a touch by mistake


class SignaturePad(QWidget):
    """Emits `signed` with the picture (PNG, black on white) after each stroke, and with b"" once it is cleared."""

    signed = Signal(bytes)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumHeight(140)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.strokes: list[list[QPointF]] = []
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(480, 160)

    def clear(self) -> None:
        """Take back what was drawn; said only where there was something."""
        had_any = bool(self.strokes)
        self.strokes.clear()
        self.update()
        if had_any:
            self.signed.emit(b"")

    def forget(self) -> None:
        """The same, without a word."""
        self.strokes.clear()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.strokes.append([event.position()])
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.strokes and event.buttons() & Qt.MouseButton.LeftButton:
            self.strokes[-1].append(self._inside(event.position()))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.strokes and self._length() >= _LEAST:
            self.signed.emit(self._png())

    def _inside(self, point: QPointF) -> QPointF:
        return QPointF(min(max(point.x(), 0.0), self.width()), min(max(point.y(), 0.0), self.height()))

    def _length(self) -> float:
        total = 0.0
        for stroke in self.strokes:
            total += sum((after - before).manhattanLength() for before, after in pairwise(stroke))
        return total

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens()
        painter.setPen(QPen(QColor(colours.edge), 1))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        base = self.height() * 0.78
        painter.drawLine(QPointF(24, base), QPointF(self.width() - 24, base))
        self._draw(painter, QColor(colours.text))
        painter.end()

    def _draw(self, painter: QPainter, colour: QColor) -> None:
        pen = QPen(colour, _LINE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for stroke in self.strokes:
            painter.drawPolyline(QPolygonF(stroke))

    def _png(self) -> bytes:
        """The signature on white, fitted into 600 x 200 pixels."""
        image = QImage(_PICTURE, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        share = min(_PICTURE.width() / max(1, self.width()), _PICTURE.height() / max(1, self.height()))
        painter.scale(share, share)
        self._draw(painter, QColor(Qt.GlobalColor.black))
        painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        buffer.close()
        return bytes(data.data())
