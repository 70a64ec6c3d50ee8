"""Boxes and names over a picture: bands differ by line and words, colour only adds to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from desktop.domain.decision import Band
from desktop.domain.geometry import Box
from desktop.domain.ids import PersonId
from desktop.recognition.presenter import OverlayMark
from desktop.ui.live.labels import Label, LabelCache
from desktop.ui.theme import OVER_VIDEO


def _pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(QColor(colour), width, style)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


class Overlay:
    """Draws the marks of pictures; keeps pens and labels. GUI thread only."""

    def __init__(self, labels: LabelCache, name_of: Callable[[PersonId], str | None]) -> None:
        self._labels = labels
        self._name_of = name_of
        self._under = _pen(OVER_VIDEO.outline, 4)
        self._thin_under = _pen(OVER_VIDEO.outline, 3)
        dashed = _pen(OVER_VIDEO.possible, 2, Qt.PenStyle.CustomDashLine)
        dashed.setDashPattern([4, 3])
        self._pens = {
            Band.MATCH: _pen(OVER_VIDEO.match, 2),
            Band.POSSIBLE: dashed,
            Band.UNKNOWN: _pen(OVER_VIDEO.unknown, 1),
        }
        self._possible = QCoreApplication.translate("Live", "Possible match: compare")
        self._gone = QCoreApplication.translate("Live", "Match")

    def draw(
        self, painter: QPainter, marks: Sequence[OverlayMark], picture: QRectF, room: QRectF, ratio: float
    ) -> None:
        """Draw `marks` over the picture that lies at `picture`; labels may reach out of it as far as `room`.

        Both in logical pixels; the marks' boxes are in device pixels.
        """
        painter.setBrush(QBrush(Qt.BrushStyle.NoBrush))
        for mark in marks:
            box = self._outline(mark, picture, ratio)
            if box.isEmpty():
                continue
            painter.setPen(self._thin_under if mark.band is Band.UNKNOWN else self._under)
            painter.drawRect(box)
            painter.setPen(self._pens[mark.band])
            painter.drawRect(box)
        for mark in marks:  # labels after all boxes, so that no line crosses a name
            wanted = self._label(mark)
            if wanted is not None:
                self._draw_label(painter, wanted, self._outline(mark, picture, ratio), room, ratio)

    @staticmethod
    def _outline(mark: OverlayMark, picture: QRectF, ratio: float) -> QRectF:
        """What the line goes around: the mask of a hidden head, the face of one that is shown."""
        area = reduce(Box.united, mark.masks) if mark.masks else mark.box
        place = QRectF(picture.x() + area.x / ratio, picture.y() + area.y / ratio, area.w / ratio, area.h / ratio)
        return place.intersected(picture.adjusted(1, 1, -1, -1))

    def _label(self, mark: OverlayMark) -> Label | None:
        if mark.band is Band.UNKNOWN:
            return None
        detail = f"{mark.score:.2f} / {mark.threshold:.2f}"
        if mark.band is Band.POSSIBLE:
            ink = OVER_VIDEO.possible_text
            return Label(self._possible, detail, "search", OVER_VIDEO.possible, ink, ink)
        name = self._name_of(mark.person_id) if mark.person_id is not None else None
        return Label(name or self._gone, detail, "check")

    def _draw_label(self, painter: QPainter, wanted: Label, box: QRectF, room: QRectF, ratio: float) -> None:
        """Above the box, or below it where there is no room, always inside `room`."""
        pixmap = self._labels.get(wanted, int(min(320.0, room.width() - 8)), ratio)
        width, height = pixmap.width() / ratio, pixmap.height() / ratio
        above, below = box.top() - height - 4, box.bottom() + 4
        top = above if above >= room.top() + 4 else min(below, room.bottom() - height - 4)
        left = max(room.left() + 4, min(box.left() - 1, room.right() - width - 4))
        painter.drawPixmap(QPointF(round(left), round(max(top, room.top() + 4))), pixmap)
