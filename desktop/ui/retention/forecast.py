"""The forecast as a table: who, what, when and why, a page at a time; and how much of the rest goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QHeaderView, QStackedLayout, QTableView, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.retention import Kept
from desktop.services.retention import Forecast, ForecastRow, RetentionService
from desktop.services.retention_clock import ClockState
from desktop.ui.look import tokens
from desktop.ui.retention import words
from desktop.ui.widgets.basic import column, holding, label
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.paged_model import PagedTableModel
from desktop.ui.widgets.table import prepare_table

PERSON, WHAT, WHEN, WHY = range(4)
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    forecast: Forecast

    @property
    def count(self) -> int:
        return len(self.forecast.decisions)


_NOTHING = Listing(Forecast(_START, _START, (), {}, frozenset(), ClockState.GOOD))


class ForecastModel(PagedTableModel[int, Listing, ForecastRow]):
    """See PagedTableModel; what is wanted is a number of days, 0 for a dry run."""

    def __init__(self, service: RetentionService, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(tasks, _NOTHING, parent)
        self._service = service
        self._headers = (self.tr("Person"), self.tr("What"), self.tr("When"), self.tr("Why"))

    @property
    def forecast(self) -> Forecast:
        return self._listing.forecast

    def _search(self, wanted: int) -> Listing:
        return Listing(self._service.forecast(wanted))

    def _read(self, listing: Listing, offset: int, limit: int) -> list[ForecastRow]:
        return self._service.named(listing.forecast.decisions[offset : offset + limit])

    def _text(self, row: ForecastRow, column: int) -> str:
        decision = row.decision
        if column == PERSON:
            return row.name
        if column == WHAT:
            everything = decision.category is Kept.PEOPLE
            return self.tr("Everything") if everything else words.category(decision.category)
        if column == WHEN:
            return words.fate(decision)
        return "" if decision.due is None else words.why(decision.due)

    def _colour(self, row: ForecastRow, column: int) -> str | None:
        if row.decision.keeper is not None and column == WHEN:
            return tokens().attention
        return tokens().muted if column == WHY else None


class ForecastPanel(QWidget):
    """`show_days` asks anew; names are read only for the rows in sight."""

    def __init__(self, service: RetentionService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ForecastModel(service, tasks, self)
        self.table = QTableView()
        self.amounts = label("", "muted", wrap=True)
        widths = {PERSON: 200, WHAT: 150, WHEN: 190}
        prepare_table(self.table, self.model, self.tr("What goes, by person"), widths, row_height=38)
        self.table.horizontalHeader().setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        self._nobody = EmptyState("retention", self.tr("Nobody's time is over in this period"), "")
        self._stack = QStackedLayout()
        for widget in (EmptyState("retention", self.tr("Loading ..."), ""), self._nobody, self.table):
            self._stack.addWidget(widget)
        layout = column(self.amounts, holding(self._stack), gap=12)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.model.loaded.connect(self._on_loaded)

    def show_days(self, days: int) -> None:
        self.model.find(days)

    def _on_loaded(self) -> None:
        forecast = self.model.forecast
        self._stack.setCurrentWidget(self.table if self.model.total else self._nobody)
        number = QLocale().toString
        found = [
            self.tr("{category}: held").format(category=words.category(category))
            if category in forecast.held
            else f"{words.category(category)}: {number(amount)}"
            for category, amount in forecast.amounts.items()
        ]
        head = self.tr("People and pictures: {going}").format(going=number(forecast.going))
        self.amounts.setText("   ·   ".join([head, *found]))
