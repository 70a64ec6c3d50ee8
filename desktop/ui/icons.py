"""The program's own line icons, tinted with a colour token when loaded."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop import paths
from desktop.ui.theme import Tokens


def icons_dir() -> Path:
    return paths.resources_dir() / "icons"


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int = 20, ratio: float = 2.0) -> QPixmap:
    """Icon `name` in `colour` (#RRGGBB), `size` logical pixels square. Raises FileNotFoundError for an unknown name."""
    source = (icons_dir() / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def icon(name: str, tokens: Tokens, *, on: str = "text", off: str = "text", size: int = 20) -> QIcon:
    """An icon whose checked state uses token `on`, its unchecked one `off`."""
    result = QIcon()
    result.addPixmap(pixmap(name, str(getattr(tokens, off)), size), QIcon.Mode.Normal, QIcon.State.Off)
    result.addPixmap(pixmap(name, str(getattr(tokens, on)), size), QIcon.Mode.Normal, QIcon.State.On)
    result.addPixmap(pixmap(name, tokens.disabled, size), QIcon.Mode.Disabled, QIcon.State.Off)
    return result
