"""Rows of texts with the thing they stand for, for the small tables of this page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTableView

from desktop.ui.look import look, tokens
from desktop.ui.widgets.table import ROOT, HeadedModel, Index, prepare_table

T = TypeVar("T")


class RowsModel(HeadedModel, Generic[T]):
    """Read-only. `cells` gives the texts of a row, `faded` whether it is over and done with."""

    def __init__(
        self,
        headers: Sequence[str],
        cells: Callable[[T], Sequence[str]],
        faded: Callable[[T], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._cells = cells
        self._faded = faded
        self.rows: list[T] = []
        self._texts: list[Sequence[str]] = []
        look().changed.connect(self.layoutChanged)

    def set_rows(self, rows: Sequence[T]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._texts = [self._cells(row) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._texts[index.row()][index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and self._faded(self.rows[index.row()]):
            return QColor(tokens().muted)
        return None


def table(model: RowsModel[T], title: str, widths: Sequence[int]) -> QTableView:
    """A table over the model; `widths` of the columns but the last, which takes what is left."""
    made = QTableView()
    prepare_table(made, model, title, dict(enumerate(widths)), row_height=42)
    made.horizontalHeader().setStretchLastSection(True)
    return made
