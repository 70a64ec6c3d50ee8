"""The page Activity: who was seen where and when, newest first."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.permissions import Permission
from desktop.domain.sightings import SightingFilter
from desktop.services.activity import SightingRow
from desktop.services.desk import Desk
from desktop.ui.activity.filters import FilterBar
from desktop.ui.activity.model import CAMERA, PERSON, RESULT, SCORE, STAY, TIME, SightingsModel
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import bar, button, column, holding, label
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.table import prepare_table

_SETTLE_MS = 250  # several changes of the filter become one question
_FOLLOW_MS = 2000  # new sightings show up at most this late


class ActivityPage(QWidget):
    """Asks the vault in a worker, after every change of the filter and while new sightings arrive."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._asking: TaskHandle[list[SightingRow]] | None = None
        self._asked = SightingFilter()
        self.setAccessibleName(self.tr("Activity"))
        self.filters = FilterBar(desk.people, tasks, today_only=not desk.access.allows(Permission.ACTIVITY))
        self.model = SightingsModel(self)
        self.table = QTableView()
        self.notice = Notice()
        self.busy = BusyRow()
        self._count = label("", "muted")
        self.refresh_button = button(self.tr("Refresh"), self.reload, icon="refresh")
        self._settle = self._timer(_SETTLE_MS)
        self._follow = self._timer(_FOLLOW_MS)
        self._build()
        self._connect(events)

    def _timer(self, interval: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(self.reload)
        return timer

    def _build(self) -> None:
        self._build_table()
        top = bar(label(self.tr("Activity"), "title"), self._count, None, self.refresh_button)
        self._nothing = EmptyState(
            "activity",
            self.tr("Nothing has been seen yet"),
            self.tr("As soon as somebody passes a running camera, time and place appear here. No picture is kept."),
        )
        self._no_hit = EmptyState("search", self.tr("Nothing fits these filters"), self.tr("Choose a longer time."))
        self._no_hit.offer(self.tr("Clear filters"), self.filters.reset)
        self._stack = QStackedLayout()
        for widget in (EmptyState("activity", self.tr("Loading ..."), ""), self._nothing, self._no_hit, self.table):
            self._stack.addWidget(widget)
        content = column(self.filters, self.notice, self.busy, holding(self._stack), gap=12, margins=(16, 16, 16, 16))
        content.setStretch(3, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _build_table(self) -> None:
        widths = {TIME: 210, RESULT: 160, CAMERA: 180, STAY: 100, SCORE: 150}
        prepare_table(self.table, self.model, self.tr("Sightings, newest first"), widths, row_height=42)
        self.table.horizontalHeader().setSectionResizeMode(PERSON, QHeaderView.ResizeMode.Stretch)
        self.table.setIconSize(QSize(16, 16))

    def _connect(self, events: DeskEvents) -> None:
        self.filters.changed.connect(self._settle.start)
        self.busy.cancelled.connect(self._stop)
        events.sightings_added.connect(self._on_added)
        events.people_changed.connect(self._on_added)
        events.cameras_changed.connect(self._load_cameras)
        again = QShortcut(QKeySequence("F5"), self)
        again.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.activated.connect(self.reload)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.filters.span.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._load_cameras()
        self.reload()

    def reload(self) -> None:
        """Ask the vault anew; an answer still under way is dropped."""
        self._settle.stop()
        self._follow.stop()
        if self._asking is not None:
            self._asking.forget()
        wanted = self._asked = self.filters.wanted()
        self.busy.begin(self.tr("Reading sightings ..."))
        self._asking = self._tasks.run(
            lambda _: self._desk.activity.list(wanted), self._on_loaded, self._on_failed, owner=self
        )

    def _load_cameras(self) -> None:
        if self.isVisible():
            self._tasks.run(lambda _: self._desk.activity.cameras(), self.filters.set_cameras, owner=self)

    def _on_added(self, _count: int = 0) -> None:
        if self.isVisible() and not self._follow.isActive():
            self._follow.start()

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.forget()
            self._asking = None
        self.busy.end()

    def _on_loaded(self, rows: list[SightingRow]) -> None:
        self._asking = None
        self.busy.end()
        self.notice.clear()
        self._show(rows)
        full = len(rows) >= self._asked.limit
        if full:
            words = self.tr("Only the newest {count} are shown. Choose a shorter time to see older ones.")
            self.notice.say(words.format(count=len(rows)))
        count = self.tr("newest {count}") if full else "{count}"
        self._count.setText(count.format(count=len(rows)) if rows else "")
        nothing = self._no_hit if self.filters.narrowed else self._nothing
        self._stack.setCurrentWidget(self.table if rows else nothing)

    def _show(self, rows: list[SightingRow]) -> None:
        """New rows, with the chosen one still chosen and the scroll bar where it was."""
        current = self.table.currentIndex()
        chosen = self.model.row(current.row()).sighting.id if current.isValid() else None
        place = self.table.verticalScrollBar().value()
        self.model.set_rows(rows)
        self.table.verticalScrollBar().setValue(place)
        line = next((number for number, shown in enumerate(rows) if shown.sighting.id == chosen), -1)
        if line >= 0:
            self.table.selectRow(line)

    def _on_failed(self, error: ConsentryError) -> None:
        self._asking = None
        self.busy.end()
        text = error_text(error)
        self.notice.say(text.whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)
