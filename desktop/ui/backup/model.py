"""Backup destinations as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop.domain.backups import DestinationId
from desktop.services.backup import DestinationView
from desktop.ui.backup import words

VIEW_ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class DestinationsModel(QAbstractListModel):
    """Rows are destinations (VIEW_ROLE)."""

    _rows: Sequence[DestinationView] = ()

    def set_views(self, views: Sequence[DestinationView]) -> None:
        self.beginResetModel()
        self._rows = tuple(views)
        self.endResetModel()

    def view(self, row: int) -> DestinationView:
        return self._rows[row]

    def row_of(self, destination_id: DestinationId | None) -> int:
        """Row of a destination; -1 if there is none."""
        return next((row for row, view in enumerate(self._rows) if view.destination.id == destination_id), -1)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        view = self._rows[index.row()]
        if role == VIEW_ROLE:
            return view
        if role == Qt.ItemDataRole.DisplayRole:
            return view.destination.plan.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{view.destination.plan.path}, {words.state(view)[1]}, {words.reason(view)}"
        return None
