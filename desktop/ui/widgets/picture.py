"""Shows a small picture from memory: a face crop, a masked preview."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.look import look, tokens


def to_image(pixels: NDArray[np.uint8]) -> QImage:
    """A copy of (H, W, 3) BGR or (H, W, 4) BGRA uint8 pixels."""
    height, width, channels = pixels.shape
    packed: NDArray[Any] = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_BGR888 if channels == 3 else QImage.Format.Format_RGB32
    return QImage(packed.data, width, height, width * channels, form).copy()


class PictureView(QWidget):
    """A picture fitted into the widget, or a sentence while there is none."""

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._placeholder = placeholder
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        look().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(320, 180)

    @property
    def empty(self) -> bool:
        return self._image.isNull()

    def show_pixels(self, pixels: NDArray[np.uint8] | None) -> None:
        """BGR or BGRA pixels, copied; None brings the sentence back."""
        self._image = QImage() if pixels is None else to_image(pixels)
        self.update()

    def say(self, placeholder: str) -> None:
        self._placeholder = placeholder
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture lies (all of the widget while there is none)."""
        whole = QRectF(self.rect())
        if self._image.isNull():
            return whole
        fitted = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (whole.width() - fitted.width()) / 2, (whole.height() - fitted.height()) / 2
        return QRectF(left, top, fitted.width(), fitted.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), QColor(tokens().rail))
        if not self._image.isNull():
            painter.drawImage(self.picture_rect(), self._image)
        elif self._placeholder:
            painter.setPen(QColor(tokens().muted))
            room = self.rect().adjusted(16, 16, -16, -16)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._placeholder)
        painter.end()
