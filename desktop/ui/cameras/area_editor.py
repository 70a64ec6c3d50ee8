"""Draws the recognition area over a masked picture: by mouse, touch or keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.domain.geometry import Point, polygon_problem
from desktop.ui.look import tokens
from desktop.ui.theme import OVER_VIDEO
from desktop.ui.widgets.picture import PictureView

_GRIP = 14.0  # px around a corner in which it is taken; a touch target of 28 px
_STEP = 0.01  # of the picture, for the arrow keys; five times as much with Shift
_MOVES = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, -_STEP),
    Qt.Key.Key_Down: (0.0, _STEP),
}


class AreaEditor(PictureView):
    """A polygon of normalised corners; empty means the whole picture.

    Click adds a corner after the selected one, drag moves, Delete removes. Keyboard: N and P select the next and the
    previous corner, arrows move it, Insert adds one, Delete removes it.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Recognition area"), self.tr("Test the camera to see its picture here."), parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.corners: list[Point] = []
        self.selected = -1
        self._dragging = False
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(480, 270)

    def set_area(self, area: tuple[Point, ...]) -> None:
        self.corners = list(area)
        self.selected = 0 if area else -1
        self._after_change()

    def area(self) -> tuple[Point, ...]:
        return tuple(self.corners)

    def problem(self) -> str:
        """Why the area cannot be used, as a sentence; empty when it can."""
        found = polygon_problem(self.corners)
        return {
            None: "",
            "few": self.tr("The area needs at least three corners. Click into the picture to add them."),
            "outside": self.tr("A corner lies outside the picture. Move it inside."),
            "crossing": self.tr("The lines of the area cross. Move a corner so that they do not."),
            "thin": self.tr("The area is too thin to hold a face. Move the corners apart."),
        }[found]

    def add_corner(self, point: Point) -> None:
        """A new corner after the selected one; it becomes the selected one."""
        at = self.selected + 1 if self.selected >= 0 else len(self.corners)
        if len(self.corners) < 3:
            at = len(self.corners)
        self.corners.insert(at, self._inside(point))
        self.selected = at
        self._after_change()

    def remove_corner(self) -> None:
        if 0 <= self.selected < len(self.corners):
            del self.corners[self.selected]
            self.selected = min(self.selected, len(self.corners) - 1)
            self._after_change()

    def clear_area(self) -> None:
        """Back to the whole picture."""
        self.corners.clear()
        self.selected = -1
        self._after_change()

    def _after_change(self) -> None:
        self._describe()
        self.update()
        self.changed.emit()

    def _describe(self) -> None:
        text = self.tr("Whole picture")
        if self.corners:
            text = self.tr("{count} corners").format(count=len(self.corners))
        if self.selected >= 0:
            x, y = self.corners[self.selected]
            place = self.tr("corner {number} at {x} % from the left, {y} % from the top")
            text += ", " + place.format(number=self.selected + 1, x=round(x * 100), y=round(y * 100))
        self.setAccessibleDescription(f"{text}. {self.problem()}".strip())

    @staticmethod
    def _inside(point: Point) -> Point:
        return (min(1.0, max(0.0, point[0])), min(1.0, max(0.0, point[1])))

    def _to_screen(self, point: Point) -> QPointF:
        place = self.picture_rect()
        return QPointF(place.x() + point[0] * place.width(), place.y() + point[1] * place.height())

    def _to_area(self, position: QPointF) -> Point:
        place = self.picture_rect()
        x = (position.x() - place.x()) / max(1.0, place.width())
        return self._inside((x, (position.y() - place.y()) / max(1.0, place.height())))

    def _corner_at(self, position: QPointF) -> int:
        gaps = [(self._to_screen(corner) - position).manhattanLength() for corner in self.corners]
        nearest = min(range(len(gaps)), key=gaps.__getitem__, default=-1)
        return nearest if nearest >= 0 and gaps[nearest] <= _GRIP else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self.setFocus()
        hit = self._corner_at(event.position())
        if hit < 0:
            self.add_corner(self._to_area(event.position()))
        else:
            self.selected = hit
            self._describe()
            self.update()
        self._dragging = True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging and self.selected >= 0:
            self.corners[self.selected] = self._to_area(event.position())
            self._after_change()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragging = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_corner()
        elif key in (Qt.Key.Key_Insert, Qt.Key.Key_Plus):
            self._insert_by_keyboard()
        elif key in (Qt.Key.Key_N, Qt.Key.Key_P) and self.corners:
            self.selected = (self.selected + (1 if key is Qt.Key.Key_N else -1)) % len(self.corners)
            self._describe()
            self.update()
        elif key in _MOVES and self.selected >= 0:
            share = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            x, y = self.corners[self.selected]
            dx, dy = _MOVES[key]
            self.corners[self.selected] = self._inside((x + dx * share, y + dy * share))
            self._after_change()
        else:
            super().keyPressEvent(event)

    def _insert_by_keyboard(self) -> None:
        """Without a mouse the first three corners come at once; then one in the middle of the selected line."""
        if len(self.corners) < 3:
            self.set_area(((0.25, 0.25), (0.75, 0.25), (0.75, 0.85), (0.25, 0.85)))
            return
        x1, y1 = self.corners[self.selected]
        x2, y2 = self.corners[(self.selected + 1) % len(self.corners)]
        self.add_corner(((x1 + x2) / 2, (y1 + y2) / 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        points = [self._to_screen(corner) for corner in self.corners]
        if len(points) >= 3:
            self._shade_outside(painter, points)
        self._draw_lines(painter, points)
        self._draw_corners(painter, points)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens().focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _shade_outside(self, painter: QPainter, points: list[QPointF]) -> None:
        outside = QPainterPath()
        outside.addRect(self.picture_rect())
        inside = QPainterPath()
        inside.addPolygon(QPolygonF(points))
        inside.closeSubpath()
        shade = QColor(OVER_VIDEO.chip)
        shade.setAlpha(150)
        painter.fillPath(outside.subtracted(inside), shade)

    def _draw_lines(self, painter: QPainter, points: list[QPointF]) -> None:
        bad = bool(self.problem()) and len(points) >= 3
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((OVER_VIDEO.outline, 4.0), (OVER_VIDEO.possible if bad else OVER_VIDEO.match, 2.0)):
            style = Qt.PenStyle.DashLine if bad and width < 3 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(colour), width, style))
            if len(points) >= 3:
                painter.drawPolygon(QPolygonF(points))
            elif len(points) == 2:
                painter.drawLine(points[0], points[1])

    def _draw_corners(self, painter: QPainter, points: list[QPointF]) -> None:
        for index, point in enumerate(points):
            chosen = index == self.selected
            painter.setPen(QPen(QColor(OVER_VIDEO.outline), 2))
            painter.setBrush(QColor(tokens().focus if chosen else OVER_VIDEO.match))
            radius = 8 if chosen else 6
            painter.drawEllipse(point, radius, radius)
