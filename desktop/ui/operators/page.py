"""The page Operators: who may work here, who did, and what takes two people. Officers see the requests alone."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.permissions import Permission
from desktop.services.desk import Desk
from desktop.ui.operators.panels import ApprovalQueue, OperatorList, Panel, SessionList, TwoPersonRules
from desktop.ui.widgets.basic import bar, column, label
from desktop.ui.widgets.segments import Segments


class Part(StrEnum):
    LIST = "list"
    SESSIONS = "sessions"
    RULES = "rules"
    APPROVALS = "approvals"


class OperatorsPage(QWidget):
    """Reads in workers, whenever a part is shown and after every change."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.approvals = ApprovalQueue(desk, tasks)
        self.panels: dict[Part, Panel] = {Part.APPROVALS: self.approvals}
        choices = [(Part.APPROVALS, self.tr("Approvals"), "", "")]
        title = self.tr("Approvals")
        if desk.access.allows(Permission.OPERATORS):
            title = self.tr("Operators")
            managing: dict[Part, Panel] = {
                Part.LIST: OperatorList(desk, tasks),
                Part.SESSIONS: SessionList(desk, tasks),
                Part.RULES: TwoPersonRules(desk, tasks),
            }
            self.panels = {**managing, **self.panels}
            choices = [
                (Part.LIST, self.tr("Operators"), "", ""),
                (Part.SESSIONS, self.tr("Sessions"), "", ""),
                (Part.RULES, self.tr("Two people"), "", ""),
                *choices,
            ]
        self.setAccessibleName(title)
        self.parts: Segments[Part] = Segments(self.tr("Part of the page"), choices)
        self.parts.setVisible(len(choices) > 1)
        self._stack = QStackedWidget()
        for panel in self.panels.values():
            self._stack.addWidget(panel)
        content = column(self._stack, margins=(16, 16, 16, 16))
        outer = column(bar(label(title, "title"), None, self.parts), content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)
        self.parts.changed.connect(self.show_part)
        for signal in (events.operators_changed, events.approvals_changed):
            signal.connect(self._reload)

    @property
    def shown(self) -> Panel:
        return self.panels[self.parts.value()]

    def show_part(self, part: Part) -> None:
        self.parts.choose(part)
        self._stack.setCurrentWidget(self.panels[part])
        self._reload()

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.parts.button(self.parts.value()) if self.parts.isVisible() else self.approvals.table).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reload()

    def _reload(self) -> None:
        if self.isVisible():
            self.shown.reload()
