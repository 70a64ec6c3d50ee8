"""Small things that delegates and painted widgets share."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from desktop.ui import icons
from desktop.ui.theme import SMALL_PX, Tokens


def sized(font: QFont, pixels: int, *, bold: bool = False) -> QFont:
    """The font at another size; bold is semi-bold."""
    made = QFont(font)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def initials(name: str) -> str:
    """First letters of the first and last word, upper case; "?" for an empty name."""
    words = name.split()
    if not words:
        return "?"
    chosen = [words[0][0]] if len(words) == 1 else [words[0][0], words[-1][0]]
    return "".join(chosen).upper()


def draw_avatar(painter: QPainter, rect: QRect, name: str, colours: Tokens) -> None:
    """A grey disc with initials: people are told apart by name, not by invented colours."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.pressed))
    painter.drawEllipse(rect)
    painter.setPen(QColor(colours.text))
    painter.setFont(sized(painter.font(), round(rect.height() * 0.38), bold=True))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


def draw_text(
    painter: QPainter, rect: QRect, text: str, colour: str, *, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> None:
    """One line, elided where it does not fit, vertically in the middle."""
    painter.setPen(QColor(colour))
    shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)


def tag_width(font: QFont, text: str) -> int:
    """Width `draw_tag` needs."""
    return QFontMetrics(sized(font, SMALL_PX)).horizontalAdvance(text) + 34


def draw_tag(painter: QPainter, right: QPointF, icon: str, text: str, colour: str) -> None:
    """Icon and text whose right middle is at `right`; the icon says by shape what the colour says."""
    painter.save()
    painter.setFont(sized(painter.font(), SMALL_PX))
    width = tag_width(painter.font(), text)
    left = right.x() - width
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPixmap(QPointF(left, right.y() - 8), icons.pixmap(icon, colour, 16))
    painter.setPen(QColor(colour))
    room = QRectF(left + 22, right.y() - 12, width - 20, 24)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def fill_row(painter: QPainter, rect: QRect, colour: str) -> None:
    """The rounded ground of a chosen or pointed-at row of a list."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(QRectF(rect).adjusted(4, 2, -4, -2), 6, 6)
