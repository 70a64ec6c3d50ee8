"""The page Requests: the board sorted by days left, one request with its history and next steps beside it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.requests import Lane
from desktop.services.desk import Desk
from desktop.services.requests import RequestView
from desktop.ui.errors import error_text
from desktop.ui.requests import words
from desktop.ui.requests.actions import RequestActions
from desktop.ui.requests.details import RequestPanel
from desktop.ui.requests.model import DUE, KIND, LEFT, PERSON, RECEIVED, WHO, BoardModel
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.segments import Segments
from desktop.ui.widgets.table import prepare_table

_ALL = "open"
_ROOMY = 1300  # px that all columns need beside the panel
_TIGHT = 1000  # px below which the days that are left must do


class RequestsPage(QWidget):
    """For privacy officers. Everything from the vault comes through workers."""

    wants_person = Signal(str)  # PersonId

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._views: list[RequestView] = []
        self._wanted = ""  # the request to be shown next
        self.setAccessibleName(self.tr("Requests"))
        self.model = BoardModel(self)
        self.table = QTableView()
        self.panel = RequestPanel()
        self.notice = Notice()
        self.acts = RequestActions(desk, tasks, self)
        self._count = label("", "muted")
        self.new_button = button(self.tr("New request"), self.acts.ask_new, look="primary", icon="add")
        self.held_button = button(self.tr("Is anything held?"), lambda: self.acts.ask_find(None), icon="search")
        self.days_button = button(self.tr("Days off ..."), self.acts.ask_days_off)
        lanes = [(lane.value, words.said(words.LANES[lane]), "", "") for lane in Lane]
        self.lanes: Segments[str] = Segments(self.tr("Which requests"), [(_ALL, self.tr("All open"), "", ""), *lanes])
        self._build()
        self._connect(events)

    def _build(self) -> None:
        widths = {LEFT: 130, KIND: 170, RECEIVED: 116, DUE: 116, WHO: 140}
        prepare_table(self.table, self.model, self.tr("Requests"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(PERSON, QHeaderView.ResizeMode.Stretch)
        top = bar(
            label(self.tr("Requests"), "title"), self._count, None, self.days_button, self.held_button, self.new_button
        )
        self._nothing = EmptyState(
            "consent",
            self.tr("Nobody has asked for anything yet"),
            self.tr("Register a request on the day it comes in: the legal clock runs from then."),
        )
        self._nothing.offer(self.tr("New request"), self.acts.ask_new, icon="add")
        self._no_hit = EmptyState("check", self.tr("Nothing here"), self.tr("No request is in this part of the board."))
        body = row(self.table, self.panel, gap=16)
        body.setStretch(0, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        for widget in (EmptyState("consent", self.tr("Loading ..."), ""), self._nothing, self._no_hit, self._filled):
            self._stack.addWidget(widget)
        content = column(row(self.lanes, None), self.notice, holding(self._stack), gap=12, margins=(16, 16, 16, 16))
        content.setStretch(2, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self.lanes.changed.connect(lambda _lane: self._fill())
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.panel.wants.connect(self._on_step)
        self.acts.registered.connect(self._on_registered)
        self.acts.wants_person.connect(self.wants_person)
        for changed in (events.requests_changed, events.people_changed, events.settings_changed):
            changed.connect(self.reload)
        for keys, act in (("F5", self.reload), ("Ctrl+N", self.acts.ask_new)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.table if self._views else self.new_button).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for section in (RECEIVED, WHO):  # the panel says both
            self.table.setColumnHidden(section, self.width() < _ROOMY)
        self.table.setColumnHidden(DUE, self.width() < _TIGHT)

    def reload(self) -> None:
        """Ask the vault anew."""
        if self.isVisible():
            self._tasks.run(lambda _: self._desk.requests.board(), self._on_board, self._on_failed, owner=self)

    def _on_board(self, views: list[RequestView]) -> None:
        self.notice.clear()
        self._views = views
        open_ones = sum(1 for each in views if each.lane is not Lane.CLOSED)
        self._count.setText(QLocale().toString(open_ones) if views else "")
        self._count.setAccessibleName(self.tr("Open requests: {count}").format(count=open_ones))
        self._fill()

    def _fill(self) -> None:
        chosen = self.lanes.value()
        before = self._wanted or (self.panel.view.request.id if self.panel.view is not None else "")
        self.model.show(self._views, None if chosen == _ALL else Lane(chosen))
        self._wanted = ""
        nothing = self._no_hit if self._views else self._nothing
        self._stack.setCurrentWidget(self._filled if self.model.rowCount() else nothing)
        line = max(0, self.model.line_of(before))
        if self.model.rowCount():
            self.table.selectRow(line)
        self.panel.show_view(self.model.view(line))

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        self.panel.show_view(self.model.view(index.row()) if index.isValid() else None)

    def _on_step(self, step: str) -> None:
        if self.panel.view is not None:
            self.acts.do(step, self.panel.view)

    def _on_registered(self, request_id: str) -> None:
        self._wanted = request_id
        self.lanes.choose(_ALL)
        self.reload()

    def _on_failed(self, error: ConsentryError) -> None:
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)
