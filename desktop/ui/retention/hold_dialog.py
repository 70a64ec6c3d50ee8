"""The form of a new legal hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.audit import REASON_LENGTH
from desktop.domain.holds import HOLDABLE, LONGEST, OWNER_LENGTH
from desktop.domain.ids import PersonId
from desktop.domain.retention import Kept
from desktop.services.people import PeopleService
from desktop.ui import texts
from desktop.ui.retention import words
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.person_picker import PersonPicker

_USUAL_DAYS = 90


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """Either a person or a category."""

    person_id: PersonId | None
    category: Kept | None
    reason: str
    owner: str
    ends_at: datetime


class HoldDialog(Dialog):
    """`on_yes` gets the draft once nothing is missing in it."""

    def __init__(
        self,
        people: PeopleService,
        tasks: TaskRunner,
        parent: QWidget | None,
        on_yes: Callable[[HoldDraft], object],
    ) -> None:
        super().__init__(self.tr("Place a legal hold"), parent)
        self._on_yes = on_yes
        self.on = QComboBox()
        self.on.addItem(self.tr("One person"), None)
        for category in HOLDABLE:
            self.on.addItem(words.category(category), category)
        self.picker = PersonPicker(people, tasks)
        self.picker.setPlaceholderText(self.tr("Type a name"))
        self.person = Field(self.tr("Person"), self.picker)
        self.reason = QLineEdit()
        self.reason.setMaxLength(REASON_LENGTH)
        self.why = Field(
            self.tr("Reason"), self.reason, self.tr("Sealed with the person's key; it goes when the person is erased.")
        )
        self.owner = QLineEdit()
        self.owner.setMaxLength(OWNER_LENGTH)
        self.who = Field(self.tr("Owner"), self.owner, self.tr("Who answers for it, for example the legal department."))
        today = QDate.currentDate()
        self.until = QDateEdit(today.addDays(_USUAL_DAYS))
        self.until.setDisplayFormat(texts.DAY)
        self.until.setCalendarPopup(True)
        self.until.setDateRange(today.addDays(1), today.addDays(LONGEST.days - 1))
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(self.tr("Place hold"), self._accept, look="primary")
        text = self.tr("Nothing of it is deleted before that day, unless the hold is released. It ends by itself.")
        body = column(
            label(text, wrap=True),
            Field(self.tr("What is held"), self.on),
            self.person,
            self.why,
            self.who,
            Field(self.tr("Until"), self.until),
            None,
            gap=14,
        )
        self.fill(body, row(None, self.cancel, self.yes, gap=12))
        self.fit(500)
        self.on.currentIndexChanged.connect(self._on_kind)
        self.picker.setFocus()

    def _on_kind(self) -> None:
        self.person.setVisible(self.on.currentData() is None)

    def _accept(self) -> None:
        category = self.on.currentData()
        given = (
            (self.person, category is not None or self.picker.person is not None),
            (self.why, bool(self.reason.text().strip())),
            (self.who, bool(self.owner.text().strip())),
        )
        for field, there in given:
            field.complain("" if there else self.tr("This is needed."))
        lacking = [field for field, there in given if not there]
        if lacking:
            lacking[0].control.setFocus()
            return
        draft = HoldDraft(
            self.picker.person if category is None else None,
            None if category is None else Kept(category),
            self.reason.text(),
            self.owner.text(),
            datetime.fromtimestamp(self.until.date().startOfDay().toSecsSinceEpoch(), UTC),
        )
        self.accept()
        self._on_yes(draft)
