"""The board as a table: what is most urgent comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, QLocale, QObject, Qt
from PySide6.QtGui import QColor

from desktop.domain.requests import Lane
from desktop.services.requests import RequestView
from desktop.ui import icons
from desktop.ui.look import look, tokens
from desktop.ui.requests import words
from desktop.ui.widgets.table import ROOT, HeadedModel, Index

LEFT, PERSON, KIND, RECEIVED, DUE, WHO = range(6)
_ICON_PX = 16


class BoardModel(HeadedModel):
    """`views`: all of them, in the board's order; the table shows those of one lane, or all that are open."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = (
            self.tr("Left"),
            self.tr("Person"),
            self.tr("Asks for"),
            self.tr("Received"),
            self.tr("Due"),
            self.tr("With"),
        )
        self._views: Sequence[RequestView] = ()
        self._shown: list[RequestView] = []
        self._lane: Lane | None = None
        look().changed.connect(self._repaint)

    def show(self, views: Sequence[RequestView], lane: Lane | None) -> None:
        """`lane` None: all that are open."""
        self.beginResetModel()
        self._views, self._lane = views, lane
        self._shown = [each for each in views if (each.lane is lane if lane else each.lane is not Lane.CLOSED)]
        self.endResetModel()

    def count(self, lane: Lane) -> int:
        return sum(1 for each in self._views if each.lane is lane)

    def view(self, line: int) -> RequestView | None:
        return self._shown[line] if 0 <= line < len(self._shown) else None

    def line_of(self, request_id: str) -> int:
        """-1: not shown."""
        return next((line for line, each in enumerate(self._shown) if each.request.id == request_id), -1)

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        view = self.view(index.row())
        if view is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(view, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == LEFT:
            name, colour = words.mark(view)
            return icons.pixmap(name, getattr(tokens(), colour), _ICON_PX)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == LEFT:
            return QColor(getattr(tokens(), words.colour(view)))
        return None

    def _text(self, view: RequestView, column: int) -> str:
        request = view.request
        if column == LEFT:
            return words.left(view)
        if column == PERSON:
            return words.name(view)
        if column == KIND:
            return words.said(words.KINDS[request.kind])
        if column == RECEIVED:
            return day(request.received_on)
        if column == DUE:
            return day(view.deadline.due)
        return view.operators.get(str(request.assignee), "")

    def _repaint(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, WHO))


def day(value: date) -> str:
    """In the window's language."""
    return QLocale().toString(QDate(value.year, value.month, value.day), "d MMM yyyy")
