"""Dialogs of the page Requests: a new request, the identity check, pause, refusal, and the site's days off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.audit import REASON_LENGTH, clean_reason
from desktop.domain.ids import PersonId
from desktop.domain.notices import LANGUAGES
from desktop.domain.people import MAX_CONTACT_LENGTH, MAX_NAME_LENGTH
from desktop.domain.requests import Channel, RequestDetails, RequestKind
from desktop.services.requests import NewRequest
from desktop.ui.requests import words
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field

V = TypeVar("V", bound=StrEnum)
_LINES = 3


def choices(table: Mapping[V, str]) -> QComboBox:
    """One entry for each value, in the table's order."""
    made = QComboBox()
    for value, text in table.items():
        made.addItem(words.said(text), value)
    return made


class NewRequestDialog(Dialog):
    """`on_new` gets the request. `person`: whose page it was opened from, with the name."""

    def __init__(
        self,
        parent: QWidget | None,
        today: date,
        on_new: Callable[[NewRequest], object],
        person: tuple[PersonId, str] | None = None,
    ) -> None:
        super().__init__(self.tr("New request"), parent)
        self._on_new = on_new
        self._person = person
        self.kind = choices(words.KINDS)
        self.channel = choices(words.CHANNELS)
        self.received = QDateEdit(QDate(today.year, today.month, today.day))
        self.received.setMaximumDate(QDate(today.year, today.month, today.day))
        self.received.setCalendarPopup(True)
        self.language = QComboBox()
        for code in LANGUAGES:
            self.language.addItem(QLocale(code).nativeLanguageName(), code)
        self.name = QLineEdit("" if person is None else person[1])
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.contact = QLineEdit()
        self.contact.setMaxLength(MAX_CONTACT_LENGTH)
        self.representative = QLineEdit()
        self.representative.setMaxLength(MAX_NAME_LENGTH)
        self.wish = QPlainTextEdit()
        self.wish.setTabChangesFocus(True)
        self.wish.setFixedHeight(self.wish.fontMetrics().lineSpacing() * _LINES + 20)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(self.tr("Register"), self._accept, look="primary")
        self._name_field = Field(
            self.tr("Name of the person"), self.name, self.tr("As whoever asks gives it; it is kept sealed.")
        )
        self._build()
        self.kind.setFocus()

    def _build(self) -> None:
        body = column(
            row(Field(self.tr("Asks for"), self.kind), Field(self.tr("How it came"), self.channel), gap=16),
            row(
                Field(self.tr("Received on"), self.received, self.tr("The clock runs from this day.")),
                Field(self.tr("Language of the letters"), self.language, self.tr("The one the person reads best.")),
                gap=16,
            ),
            row(self._name_field, Field(self.tr("Contact"), self.contact, self.tr("Where the letters go.")), gap=16),
            Field(
                self.tr("Asked for by somebody else"),
                self.representative,
                self.tr("Their name; empty where the person asks for themselves."),
            ),
            Field(self.tr("What is asked for, in their words"), self.wish),
            None,
            gap=14,
        )
        self.fill(body, row(None, self.cancel, self.yes, gap=12))
        self.fit(640)

    def _accept(self) -> None:
        if not self.name.text().strip():
            self._name_field.complain(self.tr("Type the name that was given."))
            self.name.setFocus()
            return
        day = self.received.date()
        new = NewRequest(
            RequestKind(self.kind.currentData()),
            Channel(self.channel.currentData()),
            date(day.year(), day.month(), day.day()),
            str(self.language.currentData()),
            RequestDetails(self.name.text(), self.contact.text(), self.wish.toPlainText(), self.representative.text()),
            None if self._person is None else self._person[0],
        )
        self.accept()
        self._on_new(new)


class ChoiceDialog(Dialog):
    """One of several, and a line of text. `on_yes` gets both; `needed`: the text may not be empty."""

    def __init__(
        self,
        parent: QWidget | None,
        *,
        title: str,
        text: str,
        choice: tuple[str, QComboBox],
        line: tuple[str, str],
        act: str,
        needed: bool,
        on_yes: Callable[[str, str], object],
        other: tuple[str, Callable[[str], object]] | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._on_yes = on_yes
        self._needed = needed
        self.choice = choice[1]
        self.line = QLineEdit()
        self.line.setMaxLength(REASON_LENGTH)
        self.field = Field(line[0], self.line, line[1])
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(act, self._accept, look="primary")
        self.line.returnPressed.connect(self._accept)
        foot = row(None, self.cancel, self.yes, gap=12)
        if other is not None:
            said, act_other = other
            self.other = button(said, lambda: self._accept_other(act_other), look="danger")
            foot.insertWidget(0, self.other)
        self.fill(column(label(text, wrap=True), Field(choice[0], self.choice), self.field, None, gap=16), foot)
        self.fit(520)
        self.choice.setFocus()

    def _accept(self) -> None:
        text = clean_reason(self.line.text())
        if self._needed and not text:
            self.field.complain(self.tr("Say it in a few words."))
            self.line.setFocus()
            return
        chosen = str(self.choice.currentData())
        self.accept()
        self._on_yes(chosen, text)

    def _accept_other(self, act: Callable[[str], object]) -> None:
        text = clean_reason(self.line.text())
        self.accept()
        act(text)


class DaysOffDialog(Dialog):
    """The site's own days off and its region. `on_yes` gets both."""

    def __init__(
        self,
        parent: QWidget | None,
        region: str,
        days: tuple[date, ...],
        on_yes: Callable[[str, tuple[date, ...]], object],
    ) -> None:
        super().__init__(self.tr("Days off"), parent)
        self._on_yes = on_yes
        self.region = QLineEdit(region)
        self.region.setMaxLength(6)
        self.days = QPlainTextEdit("\n".join(each.isoformat() for each in days))
        self.days.setTabChangesFocus(True)
        self._field = Field(
            self.tr("Days on which the site is closed"),
            self.days,
            self.tr("One a line, as year-month-day, for example 2026-12-24."),
        )
        self.yes = button(self.tr("Save"), self._accept, look="primary")
        body = column(
            label(self.tr("No answer falls due on a weekend, a public holiday or one of these days."), wrap=True),
            Field(
                self.tr("Region"),
                self.region,
                self.tr("The part of the country whose holidays count, for example BY or ENG; may stay empty."),
            ),
            self._field,
            gap=16,
        )
        self.fill(body, row(None, button(self.tr("Cancel"), self.reject), self.yes, gap=12))
        self.fit(480)

    def _accept(self) -> None:
        try:
            days = sorted({date.fromisoformat(line.strip()) for line in self.days.toPlainText().split() if line})
        except ValueError:
            self._field.complain(self.tr("One of these lines is no day. Write it like 2026-12-24."))
            self.days.setFocus()
            return
        self.accept()
        self._on_yes(self.region.text().strip().upper(), tuple(days))
