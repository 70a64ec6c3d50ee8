"""The page Consent: the register with filters on the left, one person's history and what can be done on the right."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.consent_register import PersonConsents, RegisterEntry
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.purposes import PurposeKey
from desktop.services.desk import Desk
from desktop.ui.capture.opening import CaptureOpener
from desktop.ui.consent.actions import ConsentActions
from desktop.ui.consent.details import ConsentDetails
from desktop.ui.consent.filters import ConsentFilters
from desktop.ui.consent.model import NOTICE, PERSON, PURPOSE, SINCE, STATE, UNTIL, RegisterModel
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.table import prepare_table

_ROOMY = 1150  # px that all columns need beside the details
_SETTLE_MS = 250  # several changes of the filter become one question


class ConsentPage(QWidget):
    """For privacy officers. Everything from the vault comes through workers."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._titles: dict[PurposeKey, str] = {}
        self._refused = False  # the vault did not answer: the notice says so until it does
        self._asking: TaskHandle[PersonConsents] | None = None
        self.setAccessibleName(self.tr("Consent"))
        self.filters = ConsentFilters()
        self.model = RegisterModel(desk.consents, tasks, self)
        self.table = QTableView()
        self.details = ConsentDetails()
        self.notice = Notice()
        self.busy = BusyRow()
        self.acts = ConsentActions(desk, tasks, self.busy, self.notice, self)
        self._opener = CaptureOpener(desk, tasks, events, self._on_renewed, self)
        self._count = label("", "muted")
        self.refresh_button = button(self.tr("Refresh"), self.reload, icon="refresh")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect(events)

    def _build(self) -> None:
        self._build_table()
        top = bar(label(self.tr("Consent"), "title"), self._count, None, self.refresh_button)
        self._nothing = EmptyState(
            "consent",
            self.tr("No consent is on record yet"),
            self.tr("Whoever agrees at the desk appears here, with what for, since when and until when."),
        )
        self._no_hit = EmptyState(
            "search", self.tr("Nothing fits these filters"), self.tr("Choose another state, purpose or name.")
        )
        self._no_hit.offer(self.tr("Clear filters"), self.filters.reset)
        body = row(self.table, self.details, gap=16)
        body.setStretch(0, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        for widget in (EmptyState("consent", self.tr("Loading ..."), ""), self._nothing, self._no_hit, self._filled):
            self._stack.addWidget(widget)
        content = column(self.filters, self.notice, self.busy, holding(self._stack), gap=12, margins=(16, 16, 16, 16))
        content.setStretch(3, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _build_table(self) -> None:
        widths = {PURPOSE: 176, STATE: 112, SINCE: 124, UNTIL: 124, NOTICE: 90}
        prepare_table(self.table, self.model, self.tr("Consents"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(PERSON, QHeaderView.ResizeMode.Stretch)

    def _connect(self, events: DeskEvents) -> None:
        self._settle.timeout.connect(self.reload)
        self.filters.changed.connect(self._settle.start)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_load_failed)
        self.model.arrived.connect(self._on_arrived)
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.details.wants_withdraw.connect(self.acts.ask_withdraw)
        self.details.wants_restrict.connect(self.acts.ask_restrict)
        self.details.wants_lift.connect(self.acts.ask_lift)
        self.details.wants_renew.connect(lambda entry: self._opener.ask_again(entry.person_id))
        self.details.wants_own.connect(self.acts.show_own)
        events.people_changed.connect(self._settle.start)
        for keys, act in (("F5", self.reload), ("Ctrl+F", self.filters.name.setFocus)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.filters.view.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for section in (SINCE, NOTICE):  # the history says both
            self.table.setColumnHidden(section, self.width() < _ROOMY)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def reload(self) -> None:
        """Ask the vault anew, for the register and for the purposes to filter by."""
        self._settle.stop()
        if self.isVisible():
            language = QLocale().name()[:2]
            self._tasks.run(
                lambda _: self._desk.consents.purpose_titles(language),
                self._on_titles,
                self._on_load_failed,
                owner=self,
            )
            self.model.find(self.filters.wanted())

    def _on_titles(self, titles: dict[PurposeKey, str]) -> None:
        if titles != self._titles:
            self._titles = titles
            self.model.titles = titles
            self.acts.titles = titles
            self.filters.set_purposes(titles)

    def _on_loaded(self) -> None:
        if self._refused:
            self._refused = False
            self.notice.clear()
        total = self.model.total
        self._count.setText(QLocale().toString(total) if total else "")
        self._count.setAccessibleName(self.tr("Entries found: {count}").format(count=total))
        nothing = self._no_hit if self.filters.wanted().narrow else self._nothing
        self._stack.setCurrentWidget(self._filled if total else nothing)
        self._show(None)
        if total:
            self.table.selectRow(0)

    def _on_load_failed(self, error: ConsentryError) -> None:
        self._refused = True
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)

    def _on_renewed(self, _person_id: PersonId) -> None:
        self.notice.say(self.tr("The consent is renewed."), Tone.GOOD)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        self._show(self.model.row(index.row()) if index.isValid() else None)

    def _on_arrived(self, first: int, last: int) -> None:
        current = self.table.currentIndex()
        if current.isValid() and first <= current.row() <= last:
            self._on_current(current)

    def _show(self, entry: RegisterEntry | None) -> None:
        """Show an entry at once, and its history when it is there."""
        if self._asking is not None:
            self._asking.forget()
            self._asking = None
        self.details.show_entry(entry, self._titles)
        if entry is None:
            return
        consents, archive_id = self._desk.consents, entry.archive_id
        self._asking = self._tasks.run(
            lambda _: (
                consents.history(entry.person_id) if archive_id is None else consents.archived_history(archive_id)
            ),
            lambda told: self.details.show_history(told, self._titles),
            self._on_load_failed,
            owner=self,
        )
