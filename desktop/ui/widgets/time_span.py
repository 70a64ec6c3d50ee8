"""Chooses a stretch of time: a ready-made one, or from one moment to another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QWidget

from desktop.ui import texts
from desktop.ui.widgets.basic import row
from desktop.ui.widgets.field import Field


class Span(StrEnum):
    """Ready-made time ranges."""

    HOUR = "hour"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"
    CUSTOM = "custom"


_LENGTHS = {Span.HOUR: timedelta(hours=1), Span.WEEK: timedelta(days=7), Span.MONTH: timedelta(days=30)}


class TimeSpan(QComboBox):
    """`changed` after every choice. `custom` holds the two moments; it goes below and shows itself when needed."""

    changed = Signal()

    def __init__(self, *, today_only: bool = False, parent: QWidget | None = None) -> None:
        """`today_only`: longer times are not offered."""
        super().__init__(parent)
        self._longest = Span.TODAY if today_only else Span.ALL
        for value, words in (
            (Span.HOUR, self.tr("Last hour")),
            (Span.TODAY, self.tr("Today")),
            (Span.WEEK, self.tr("Last 7 days")),
            (Span.MONTH, self.tr("Last 30 days")),
            (Span.ALL, self.tr("All times")),
            (Span.CUSTOM, self.tr("From ... to ...")),
        ):
            if not today_only or value in (Span.HOUR, Span.TODAY):
                self.addItem(words, value)
        self.since, self.until = _moment_edit(-1), _moment_edit(0)
        self.custom = QWidget()
        self.custom.setLayout(row(Field(self.tr("From"), self.since), Field(self.tr("To"), self.until), None, gap=12))
        self.reset()
        self.currentIndexChanged.connect(self._on_change)
        for edit in (self.since, self.until):
            edit.dateTimeChanged.connect(self._on_change)

    @property
    def span(self) -> Span:
        return Span(self.currentData())

    @property
    def narrowed(self) -> bool:
        """Whether less than the longest time is chosen."""
        return self.span is not self._longest

    def reset(self) -> None:
        """The longest time there is."""
        self.choose(self._longest)

    def choose(self, span: Span) -> None:
        self.setCurrentIndex(self.findData(span))
        self.custom.setVisible(span is Span.CUSTOM)

    def times(self) -> tuple[datetime | None, datetime | None]:
        """Beginning and end, UTC; None is open. Relative times count from now."""
        span = self.span
        if span is Span.ALL:
            return None, None
        if span is Span.CUSTOM:
            return _utc(self.since.dateTime()), _utc(self.until.dateTime())
        if span is Span.TODAY:
            return _utc(QDateTime(QDate.currentDate(), QTime(0, 0))), None
        return datetime.now(UTC) - _LENGTHS[span], None

    def _on_change(self) -> None:
        self.custom.setVisible(self.span is Span.CUSTOM)
        self.changed.emit()


def _moment_edit(days: int) -> QDateTimeEdit:
    midnight = QDateTime(QDate.currentDate().addDays(days + 1), QTime(0, 0))
    made = QDateTimeEdit(midnight)
    made.setCalendarPopup(True)
    made.setDisplayFormat(f"{texts.DAY}, HH:mm")
    return made


def _utc(moment: QDateTime) -> datetime:
    return datetime.fromtimestamp(moment.toSecsSinceEpoch(), UTC)
