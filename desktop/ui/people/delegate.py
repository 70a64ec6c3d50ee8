"""A row of the people list: initials, name, kind, and what the consent allows."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.consent import MATCHABLE_STATES, ConsentState
from desktop.domain.people import PersonSummary
from desktop.ui import texts
from desktop.ui.look import tokens
from desktop.ui.people.model import PERSON_ROLE
from desktop.ui.theme import FONT_PX, SMALL_PX, Tokens
from desktop.ui.widgets.drawing import draw_avatar, draw_tag, draw_text, fill_row, sized, tag_width

ROW_HEIGHT = 60
_AVATAR = 36


def consent_tag(person: PersonSummary) -> tuple[str, str, str]:
    """Icon, words and colour token for what may be done with the person's face."""
    if person.consent in MATCHABLE_STATES:
        return "check", texts.consent(person.consent), "calm"
    if person.consent is ConsentState.EXPIRED:
        return "warning", texts.consent(person.consent), "attention"
    return "close", texts.consent(person.consent), "muted"


class PersonDelegate(QStyledItemDelegate):
    """Paints from the model's PERSON_ROLE; every row is 60 px high, so that long lists need no measuring."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(280, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        person = index.data(PERSON_ROLE)
        if not isinstance(person, PersonSummary):
            return
        colours = tokens()
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            fill_row(painter, rect, colours.selection if chosen else colours.raised)
        self._paint_person(painter, rect, person, chosen, colours)
        painter.restore()

    @staticmethod
    def _paint_person(painter: QPainter, rect: QRect, person: PersonSummary, chosen: bool, colours: Tokens) -> None:
        middle = rect.center().y() + 1
        avatar = QRect(rect.left() + 16, middle - _AVATAR // 2, _AVATAR, _AVATAR)
        draw_avatar(painter, avatar, person.details.name, colours)
        icon, words, token = consent_tag(person)
        text = colours.on_selection if chosen else colours.text
        faint = colours.on_selection if chosen else colours.muted
        tag = tag_width(painter.font(), words)
        left = avatar.right() + 14
        room = rect.right() - 16 - tag - 12 - left
        upper = QRect(left, middle - 21, room, 21)
        lower = QRect(left, middle, room, 19)
        painter.setFont(sized(painter.font(), FONT_PX, bold=True))
        draw_text(painter, upper, person.details.name, text)
        painter.setFont(sized(painter.font(), SMALL_PX))
        second = texts.kind(person.details.kind)
        if person.details.contact:
            second = f"{second} · {person.details.contact}"
        draw_text(painter, lower, second, faint)
        tag_colour = colours.on_selection if chosen else str(getattr(colours, token))
        draw_tag(painter, QPointF(rect.right() - 16, middle), icon, words, tag_colour)
