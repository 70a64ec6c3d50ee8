"""The page Trust: how this site answers, erases and forgets, in numbers that can be published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.trust import TrustFigure, TrustPart, TrustPrinter, TrustReport
from desktop.services.desk import Desk
from desktop.ui.errors import error_text
from desktop.ui.trust import words
from desktop.ui.trust.paper import QtTrustPrinter
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file
from desktop.ui.widgets.scroll import FormScroll

_SETTLE_MS = 250  # several changes become one question


class TrustCard(QFrame):
    """The figures of one part, a line each."""

    def __init__(self, part: TrustPart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName(words.part(part))
        self._lines = column(gap=6)
        self.shown: tuple[TrustFigure, ...] = ()
        heading = label(words.part(part), "heading")
        self.setLayout(column(heading, self._lines, None, gap=12, margins=(20, 18, 20, 18)))

    def show_figures(self, figures: tuple[TrustFigure, ...]) -> None:
        if figures == self.shown:
            return
        self.shown = figures
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for each in figures:
            line = row(label(words.name(each), "muted", wrap=True), label(words.value(each), "strong"))
            line.setStretch(0, 1)
            self._lines.addWidget(holding(line))


class TrustPage(QWidget):
    """For privacy officers. Everything from the vault comes through workers."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        events: DeskEvents,
        printer: TrustPrinter | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._printer = printer or QtTrustPrinter()
        self._stale = True
        self._refused = False
        self._loading: TaskHandle[TrustReport] | None = None
        self.setAccessibleName(self.tr("Trust"))
        self.notice = Notice()
        self.span = label("", "muted", wrap=True)
        self.cards = {part: TrustCard(part) for part in TrustPart}
        self.export_button = button(self.tr("Save for the public ..."), self.export, look="primary")
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._build()
        self._settle.timeout.connect(self.reload)
        for changed in (events.people_changed, events.retention_changed, events.settings_changed):
            changed.connect(self._on_changed)
        refresh = QShortcut(QKeySequence("F5"), self)
        refresh.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        refresh.activated.connect(self.reload)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(16)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, card in enumerate(self.cards.values()):
            grid.addWidget(card, place // 2, place % 2)
        hint = label(
            self.tr("Saved as PDF, CSV or JSON by the name's ending; counts below five are left out there."),
            "muted",
            wrap=True,
        )
        content = column(self.notice, self.span, grid, hint, None, gap=12, margins=(16, 16, 16, 16))
        outer = column(bar(label(self.tr("Trust"), "title"), None, self.export_button), FormScroll(content), gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.export_button.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def reload(self) -> None:
        """Count anew, in a worker."""
        self._stale = False
        if self._loading is not None:
            self._loading.forget()
        trust = self._desk.trust
        self._loading = self._tasks.run(lambda _: trust.report(), self._on_report, self._on_failed, owner=self)

    def export(self) -> None:
        """Ask for a file and write the figures for the public to it."""
        name = f"consentry-trust-{datetime.now(UTC):%Y-%m-%d}.pdf"
        ask_new_file(self, self.tr("Save the figures"), name, self.export_to)

    def export_to(self, path: str) -> None:
        trust, printer = self._desk.trust, self._printer
        told = self.tr("The figures were written to {path}.").format(path=path)
        self._tasks.run(
            lambda _: trust.save(Path(path), printer),
            lambda _: self.notice.say(told, Tone.GOOD),
            lambda error: self.notice.say(error_text(error).whole, Tone.DANGER),
            owner=self,
        )

    def _on_changed(self) -> None:
        if self.isVisible():
            self._settle.start()
        else:
            self._stale = True

    def _on_report(self, report: TrustReport) -> None:
        self._loading = None
        if self._refused:
            self._refused = False
            self.notice.clear()
        self.span.setText(words.span(report))
        for part, card in self.cards.items():
            card.show_figures(report.of(part))

    def _on_failed(self, error: ConsentryError) -> None:
        self._loading = None
        self._refused = True
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)
