"""Legal holds as a table, with what can be done about one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.services.holds import HoldView
from desktop.ui import texts
from desktop.ui.look import tokens
from desktop.ui.retention import words
from desktop.ui.widgets.basic import button, column, holding, label, row
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.table import ROOT, HeadedModel, Index, prepare_table

ON, REASON, OWNER, UNTIL = range(4)


class HoldsModel(HeadedModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.views: list[HoldView] = []
        self._headers = (self.tr("On"), self.tr("Reason"), self.tr("Owner"), self.tr("Until"))

    def set_views(self, views: list[HoldView]) -> None:
        self.beginResetModel()
        self.views = views
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.views)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        view = self.views[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(view, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and not view.in_force:
            return QColor(tokens().muted)
        return None

    def _text(self, view: HoldView, column: int) -> str:
        hold = view.hold
        if column == ON:
            return view.name if hold.category is None else words.category(hold.category)
        if column == REASON:
            return hold.reason
        if column == OWNER:
            return hold.owner
        if hold.released_at is not None:
            return self.tr("released {day}").format(day=texts.day(hold.released_at))
        return texts.day(hold.ends_at) if view.in_force else self.tr("ended {day}").format(day=texts.day(hold.ends_at))


class HoldsPanel(QWidget):
    """`wants_place` and `wants_release` say what the officer asked for."""

    wants_place = Signal()
    wants_release = Signal(object)  # HoldView

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = HoldsModel(self)
        self.table = QTableView()
        widths = {ON: 210, OWNER: 190, UNTIL: 170}
        prepare_table(self.table, self.model, self.tr("Legal holds"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        self.place = button(self.tr("Place hold ..."), self.wants_place.emit, look="primary", icon="add")
        self.release = button(self.tr("Release ..."), self._release)
        hint = label(
            self.tr("A hold stops erasure and retention. It never lets anybody be recognised again."),
            "muted",
            wrap=True,
        )
        self._nothing = EmptyState(
            "lock", self.tr("No legal hold"), self.tr("Place one where the law forbids that something is deleted now.")
        )
        self._nothing.offer(self.tr("Place hold ..."), self.wants_place.emit, icon="add")
        self._stack = QStackedLayout()
        for widget in (EmptyState("lock", self.tr("Loading ..."), ""), self._nothing, self.table):
            self._stack.addWidget(widget)
        head = row(hint, self.release, self.place, gap=12)
        head.setStretch(0, 1)
        layout = column(head, holding(self._stack), gap=12)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.table.selectionModel().currentRowChanged.connect(self._on_current)
        self._on_current(QModelIndex())

    def show_views(self, views: list[HoldView]) -> None:
        self.model.set_views(views)
        self.place.setVisible(bool(views))
        self.release.setVisible(bool(views))
        self._stack.setCurrentWidget(self.table if views else self._nothing)
        if views:
            self.table.selectRow(0)
        self._on_current(self.table.currentIndex())

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        self.release.setEnabled(index.isValid() and self.model.views[index.row()].in_force)

    def _release(self) -> None:
        self.wants_release.emit(self.model.views[self.table.currentIndex().row()])
