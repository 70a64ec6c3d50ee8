"""People as a list model that loads page by page, in workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonSummary
from desktop.services.people import PeopleService
from desktop.ui import texts

PAGE: Final = 200
PERSON_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
Rows = list[PersonSummary]
Page = tuple[Rows, int]  # rows, people the search finds in all
_ROOT: Final = QModelIndex()


class PeopleModel(QAbstractListModel):
    """Rows are PersonSummary (PERSON_ROLE). Views ask for more as they are scrolled; 100 000 people are no trouble."""

    loaded = Signal()  # a new search has its first page
    failed = Signal(object)  # ConsentryError

    def __init__(self, people: PeopleService, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._tasks = tasks
        self._rows: Rows = []
        self._query = ""
        self._complete = False
        self._loading: TaskHandle[Page] | None = None
        self.total = 0  # people the search finds, loaded or not

    @property
    def query(self) -> str:
        return self._query

    @property
    def loading(self) -> bool:
        return self._loading is not None

    @property
    def complete(self) -> bool:
        """Whether every row of the search has been loaded."""
        return self._complete

    def person(self, row: int) -> PersonSummary:
        return self._rows[row]

    def row_of(self, person_id: PersonId) -> int:
        """Row of a loaded person; -1 if it is not among them."""
        return next((row for row, person in enumerate(self._rows) if person.id == person_id), -1)

    def search(self, query: str) -> None:
        """Load people whose name holds `query`; the old rows stay until the first page is there."""
        self._query = query
        least = PAGE if not self._rows else max(PAGE, min(len(self._rows), 5 * PAGE))
        self._load(query, least, 0, self._replace)

    def clear(self) -> None:
        """Show nobody, without asking."""
        if self._loading is not None:
            self._loading.forget()
            self._loading = None
        self._query, self.total = "", 0
        self._replace([], PAGE)

    def reload(self) -> None:
        """Load anew what is loaded, after people changed."""
        self.search(self._query)

    def _load(self, query: str, limit: int, offset: int, then: Callable[[Rows, int], None]) -> None:
        if self._loading is not None:
            self._loading.forget()
        self._loading = self._tasks.run(
            lambda _: (self._people.list(query, limit=limit, offset=offset), self._people.count(query)),
            lambda page: self._take(page, limit, then),
            self._on_failure,
            owner=self,
        )

    def _take(self, page: Page, limit: int, then: Callable[[Rows, int], None]) -> None:
        self._loading = None
        rows, self.total = page
        then(rows, limit)

    def _replace(self, rows: Rows, limit: int) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self._complete = len(rows) < limit
        self.endResetModel()
        self.loaded.emit()

    def _append(self, rows: Rows, limit: int) -> None:
        self._complete = len(rows) < limit
        known = {person.id for person in self._rows}
        fresh = [person for person in rows if person.id not in known]
        if fresh:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(fresh) - 1)
            self._rows.extend(fresh)
            self.endInsertRows()

    def _on_failure(self, error: ConsentryError) -> None:
        self._loading = None
        self._complete = True
        self.failed.emit(error)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and not self._complete and self._loading is None and bool(self._rows)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._load(self._query, PAGE, len(self._rows), self._append)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        person = self._rows[index.row()]
        if role == PERSON_ROLE:
            return person
        if role == Qt.ItemDataRole.DisplayRole:
            return person.details.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{person.details.name}, {texts.kind(person.details.kind)}, {texts.consent(person.consent)}"
        return None
