"""The page Audit: the log with filters, its verification, its export and the sheet for the safe."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.audit_sheet import SheetPrinter
from desktop.domain.audit_verdict import Verdict
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.services.desk import Desk
from desktop.ui.audit.details import EntryDetails
from desktop.ui.audit.filters import AuditFilters
from desktop.ui.audit.model import ABOUT, ACTION, NUMBER, TIME, WHO, AuditModel
from desktop.ui.audit.note_dialog import NoteDialog
from desktop.ui.audit.sheet import QtSheetPrinter
from desktop.ui.audit.verdict import VerdictCard
from desktop.ui.errors import error_text, show_error
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file
from desktop.ui.widgets.table import prepare_table

_ROOMY = 1000  # px that all columns need beside the details
_SETTLE_MS = 250  # several changes of the filter become one question


class AuditPage(QWidget):
    """For privacy officers. Everything from the vault comes through workers."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        events: DeskEvents,
        printer: SheetPrinter | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._printer = printer or QtSheetPrinter()
        self._refused = False  # the vault did not answer: the notice says so until it does
        self._working: TaskHandle[Verdict] | TaskHandle[None] | None = None
        self.setAccessibleName(self.tr("Audit"))
        self.filters = AuditFilters(desk.people, tasks)
        self.model = AuditModel(desk.audit, tasks, self)
        self.table = QTableView()
        self.details = EntryDetails()
        self.break_notice = Notice()
        self.notice = Notice()
        self.verdict = VerdictCard()
        self.busy = BusyRow()
        self._count = label("", "muted")
        self.refresh_button = button(self.tr("Refresh"), self.reload, icon="refresh")
        self.sheet_button = button(self.tr("Anchor sheet ..."), self.make_sheet)
        self.export_button = button(self.tr("Export ..."), self.export)
        self.verify_button = button(self.tr("Verify"), self.verify, look="primary", icon="shield")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect(events)

    def _build(self) -> None:
        self._build_table()
        top = bar(
            label(self.tr("Audit"), "title"),
            self._count,
            None,
            self.refresh_button,
            self.sheet_button,
            self.export_button,
            self.verify_button,
        )
        self._nothing = EmptyState(
            "audit", self.tr("Nothing was recorded yet"), self.tr("Whatever is done at this desk appears here.")
        )
        self._no_hit = EmptyState("search", self.tr("Nothing fits these filters"), self.tr("Choose a longer time."))
        self._no_hit.offer(self.tr("Clear filters"), self.filters.reset)
        body = row(self.table, self.details, gap=16)
        body.setStretch(0, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        for widget in (EmptyState("audit", self.tr("Loading ..."), ""), self._nothing, self._no_hit, self._filled):
            self._stack.addWidget(widget)
        content = column(
            self.break_notice,
            self.verdict,
            self.filters,
            self.notice,
            self.busy,
            holding(self._stack),
            gap=12,
            margins=(16, 16, 16, 16),
        )
        content.setStretch(5, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _build_table(self) -> None:
        widths = {TIME: 155, WHO: 135, ABOUT: 125, NUMBER: 70}
        prepare_table(self.table, self.model, self.tr("Audit entries, newest first"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(ACTION, QHeaderView.ResizeMode.Stretch)

    def _connect(self, events: DeskEvents) -> None:
        self._settle.timeout.connect(self.reload)
        self.filters.changed.connect(self._settle.start)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_load_failed)
        self.model.arrived.connect(self._on_arrived)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.details.wants_object.connect(self.filters.show_object)
        self.details.wants_actor.connect(self.filters.show_actor)
        self.busy.cancelled.connect(self._stop)
        events.health_changed.connect(self._show_break)
        again = QShortcut(QKeySequence("F5"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.reload)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.filters.span.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for section in (ABOUT, NUMBER):  # the details say both
            self.table.setColumnHidden(section, self.width() < _ROOMY)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_break()
        self.reload()

    def reload(self) -> None:
        """Ask the vault anew, for the entries and for whom to filter by."""
        self._settle.stop()
        if self.isVisible():
            self.model.find(self.filters.wanted())
            self._tasks.run(
                lambda _: self._desk.audit.actors(), self.filters.set_actors, self._on_load_failed, owner=self
            )

    def verify(self) -> None:
        """Check the whole log; the verdict appears above the list."""
        self._begin(self.tr("Checking every entry and signature ..."))
        self._working = self._tasks.run(
            self._desk.audit.verify, self._on_verdict, self._on_failed, self.busy.advance, owner=self
        )

    def export(self) -> None:
        """Ask for a file and write the whole log to it."""
        name = f"consentry-audit-{datetime.now(UTC):%Y-%m-%d}.jsonl"
        ask_new_file(self, self.tr("Export the audit log"), name, self.export_to)

    def export_to(self, path: str) -> None:
        self._begin(self.tr("Writing the audit log ..."))
        said = self.tr("The audit log was written to {path}. “consentry audit verify” checks it anywhere.")
        self._working = self._tasks.run(
            lambda progress: self._desk.audit.export(Path(path), progress),
            lambda _: self._on_written(said.format(path=path)),
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def make_sheet(self) -> None:
        """Ask for a file and write this month's anchor sheet to it, as PDF."""
        name = f"consentry-anchor-{datetime.now(UTC):%Y-%m}.pdf"
        ask_new_file(self, self.tr("Save the anchor sheet"), name, self.make_sheet_at)

    def make_sheet_at(self, path: str) -> None:
        self._begin(self.tr("Drawing the anchor sheet ..."))
        said = self.tr("The anchor sheet was written to {path}. Print it and keep it away from this computer.")
        audit, printer = self._desk.audit, self._printer
        self._working = self._tasks.run(
            lambda _: audit.write_sheet(datetime.now(UTC), Path(path), printer),
            lambda _: self._on_written(said.format(path=path)),
            self._on_failed,
            owner=self,
        )

    def _begin(self, text: str) -> None:
        self.notice.clear()
        for act in (self.verify_button, self.export_button, self.sheet_button):
            act.setEnabled(False)
        self.busy.begin(text)

    def _end(self) -> None:
        self._working = None
        for act in (self.verify_button, self.export_button, self.sheet_button):
            act.setEnabled(True)
        self.busy.end()

    def _stop(self) -> None:
        if self._working is not None:
            self._working.cancel()

    def _on_verdict(self, verdict: Verdict) -> None:
        self._end()
        self.verdict.say(verdict)
        self.reload()

    def _on_written(self, text: str) -> None:
        self._end()
        self.notice.say(text, Tone.GOOD)
        self.reload()

    def _on_failed(self, error: ConsentryError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            show_error(error, self.window())

    def _on_loaded(self) -> None:
        if self._refused:
            self._refused = False
            self.notice.clear()
        total = self.model.total
        self._count.setText(QLocale().toString(total) if total else "")
        self._count.setAccessibleName(self.tr("Entries found: {count}").format(count=total))
        nothing = self._no_hit if self.filters.wanted().narrow else self._nothing
        self._stack.setCurrentWidget(self._filled if total else nothing)
        self.details.show_row(None)
        if total:
            self.table.selectRow(0)

    def _on_load_failed(self, error: ConsentryError) -> None:
        self._refused = True
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        self.details.show_row(self.model.row(index.row()) if index.isValid() else None)

    def _on_arrived(self, first: int, last: int) -> None:
        current = self.table.currentIndex()
        if current.isValid() and first <= current.row() <= last:
            self._on_current(current)

    def _show_break(self) -> None:
        """A break stays in sight until somebody has taken note of it."""
        broken = self._desk.audit.broken
        if broken is None:
            self.break_notice.clear()
            return
        text = error_text(broken).whole
        self.break_notice.say(text, Tone.DANGER, action=self.tr("Take note ..."), clicked=self._ask_note)

    def _ask_note(self) -> None:
        NoteDialog(self.window(), self._take_note).open()

    def _take_note(self, reason: str) -> None:
        self._tasks.run(
            lambda _: self._desk.audit.acknowledge(reason), lambda _: self.reload(), self._on_failed, owner=self
        )
