"""What happened to one person's consents, from the first day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent
from desktop.domain.consent_register import PersonConsents
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.purposes import PurposeKey
from desktop.ui import icons, texts
from desktop.ui.consent import words
from desktop.ui.look import look, tokens
from desktop.ui.widgets.basic import column, label, row

_LANE = 28  # px
_ICON = 16


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline."""

    at: datetime
    icon: str
    colour: str
    text: str
    detail: str


def moments(told: PersonConsents, titles: Mapping[PurposeKey, str]) -> list[Moment]:
    """Events and restrictions, newest first."""
    found = [_of_event(event, told, titles) for event in told.events]
    for restriction in told.restrictions:
        found.append(Moment(restriction.valid_from, "warning", "attention", words.said(T("consent", "Restricted")), ""))
        if restriction.lifted_at is not None:
            found.append(
                Moment(restriction.lifted_at, "check", "calm", words.said(T("consent", "Restriction lifted")), "")
            )
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _of_event(event: ConsentEvent, told: PersonConsents, titles: Mapping[PurposeKey, str]) -> Moment:
    given = event.state in MATCHABLE_STATES
    icon, colour = ("check", "calm") if given else ("close", "muted")
    parts = []
    if given:
        until = words.day_or_never(event.valid_until)
        parts.append(until if event.valid_until is None else words.said(T("consent", "until {day}"), day=until))
    if event.notice_id is not None and event.notice_id in told.versions:
        parts.append(words.said(T("consent", "notice version {number}"), number=told.versions[event.notice_id]))
    parts.append(_who(event, told))
    text = f"{words.purpose(event.purpose, titles)}: {words.state(event.state)}"
    return Moment(event.at, icon, colour, text, ", ".join(parts))


def _who(event: ConsentEvent, told: PersonConsents) -> str:
    if event.operator_id is None:
        return words.said(T("consent", "recorded by the program"))
    name = told.operators.get(event.operator_id, "")
    return (
        words.said(T("consent", "recorded by {name}"), name=name)
        if name
        else words.said(T("consent", "recorded by a removed operator"))
    )


class _Lane(QWidget):
    """The line down the side, with the icon of one moment on it; its text says the same."""

    def __init__(self, moment: Moment, *, first: bool, last: bool) -> None:
        super().__init__()
        self._moment = moment
        self._first, self._last = first, last
        self.setFixedWidth(_LANE)
        look().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = tokens()
        middle = _ICON / 2 + 3
        top = middle if self._first else 0.0
        bottom = middle if self._last else float(self.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.line))
        painter.drawRect(QRectF(_LANE / 2 - 1, top, 2, bottom - top))
        painter.setBrush(QColor(colours.surface))
        painter.drawEllipse(QPointF(_LANE / 2, middle), _ICON / 2 + 3, _ICON / 2 + 3)
        pixmap = icons.pixmap(self._moment.icon, getattr(colours, self._moment.colour), _ICON)
        painter.drawPixmap(QPointF(_LANE / 2 - _ICON / 2, 3), pixmap)
        painter.end()


class Timeline(QWidget):
    """Newest first; a screen reader gets it as one text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[str] = []
        self._body: QWidget | None = None
        self.setLayout(column(gap=0))

    def show_moments(self, found: Sequence[Moment]) -> None:
        """Replace what is shown."""
        if self._body is not None:
            self._body.deleteLater()
        self.lines = [f"{texts.moment(each.at)}: {each.text}, {each.detail}".rstrip(", ") for each in found]
        body = QWidget()
        body.setLayout(
            column(
                *(self._line(each, number == 0, number == len(found) - 1) for number, each in enumerate(found)), gap=0
            )
        )
        layout = self.layout()
        assert layout is not None
        layout.addWidget(body)
        self._body = body
        self.setAccessibleName(self.tr("History"))
        self.setAccessibleDescription("\n".join(self.lines))

    @staticmethod
    def _line(moment: Moment, first: bool, last: bool) -> QWidget:
        words_ = column(
            label(moment.text, "strong", wrap=True),
            label(texts.moment(moment.at), "small"),
            label(moment.detail, "muted", wrap=True),
            10,
            gap=1,
        )
        made = QWidget()
        line = row(_Lane(moment, first=first, last=last), words_, gap=8)
        line.setStretch(1, 1)
        made.setLayout(line)
        return made
