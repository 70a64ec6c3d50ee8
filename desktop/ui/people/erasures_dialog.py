"""Erasures that were done, for whoever asks for a certificate later: no name stands anywhere here."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QTableView, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.erasure import SignedErasure
from desktop.domain.errors import ConsentryError
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.errors import show_error
from desktop.ui.people import erase_texts
from desktop.ui.people.certificate_bar import CertificateBar
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.table import ROOT, HeadedModel, Index, prepare_table

_WIDTH: Final = 900
_ROWS: Final = 340


class _Erasures(HeadedModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._headers = (self.tr("Finished"), self.tr("Erased"), self.tr("Why"), self.tr("State"), self.tr("Number"))
        self._rows: list[SignedErasure] = []

    def fill(self, rows: list[SignedErasure]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def erasure(self, line: int) -> SignedErasure | None:
        return self._rows[line] if 0 <= line < len(self._rows) else None

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        result = self._rows[index.row()].result
        amount = erase_texts.subjects(result.kind, QLocale().toString(len(result.subjects)))
        state = self.tr("complete") if result.complete else self.tr("incomplete")
        said = (texts.moment(result.ended_at), amount, erase_texts.reason(result.reason), state, result.id)
        return said[index.column()]


class ErasuresDialog(Dialog):
    """The newest 200, and the certificate of the one that is chosen."""

    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget) -> None:
        super().__init__(self.tr("Erasures"), parent)
        self.model = _Erasures(self)
        self.table = QTableView()
        widths = {0: 160, 1: 110, 2: 180, 3: 100}
        prepare_table(self.table, self.model, self.tr("Erasures"), widths, row_height=34)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setMinimumHeight(_ROWS)
        self.certificate = CertificateBar(desk.certificates, tasks)
        lead = self.tr("No name stands here: the number on the person's certificate tells which one is theirs.")
        self.lead = label(lead, "muted", wrap=True)
        self.close_button = button(self.tr("Close"), self.accept, look="primary")
        body = column(label(self.tr("Erasures"), "heading"), self.lead, self.table, self.certificate, gap=14)
        self.fill(body, row(None, self.close_button, gap=12))
        self.table.selectionModel().currentRowChanged.connect(self._on_chosen)
        self.fit(_WIDTH)
        tasks.run(lambda _: desk.erasures.results(), self._on_read, self._on_failed, owner=self)

    def _on_read(self, found: list[SignedErasure]) -> None:
        self.model.fill(found)
        if found:
            self.table.selectRow(0)
        else:
            self.lead.setText(self.tr("Nothing has been erased yet."))

    def _on_chosen(self, index: Index) -> None:
        self.certificate.show_erasure(self.model.erasure(index.row()), "")

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self)
