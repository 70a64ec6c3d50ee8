"""The coach's picture with its shapes, and the marks of the pictures taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.coach import LEAST, WANTED, Advice
from desktop.ui.capture import coach_shapes
from desktop.ui.look import look, tokens
from desktop.ui.theme import OVER_VIDEO, Size
from desktop.ui.widgets.picture import to_image

_DOT, _STRIDE = 14, 26


class CoachCanvas(QWidget):
    """A picture, masked before it comes here, and the shapes over it; a sentence while there is none.

    Nothing moves of its own accord, whatever the desktop says about motion: only the picture and the steady line do.
    """

    resized = Signal(int, int)  # device pixels

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(
            self.tr("Picture of the camera, as in a mirror; everybody but the person in front is hidden")
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 150)
        self._image = QImage()
        self._advice: Advice | None = None
        self._placeholder = ""

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    @property
    def empty(self) -> bool:
        return self._image.isNull()

    def device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, int(self.width() * ratio)), max(1, int(self.height() * ratio))

    def show_picture(self, pixels: NDArray[np.uint8] | None, advice: Advice | None = None) -> None:
        """BGRA pixels, copied; None: no picture. Without `advice` no shapes are drawn."""
        self._image = QImage() if pixels is None else to_image(pixels)
        self._advice = advice
        self.update()

    def say(self, placeholder: str) -> None:
        """The sentence for when there is no picture."""
        self._placeholder = placeholder
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(*self.device_size())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), Size.RADIUS, Size.RADIUS)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), QColor(OVER_VIDEO.matte))
        if self._image.isNull():
            self._paint_sentence(painter)
        else:
            place = self._picture_rect()
            painter.drawImage(place, self._image)
            if self._advice is not None:
                coach_shapes.draw(painter, place, self._advice.guidance, self._advice.steady)
        painter.end()

    def _picture_rect(self) -> QRectF:
        fitted = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - fitted.width()) / 2, (self.height() - fitted.height()) / 2
        return QRectF(left, top, fitted.width(), fitted.height())

    def _paint_sentence(self, painter: QPainter) -> None:
        painter.setPen(QColor(OVER_VIDEO.chip_text))
        room = self.rect().adjusted(16, 16, -16, -16)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._placeholder)


class TakenDots(QWidget):
    """One mark for each picture: filled when taken, ringed while the least number is not reached, small beyond it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(WANTED * _STRIDE, _STRIDE)
        self._taken = 0
        look().changed.connect(self.update)
        self.show_taken(0)

    def show_taken(self, count: int) -> None:
        self._taken = count
        words = self.tr("Pictures taken: {count} of {least} to {most}")
        self.setAccessibleName(words.format(count=count, least=LEAST, most=WANTED))
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number in range(WANTED):
            # In reading order: from the right in a language that is written so.
            place = WANTED - 1 - number if self.isRightToLeft() else number
            middle = QPointF((place + 0.5) * _STRIDE, _STRIDE / 2)
            filled = number < self._taken
            painter.setPen(QPen(QColor(tokens().calm if filled else tokens().edge), 2))
            painter.setBrush(QColor(tokens().calm) if filled else Qt.BrushStyle.NoBrush)
            radius = _DOT / 2 if filled or number < LEAST else _DOT / 4
            painter.drawEllipse(middle, radius, radius)
        painter.end()
