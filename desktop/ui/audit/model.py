"""Audit entries as a table model that fetches pages as they come into sight: a million rows cost what is looked at."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.audit import UNREADABLE, AuditFilter
from desktop.domain.errors import ConsentryError
from desktop.services.audit import AuditListing, AuditRow, AuditService
from desktop.ui import texts
from desktop.ui.audit import words
from desktop.ui.look import look, tokens

Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
TIME, WHO, ACTION, ABOUT, NUMBER = range(5)
PAGE = 200  # rows a question
_KEPT = 20  # pages in memory
_ASKED = 3  # questions under way; a scroll bar that is dragged asks for many more, and only the last ones matter


class AuditModel(QAbstractTableModel):
    """Newest first. `loaded` once a listing is there, `failed` where the vault refuses."""

    loaded = Signal()
    failed = Signal(object)
    arrived = Signal(int, int)  # first and last row of a page that came in

    def __init__(self, audit: AuditService, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._audit = audit
        self._tasks = tasks
        self._listing = AuditListing(0, AuditFilter())
        self._pages: OrderedDict[int, list[AuditRow]] = OrderedDict()
        self._asking: OrderedDict[int, TaskHandle[list[AuditRow]]] = OrderedDict()
        self._finding: TaskHandle[AuditListing] | None = None
        self._headers = (self.tr("Time"), self.tr("Who"), self.tr("Action"), self.tr("About"), self.tr("Entry"))
        look().changed.connect(self._on_look)

    def find(self, wanted: AuditFilter) -> None:
        """Show what fits; the rows stay until the answer is there."""
        if self._finding is not None:
            self._finding.forget()
        self._finding = self._tasks.run(lambda _: self._audit.find(wanted), self._on_found, self._on_failed, owner=self)

    @property
    def total(self) -> int:
        return self._listing.count

    def row(self, line: int) -> AuditRow | None:
        """An entry; None while its page is on the way, which is asked for."""
        page = self._pages.get(line // PAGE)
        if page is None:
            self._ask(line // PAGE)
            return None
        self._pages.move_to_end(line // PAGE)
        return page[line % PAGE] if line % PAGE < len(page) else None

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._listing.count

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= self._listing.count:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row(index.row())
            return "…" if row is None else self._text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            page = self._pages.get(index.row() // PAGE)
            row = page[index.row() % PAGE] if page and index.row() % PAGE < len(page) else None
            if row is not None and row.entry.action == UNREADABLE:
                return QColor(tokens().danger)
            if row is None or index.column() == NUMBER:
                return QColor(tokens().muted)
        return None

    @staticmethod
    def _text(row: AuditRow, column: int) -> str:
        if column == TIME:
            return texts.moment(row.entry.at)
        if column == WHO:
            return words.who(row)
        if column == ACTION:
            return words.action(row.entry.action)
        if column == ABOUT:
            return words.about(row)
        return str(row.entry.seq)

    def _ask(self, page: int) -> None:
        if page in self._asking:
            return
        wanted = self._listing.wanted
        self._asking[page] = self._tasks.run(
            lambda _: self._audit.list(wanted, page * PAGE, PAGE),
            lambda rows: self._on_page(page, rows),
            lambda error: self._on_page_failed(page, error),
            owner=self,
        )
        while len(self._asking) > _ASKED:
            _, stale = self._asking.popitem(last=False)
            stale.forget()

    def _on_found(self, listing: AuditListing) -> None:
        self._finding = None
        for handle in self._asking.values():
            handle.forget()
        self._asking.clear()
        self.beginResetModel()
        self._listing = listing
        self._pages.clear()
        self.endResetModel()
        self.loaded.emit()

    def _on_failed(self, error: ConsentryError) -> None:
        self._finding = None
        self.failed.emit(error)

    def _on_page(self, page: int, rows: list[AuditRow]) -> None:
        self._asking.pop(page, None)
        self._pages[page] = rows
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        first, last = page * PAGE, min(page * PAGE + PAGE, self._listing.count) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, NUMBER))
        self.arrived.emit(first, last)

    def _on_page_failed(self, page: int, error: ConsentryError) -> None:
        self._asking.pop(page, None)
        self.failed.emit(error)

    def _on_look(self) -> None:
        if self._listing.count:
            self.dataChanged.emit(self.index(0, 0), self.index(self._listing.count - 1, NUMBER))
