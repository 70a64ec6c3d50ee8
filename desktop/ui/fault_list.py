"""The program's own faults, part of “About this desk”: what they hold, where they lie, and a way to delete them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.crash_reports import CrashReport, CrashReports
from desktop.ui import texts
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, label, row

_MOST_LINES = 4


class FaultList(QWidget):
    """Reads the reports in a worker; whoever sees the list has been told of them (`seen`)."""

    seen = Signal()

    def __init__(self, reports: CrashReports, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reports = reports
        self._tasks = tasks
        self.words = label(self.tr("Being read ..."), "muted", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Faults of the program"))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.hide()
        self.open_folder = button(self.tr("Open the folder"), self._open_folder, icon="folder")
        self.delete = button(self.tr("Delete the reports"), self._delete, icon="remove")
        self.open_folder.hide()
        self.delete.hide()
        self.setLayout(
            column(
                label(self.tr("Faults of the program"), "caption"),
                self.words,
                self.list,
                4,
                row(self.open_folder, self.delete, None, gap=12),
                gap=6,
            )
        )
        self._read()

    def _read(self) -> None:
        def read(_: object) -> list[CrashReport]:
            found = self._reports.list()
            self._reports.mark_seen()
            return found

        self._tasks.run(read, self._show, self._failed, owner=self)

    def _show(self, reports: Sequence[CrashReport]) -> None:
        self.list.clear()
        for report in reports:
            item = QListWidgetItem(self._line(report), self.list)
            item.setToolTip("\n".join((*report.kinds, *report.at)))
        line = self.list.sizeHintForRow(0) if reports else 0
        self.list.setFixedHeight(line * min(len(reports), _MOST_LINES) + 2 * self.list.frameWidth() + 4)
        for part in (self.list, self.open_folder, self.delete):
            part.setVisible(bool(reports))
        self.words.setText(
            self.tr(
                "Each report says where in the program something went wrong and how often. It holds no names, pictures "
                "or texts of yours. Nothing is sent by itself: give the files to whoever helps you, if you like."
            )
            if reports
            else self.tr("The program has met none on this computer.")
        )
        self.updateGeometry()
        self.seen.emit()

    def _line(self, report: CrashReport) -> str:
        place = report.at[-1] if report.at else report.event
        words = self.tr("{last}: {kind} at {place}, times: {count}")
        return words.format(
            kind=report.kinds[0] if report.kinds else report.event,
            place=place,
            count=report.count,
            last=texts.moment(datetime.fromisoformat(report.last)),
        )

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._reports.folder)))

    def _delete(self) -> None:
        self._tasks.run(lambda _: self._reports.delete(), lambda _: self._read(), self._failed, owner=self)

    def _failed(self, error: ConsentryError) -> None:
        self.words.setText(error_text(error).whole)
