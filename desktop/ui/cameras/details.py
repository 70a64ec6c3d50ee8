"""One camera: state in plain words, source, area, notice, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.domain.cameras import Camera, CameraState, CameraStatus
from desktop.domain.geometry import Point
from desktop.ui import texts
from desktop.ui.cameras.delegate import state_tag
from desktop.ui.look import look, set_icon, tokens
from desktop.ui.widgets.basic import button, column, label, row, rule, symbol


class AreaSketch(QWidget):
    """The area's shape in a small picture frame, without any picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._area: tuple[Point, ...] = ()
        self.setFixedSize(QSize(144, 81))
        look().changed.connect(self.update)

    def set_area(self, area: tuple[Point, ...]) -> None:
        self._area = area
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens().edge), 1))
        painter.setBrush(QColor(tokens().canvas))
        painter.drawRoundedRect(whole, 4, 4)
        fill = QColor(tokens().text)
        fill.setAlpha(50)
        painter.setBrush(fill)
        painter.setPen(QPen(QColor(tokens().text), 1.5))
        if self._area:
            corners = [whole.topLeft() + self._scaled(corner, whole) for corner in self._area]
            painter.drawPolygon(QPolygonF(corners))
        else:
            painter.drawRect(whole.adjusted(3, 3, -3, -3))
        painter.end()

    @staticmethod
    def _scaled(corner: Point, whole: QRectF) -> QPointF:
        return QPointF(corner[0] * whole.width(), corner[1] * whole.height())


class CameraDetailsPanel(QFrame):
    """Shows one camera; the page carries the wishes out."""

    wants_edit = Signal(object)
    wants_switch = Signal(object)
    wants_remove = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(360)
        self.camera: Camera | None = None
        self._name = label("", "title", wrap=True)
        self._kind = label("", "muted")
        self._state_icon = symbol("check")
        self._state = label("", "strong", wrap=True)
        self._reason = label("", "muted", wrap=True)
        self._address = label("", wrap=True, selectable=True)
        self._notice_icon = symbol("check")
        self._notice = label("", wrap=True)
        self._sketch = AreaSketch()
        self._area = label("", wrap=True)
        self.edit = button(self.tr("Edit, test, draw area"), lambda: self.wants_edit.emit(self.camera), icon="edit")
        self.switch = button("", lambda: self.wants_switch.emit(self.camera))
        self.remove = button(
            self.tr("Remove"), lambda: self.wants_remove.emit(self.camera), look="danger", icon="remove"
        )
        self._build()

    def _build(self) -> None:
        state = self._iconed(self._state_icon, column(self._state, self._reason, gap=2))
        notice = self._iconed(self._notice_icon, column(self._notice))
        self.setLayout(
            column(
                column(self._name, self._kind, gap=2),
                rule(),
                state,
                rule(),
                self._part(self.tr("Source"), self._address),
                notice,
                column(label(self.tr("Recognition area"), "caption"), row(self._sketch, self._area, gap=12), gap=6),
                None,
                self.edit,
                row(self.switch, self.remove, gap=12),
                gap=14,
                margins=(20, 20, 20, 20),
            )
        )

    @staticmethod
    def _iconed(icon: QLabel, words: QVBoxLayout) -> QHBoxLayout:
        line = row(icon, words, gap=12)
        line.setAlignment(icon, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        return line

    @staticmethod
    def _part(title: str, value: QLabel) -> QVBoxLayout:
        return column(label(title, "caption"), value, gap=2)

    def show_camera(self, camera: Camera | None, status: CameraStatus) -> None:
        """Fill the panel; None hides it."""
        self.camera = camera
        self.setVisible(camera is not None)
        if camera is None:
            return
        self._name.setText(camera.name)
        self._kind.setText(texts.kind(camera.source.kind))
        self._address.setText(camera.source.shown)
        posted = camera.notice_posted
        set_icon(self._notice_icon, "check" if posted else "warning", off="calm" if posted else "attention")
        self._notice.setText(
            self.tr("The privacy notice is posted.")
            if posted
            else self.tr("Nobody is recognised here until you confirm that the privacy notice is posted.")
        )
        self._sketch.set_area(camera.area)
        self._area.setText(
            self.tr("{count} corners").format(count=len(camera.area)) if camera.area else self.tr("Whole picture")
        )
        self.switch.setText(self.tr("Switch off") if camera.enabled else self.tr("Switch on"))
        self.show_status(status)

    def show_status(self, status: CameraStatus) -> None:
        """Only the state changed."""
        if self.camera is None:
            return
        icon, words, token = state_tag(self.camera, status)
        set_icon(self._state_icon, icon, off=token)
        self._state.setText(words)
        off = not self.camera.enabled
        sentence = self.tr("This camera is switched off.") if off else texts.reason(status.reason)
        if status.state in (CameraState.ENDED, CameraState.STOPPED) and not off:
            sentence = self.tr("The file has been played to its end.") if status.state is CameraState.ENDED else ""
        self._reason.setText(sentence)
        self._reason.setVisible(bool(sentence))
