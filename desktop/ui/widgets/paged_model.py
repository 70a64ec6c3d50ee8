"""A table model that fetches pages as they come into sight: a million rows cost what is looked at."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.ui.look import look, tokens
from desktop.ui.widgets.table import ROOT, HeadedModel, Index

PAGE = 200  # rows a question
_KEPT = 20  # pages in memory
_ASKED = 3  # questions under way; a scroll bar that is dragged asks for many more, and only the last ones matter

Wanted = TypeVar("Wanted")
R = TypeVar("R")


class Counted(Protocol):
    """What a search found; `count` rows that do not move while it is looked at."""

    @property
    def count(self) -> int: ...


Listing = TypeVar("Listing", bound=Counted)


class PagedTableModel(HeadedModel, Generic[Wanted, Listing, R]):
    """`loaded` once a listing is there, `failed` where the vault refuses. Subclasses set
    `_headers`, read, and say what a cell shows."""

    loaded = Signal()
    failed = Signal(object)
    arrived = Signal(int, int)  # first and last row of a page that came in

    def __init__(self, tasks: TaskRunner, nothing: Listing, parent: QObject | None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._listing = nothing
        self._pages: OrderedDict[int, list[R]] = OrderedDict()
        self._asking: OrderedDict[int, TaskHandle[list[R]]] = OrderedDict()
        self._finding: TaskHandle[Listing] | None = None
        look().changed.connect(self._on_look)

    def _search(self, wanted: Wanted) -> Listing:
        """In a worker."""
        raise NotImplementedError

    def _read(self, listing: Listing, offset: int, limit: int) -> list[R]:
        """In a worker."""
        raise NotImplementedError

    def _text(self, row: R, column: int) -> str:
        raise NotImplementedError

    def _colour(self, row: R, column: int) -> str | None:
        """A colour other than the usual one."""
        raise NotImplementedError

    def find(self, wanted: Wanted) -> None:
        """Show what fits; the rows stay until the answer is there."""
        if self._finding is not None:
            self._finding.forget()
        self._finding = self._tasks.run(lambda _: self._search(wanted), self._on_found, self._on_failed, owner=self)

    @property
    def total(self) -> int:
        return self._listing.count

    def row(self, line: int) -> R | None:
        """A row; None while its page is on the way, which is asked for."""
        page = self._pages.get(line // PAGE)
        if page is None:
            self._ask(line // PAGE)
            return None
        self._pages.move_to_end(line // PAGE)
        return page[line % PAGE] if line % PAGE < len(page) else None

    def arrived_row(self, line: int) -> R | None:
        """A row that is there already; None otherwise, and nothing is asked for."""
        page = self._pages.get(line // PAGE, [])
        return page[line % PAGE] if line % PAGE < len(page) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._listing.count

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= self._listing.count:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            row = self.row(index.row())
            return "…" if row is None else self._text(row, index.column())
        if role == Qt.ItemDataRole.ForegroundRole:
            there = self.arrived_row(index.row())
            colour = tokens().muted if there is None else self._colour(there, index.column())
            return None if colour is None else QColor(colour)
        return None

    def _ask(self, page: int) -> None:
        if page in self._asking:
            return
        listing = self._listing
        self._asking[page] = self._tasks.run(
            lambda _: self._read(listing, page * PAGE, PAGE),
            lambda rows: self._on_page(page, rows),
            lambda error: self._on_page_failed(page, error),
            owner=self,
        )
        while len(self._asking) > _ASKED:
            _, stale = self._asking.popitem(last=False)
            stale.forget()

    def _on_found(self, listing: Listing) -> None:
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

    def _on_page(self, page: int, rows: list[R]) -> None:
        self._asking.pop(page, None)
        self._pages[page] = rows
        while len(self._pages) > _KEPT:
            self._pages.popitem(last=False)
        first, last = page * PAGE, min(page * PAGE + PAGE, self._listing.count) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._headers) - 1))
        self.arrived.emit(first, last)

    def _on_page_failed(self, page: int, error: ConsentryError) -> None:
        self._asking.pop(page, None)
        self.failed.emit(error)

    def _on_look(self) -> None:
        if self._listing.count:
            last = self.index(self._listing.count - 1, len(self._headers) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
