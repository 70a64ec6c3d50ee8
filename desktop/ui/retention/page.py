"""The page Retention: what goes in the next 30 days and why, legal holds, the rules, and the last runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.retention import Rule
from desktop.domain.retention_run import RetentionRun
from desktop.services.desk import Desk
from desktop.services.holds import HoldView
from desktop.services.retention_clock import ClockState
from desktop.ui.errors import error_text
from desktop.ui.retention import words
from desktop.ui.retention.forecast import ForecastPanel
from desktop.ui.retention.hold_dialog import HoldDialog, HoldDraft
from desktop.ui.retention.holds import HoldsPanel
from desktop.ui.retention.rules import RulesPanel
from desktop.ui.retention.runs import RunsPanel
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.reason_dialog import ReasonDialog, ReasonWords
from desktop.ui.widgets.segments import Segments

DAYS = 30
_SETTLE_MS = 250  # several changes become one question


class Part(StrEnum):
    FORECAST = "forecast"
    NOW = "now"  # a dry run
    HOLDS = "holds"
    RULES = "rules"
    RUNS = "runs"


@dataclass(frozen=True, slots=True)
class _Loaded:
    holds: list[HoldView]
    rules: list[Rule]
    runs: list[RetentionRun]


class RetentionPage(QWidget):
    """For privacy officers. Everything from the vault comes through workers."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._stale = True
        self._refused: set[str] = set()  # what the vault did not answer: the notice says so until it does
        self._running: TaskHandle[RetentionRun] | None = None
        self.setAccessibleName(self.tr("Retention"))
        self.parts = Segments(
            self.tr("What is shown"),
            [
                (Part.FORECAST, self.tr("Next 30 days"), "", ""),
                (Part.NOW, self.tr("Dry run"), self.tr("What a run would delete now"), ""),
                (Part.HOLDS, self.tr("Holds"), "", ""),
                (Part.RULES, self.tr("Rules"), "", ""),
                (Part.RUNS, self.tr("Last runs"), "", ""),
            ],
        )
        self.forecast = ForecastPanel(desk.retention, tasks)
        self.holds = HoldsPanel()
        self.rules = RulesPanel(desk.settings.current)
        self.runs = RunsPanel()
        self.notice = Notice()
        self.busy = BusyRow()
        self.run_button = button(self.tr("Run now ..."), self.ask_run, look="primary", icon="play")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._connect(events)

    def _build(self) -> None:
        top = bar(label(self.tr("Retention"), "title"), None, self.run_button)
        self._stack = QStackedLayout()
        for panel in (self.forecast, self.holds, self.rules, self.runs):
            self._stack.addWidget(panel)
        content = column(
            row(self.parts, None), self.notice, self.busy, holding(self._stack), gap=12, margins=(16, 16, 16, 16)
        )
        content.setStretch(3, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self.parts.changed.connect(lambda _part: self._show_part())
        self.forecast.model.loaded.connect(self._on_forecast)
        self.forecast.model.failed.connect(lambda error: self._on_failed_to_load("forecast", error))
        self.holds.wants_place.connect(self.ask_hold)
        self.holds.wants_release.connect(self.ask_release)
        self.rules.wants_save.connect(self._save)
        self.busy.cancelled.connect(self._cancel)
        self._settle.timeout.connect(self.reload)
        for changed in (
            events.people_changed,
            events.retention_changed,
            events.settings_changed,
            events.notices_changed,
        ):
            changed.connect(self._on_changed)
        for keys, act in (("F5", self.reload), ("Ctrl+N", self.ask_hold)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.parts.button(self.parts.value()).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def reload(self) -> None:
        """Read everything in sight anew, in workers."""
        self._stale = False
        desk = self._desk
        self._tasks.run(
            lambda _: _Loaded(desk.holds.list(), desk.retention.rules(), desk.retention.runs()),
            self._on_loaded,
            lambda error: self._on_failed_to_load("rest", error),
            owner=self,
        )
        if self._forecasting:
            self.forecast.show_days(self._days)

    @property
    def _forecasting(self) -> bool:
        return self.parts.value() in (Part.FORECAST, Part.NOW)

    @property
    def _days(self) -> int:
        return DAYS if self.parts.value() is Part.FORECAST else 0

    def _show_part(self) -> None:
        panels = {Part.HOLDS: self.holds, Part.RULES: self.rules, Part.RUNS: self.runs}
        self._stack.setCurrentWidget(panels.get(self.parts.value(), self.forecast))
        if self._forecasting:
            self.forecast.show_days(self._days)

    def _on_changed(self) -> None:
        if self.isVisible():
            self._settle.start()
        else:
            self._stale = True

    def _on_loaded(self, loaded: _Loaded) -> None:
        self._answered("rest")
        self.holds.show_views(loaded.holds)
        self.rules.show_rules(loaded.rules, self._desk.settings.current)
        self.runs.show_runs(loaded.runs)

    def _on_forecast(self) -> None:
        self._answered("forecast")
        if self.forecast.model.forecast.clock is not ClockState.GOOD:
            self.notice.say(
                self.tr("The computer's clock was changed, so nothing is deleted for now. The strip below says more."),
                Tone.ATTENTION,
            )

    def _answered(self, what: str) -> None:
        if what in self._refused:
            self._refused.discard(what)
            if not self._refused:
                self.notice.clear()

    def _on_failed_to_load(self, what: str, error: ConsentryError) -> None:
        self._refused.add(what)
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)

    def ask_run(self) -> None:
        Confirm(
            self.window(),
            title=self.tr("Run retention"),
            question=self.tr("Delete everything whose time is over?"),
            points=[
                self.tr("“Dry run” shows what that is."),
                self.tr("It happens by itself once a day. What a hold keeps stays."),
                self.tr("There is no way back."),
            ],
            act=self.tr("Run now"),
            on_yes=self._run,
        ).open()

    def _run(self) -> None:
        self.notice.clear()
        self.run_button.setEnabled(False)
        self.busy.begin(self.tr("Deleting what is over ..."))
        service = self._desk.retention
        self._running = self._tasks.run(service.run, self._on_run, self._on_run_failed, self.busy.advance, owner=self)

    def _end(self) -> None:
        self._running = None
        self.busy.end()
        self.run_button.setEnabled(True)

    def _on_run(self, run: RetentionRun) -> None:
        self._end()
        told = self.tr("Done. {what}.").format(what=words.counts(run))
        remarks = words.remarks(run)
        self.notice.say(f"{told} {remarks}".strip(), Tone.ATTENTION if run.waits else Tone.GOOD)

    def _on_run_failed(self, error: ConsentryError) -> None:
        self._end()
        if isinstance(error, Cancelled):
            self.notice.say(self.tr("Stopped. The next run carries on."), Tone.PLAIN)
        else:
            self.notice.say(error_text(error).whole, Tone.DANGER)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def ask_hold(self) -> None:
        """Open the form of a new hold."""
        HoldDialog(self._desk.people, self._tasks, self.window(), self._place).open()

    def _place(self, draft: HoldDraft) -> None:
        holds = self._desk.holds

        def work() -> object:
            if draft.person_id is not None:
                return holds.hold_person(draft.person_id, draft.reason, draft.owner, draft.ends_at)
            assert draft.category is not None
            return holds.hold_category(draft.category, draft.reason, draft.owner, draft.ends_at)

        self._act(work, self.tr("The hold is in force."))

    def ask_release(self, view: HoldView) -> None:
        hold = view.hold
        on = view.name if hold.category is None else words.category(hold.category)
        asked = ReasonWords(
            title=self.tr("Release a legal hold"),
            text=self.tr("What waited for the hold on {on} is deleted at the next look.").format(on=on),
            field=self.tr("Why it is released"),
            help=self.tr("Kept in the audit log: name nobody."),
            missing=self.tr("A reason is needed."),
            act=self.tr("Release"),
        )
        done = self.tr("The hold was released.")
        release = self._desk.holds.release
        ReasonDialog(self.window(), asked, lambda reason: self._act(lambda: release(hold.id, reason), done)).open()

    def _save(self) -> None:
        changes = self.rules.form.changes(self._desk.settings.current)
        if not self.rules.longer():
            self._store(changes, "")
            return
        asked = ReasonWords(
            title=self.tr("Keep data longer"),
            text=self.tr("Something is to be kept longer than now. Say why that is needed."),
            field=self.tr("Reason"),
            help=self.tr("Kept in the audit log: name nobody."),
            missing=self.tr("A reason is needed."),
            act=self.tr("Save"),
        )
        ReasonDialog(self.window(), asked, lambda reason: self._store(changes, reason)).open()

    def _store(self, changes: dict[str, int], reason: str) -> None:
        settings = self._desk.settings
        self._act(lambda: settings.change(reason=reason, **changes), self.tr("Saved."))

    def _act(self, work: Callable[[], object], told: str) -> None:
        def done(_: object) -> None:
            self.notice.say(told, Tone.GOOD)
            self.reload()

        self._tasks.run(
            lambda _: work(), done, lambda error: self.notice.say(error_text(error).whole, Tone.DANGER), owner=self
        )
