"""The last runs as a table: when, by whom, what went. Counts only."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.domain.retention_run import RetentionRun
from desktop.ui import texts
from desktop.ui.look import tokens
from desktop.ui.retention import words
from desktop.ui.widgets.basic import column
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.table import ROOT, HeadedModel, Index, prepare_table

BEGUN, WHO, WENT, REMARKS = range(4)


class RunsModel(HeadedModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs: list[RetentionRun] = []
        self._headers = (self.tr("Begun"), self.tr("Started"), self.tr("What went"), self.tr("Remarks"))

    def set_runs(self, runs: list[RetentionRun]) -> None:
        self.beginResetModel()
        self._runs = runs
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._runs)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        run = self._runs[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if index.column() == BEGUN:
                return texts.moment(run.begun_at)
            return (words.who, words.counts, words.remarks)[index.column() - WHO](run)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == REMARKS:
            return QColor(tokens().attention if run.waits else tokens().muted)
        return None


class RunsPanel(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RunsModel(self)
        self.table = QTableView()
        widths = {BEGUN: 190, WHO: 130, REMARKS: 400}
        prepare_table(self.table, self.model, self.tr("Runs"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(WENT, QHeaderView.ResizeMode.Stretch)
        self._stack = QStackedLayout()
        never = EmptyState("activity", self.tr("No run yet"), self.tr("The first one begins when the desk is opened."))
        for widget in (EmptyState("activity", self.tr("Loading ..."), ""), never, self.table):
            self._stack.addWidget(widget)
        self._never = never
        self.setLayout(column(self._stack))

    def show_runs(self, runs: list[RetentionRun]) -> None:
        self.model.set_runs(runs)
        self._stack.setCurrentWidget(self.table if runs else self._never)
