"""What the coach says, as shapes over the picture: an oval to be in, and an arrow for where to go."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from desktop.domain.coach import Guidance
from desktop.ui import icons
from desktop.ui.theme import OVER_VIDEO

GOOD: Final = frozenset({Guidance.HOLD, Guidance.TURN_A_LITTLE, Guidance.DONE})

# Left and right of the mirrored picture are the person's own. They are places in the room and stay so in a language
# that is written from right to left.
_STEP: Final = {
    Guidance.LEFT: (-1, 0),
    Guidance.RIGHT: (1, 0),
    Guidance.UP: (0, -1),
    Guidance.DOWN: (0, 1),
}
_CHIN: Final = {Guidance.CHIN_UP: -1, Guidance.CHIN_DOWN: 1}
_TURN: Final = {Guidance.TURN_LEFT: -1, Guidance.TURN_RIGHT: 1}
_DISTANCE: Final = {Guidance.CLOSER: 1, Guidance.FARTHER: -1}
_ICON: Final = {
    Guidance.NO_PICTURE: "lost",
    Guidance.NOBODY: "person",
    Guidance.ONE_PERSON: "people",
    Guidance.UPRIGHT: "person",
    Guidance.MORE_LIGHT: "sun",
    Guidance.LESS_LIGHT: "moon",
    Guidance.EVEN_LIGHT: "sun",
    Guidance.HOLD_STILL: "warning",
    Guidance.UNCOVER_EYES: "masked",
    Guidance.UNCOVER_MOUTH: "masked",
    Guidance.HOLD: "check",
    Guidance.TURN_A_LITTLE: "refresh",
    Guidance.DONE: "check",
}
_HEIGHT, _ASPECT, _MIDDLE = 0.66, 0.76, 0.47  # of the oval: share of the height, width over height, centre
_LINE = 4.0
_CHIP = 28


def oval(picture: QRectF) -> QRectF:
    """Where the head should be, in a picture that lies at `picture`."""
    height = picture.height() * _HEIGHT
    width = height * _ASPECT
    return QRectF(
        picture.center().x() - width / 2, picture.y() + picture.height() * _MIDDLE - height / 2, width, height
    )


def draw(painter: QPainter, picture: QRectF, guidance: Guidance, steady: float) -> None:
    """The oval (dashed; whole when all is well, thicker for the share `steady` of it), and arrow or sign."""
    place = oval(picture)
    _stroke(painter, _ellipse(place), dashed=guidance not in GOOD)
    if steady > 0:
        arc = QPainterPath()
        arc.arcMoveTo(place, 90)
        arc.arcTo(place, 90, -360 * steady)
        _stroke(painter, arc, width=2 * _LINE)
    if guidance in _STEP:
        _straight(painter, place, *_STEP[guidance])
    elif guidance in _CHIN:
        way = QPointF(0, _CHIN[guidance])
        middle = QPointF(place.center().x(), place.bottom() - place.height() * 0.16)
        _arrow(painter, middle - way * place.height() * 0.08, way, place.height() * 0.12)
    elif guidance in _TURN:
        _curved(painter, place, _TURN[guidance])
    elif guidance in _DISTANCE:
        _apart(painter, place, _DISTANCE[guidance])
    else:
        _sign(painter, place, _ICON[guidance])


def _ellipse(place: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(place)
    return path


def _stroke(painter: QPainter, path: QPainterPath, *, width: float = _LINE, dashed: bool = False) -> None:
    """A light line on a dark one: it shows on any picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(OVER_VIDEO.outline), width + 3))
    painter.drawPath(path)
    pen = QPen(QColor(OVER_VIDEO.match), width)
    if dashed:
        pen.setDashPattern([3, 2])
    painter.setPen(pen)
    painter.drawPath(path)


def _straight(painter: QPainter, place: QRectF, dx: int, dy: int) -> None:
    """An arrow from the oval's border outwards."""
    size = place.height() * 0.13
    edge = QPointF(place.center().x() + dx * place.width() / 2, place.center().y() + dy * place.height() / 2)
    start = edge + QPointF(dx, dy) * size * (0.5 if dx else -1.6)
    _arrow(painter, start, QPointF(dx, dy), size)


def _curved(painter: QPainter, place: QRectF, side: int) -> None:
    """An arrow along the oval's top."""
    inner = place.adjusted(_LINE * 5, _LINE * 5, -_LINE * 5, -_LINE * 5)
    arc = QPainterPath()
    begin = 90 + 35 * side
    arc.arcMoveTo(inner, begin)
    arc.arcTo(inner, begin, -70 * side)
    _stroke(painter, arc, width=_LINE + 1)
    _head(painter, arc.currentPosition(), QPointF(side * 0.82, 0.57), place.height() * 0.07)


def _apart(painter: QPainter, place: QRectF, way: int) -> None:
    """Four arrow heads at the oval's corners: outwards for a face that should become larger, inwards else."""
    for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        at = place.center() + QPointF(dx * place.width() * 0.46, dy * place.height() * 0.46)
        _head(painter, at, QPointF(dx * way, dy * way) * 0.707, place.height() * 0.1)


def _arrow(painter: QPainter, start: QPointF, way: QPointF, size: float) -> None:
    shaft = QPainterPath(start)
    tip = start + way * size
    shaft.lineTo(tip)
    _stroke(painter, shaft, width=_LINE + 2)
    _head(painter, tip, way, size * 0.7)


def _head(painter: QPainter, at: QPointF, way: QPointF, size: float) -> None:
    """A filled triangle whose base lies at `at` and whose tip points along `way` (length 1)."""
    across = QPointF(-way.y(), way.x()) * size * 0.7
    painter.setPen(QPen(QColor(OVER_VIDEO.outline), 2))
    painter.setBrush(QColor(OVER_VIDEO.match))
    painter.drawPolygon(QPolygonF([at + across, at + way * size, at - across]))


def _sign(painter: QPainter, place: QRectF, name: str) -> None:
    """A sign on the oval's lower border."""
    middle = QPointF(place.center().x(), place.bottom())
    painter.setPen(QPen(QColor(OVER_VIDEO.match), 2))
    painter.setBrush(QColor(OVER_VIDEO.chip))
    painter.drawEllipse(middle, _CHIP * 0.75, _CHIP * 0.75)
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(middle - QPointF(_CHIP / 2, _CHIP / 2), icons.pixmap(name, OVER_VIDEO.chip_text, _CHIP, ratio))
