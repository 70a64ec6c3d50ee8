"""The filters of Audit: time, operator, action, whom or what it was about."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.ids import PersonId
from desktop.services.people import PeopleService
from desktop.ui.audit import words
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.person_picker import PersonPicker
from desktop.ui.widgets.time_span import TimeSpan

_ACTION_LETTERS = 22


class AuditFilters(QWidget):
    """`changed` after every change; `wanted()` gives the filter."""

    changed = Signal()

    def __init__(self, people: PeopleService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.span = TimeSpan()
        self.actor = QComboBox()
        self.action = QComboBox()
        self.action.addItem(self.tr("All actions"), None)
        for action in AuditAction:
            self.action.addItem(words.action(action), action)
        # Not as wide as the longest of all actions; the open list is.
        self.action.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.action.setMinimumContentsLength(_ACTION_LETTERS)
        self.action.view().setMinimumWidth(self.action.view().sizeHintForColumn(0))
        self.object = PersonPicker(people, tasks)
        self.object.setPlaceholderText(self.tr("Anything"))
        self.reset_button = button(self.tr("Clear filters"), self.reset, look="quiet")
        fields = row(
            Field(self.tr("Time"), self.span),
            Field(self.tr("Who"), self.actor),
            Field(self.tr("Action"), self.action),
            Field(self.tr("About"), self.object),
            column(None, self.reset_button),
            gap=12,
        )
        for index, share in enumerate((3, 3, 4, 4)):
            fields.setStretch(index, share)
        self.setLayout(column(fields, self.span.custom, gap=10))
        self.set_actors(())
        self.reset()
        self.span.changed.connect(self._on_change)
        for box in (self.actor, self.action):
            box.currentIndexChanged.connect(self._on_change)
        self.object.chosen.connect(self._on_change)

    def set_actors(self, actors: Sequence[tuple[str, str]]) -> None:
        """Offer these (id and name); the chosen one stays chosen."""
        before = self.actor.currentData()
        blocked = self.actor.blockSignals(True)
        self.actor.clear()
        self.actor.addItem(self.tr("Everybody"), None)
        for actor_id, name in actors:
            self.actor.addItem(words.actor(actor_id, name), actor_id)
        self.actor.setCurrentIndex(max(0, self.actor.findData(before)))
        self.actor.blockSignals(blocked)

    def show_object(self, object_id: str, name: str) -> None:
        """Only what is about one person or thing."""
        self.object.choose(PersonId(object_id), name)

    def show_actor(self, actor_id: str) -> None:
        """Only what one operator did."""
        self.actor.setCurrentIndex(max(0, self.actor.findData(actor_id)))

    def reset(self) -> None:
        """Everything, of all times."""
        blocked = self.blockSignals(True)
        self.span.reset()
        self.actor.setCurrentIndex(0)
        self.action.setCurrentIndex(0)
        self.object.choose(None, "")
        self.blockSignals(blocked)
        self._on_change()

    def wanted(self) -> AuditFilter:
        """The filter as chosen; relative times count from now."""
        since, until = self.span.times()
        action = self.action.currentData()
        return AuditFilter(
            since=since,
            until=until,
            action=AuditAction(action) if action is not None else None,
            actor=self.actor.currentData(),
            object_id=self.object.person,
        )

    def _on_change(self) -> None:
        self.reset_button.setEnabled(self.wanted().narrow)
        self.changed.emit()
