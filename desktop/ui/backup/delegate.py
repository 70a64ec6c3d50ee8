"""A row of the destinations: folder, when it was backed up to, state."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.services.backup import DestinationView
from desktop.ui import icons
from desktop.ui.backup import words
from desktop.ui.backup.model import VIEW_ROLE
from desktop.ui.look import tokens
from desktop.ui.theme import FONT_PX, SMALL_PX, Tokens
from desktop.ui.widgets.drawing import draw_tag, draw_text, fill_row, sized, tag_width

ROW_HEIGHT = 64


class DestinationDelegate(QStyledItemDelegate):
    """Paints from VIEW_ROLE."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(280, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = index.data(VIEW_ROLE)
        if not isinstance(view, DestinationView):
            return
        colours = tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            fill_row(painter, rect, colours.selection if chosen else colours.raised)
        self._paint_view(painter, rect, view, chosen, colours)
        painter.restore()

    @staticmethod
    def _paint_view(painter: QPainter, rect: QRect, view: DestinationView, chosen: bool, colours: Tokens) -> None:
        middle = rect.center().y() + 1
        text = colours.on_selection if chosen else colours.text
        faint = colours.on_selection if chosen else colours.muted
        painter.drawPixmap(QPointF(rect.left() + 20, middle - 12), icons.pixmap("backup", faint, 24))
        icon, said, token = words.state(view)
        tag = tag_width(painter.font(), said)
        left = rect.left() + 60
        room = rect.right() - 16 - tag - 12 - left
        path = PurePath(view.destination.plan.path)
        painter.setFont(sized(painter.font(), FONT_PX, bold=True))
        draw_text(painter, QRect(left, middle - 21, room, 21), path.name or str(path), text)
        painter.setFont(sized(painter.font(), SMALL_PX))
        draw_text(painter, QRect(left, middle, room, 19), f"{words.newest(view)} · {path.parent}", faint)
        colour = colours.on_selection if chosen else str(getattr(colours, token))
        draw_tag(painter, QPointF(rect.right() - 16, middle), icon, said, colour)
