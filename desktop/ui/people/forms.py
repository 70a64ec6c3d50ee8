"""The fields about a person, and the plain consent record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from PySide6.QtCore import QDate, QDateTime, QTime, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QPlainTextEdit, QWidget

from desktop.domain.consent import PlainConsent
from desktop.domain.people import (
    MAX_CONTACT_LENGTH,
    MAX_NAME_LENGTH,
    MAX_NOTE_LENGTH,
    PersonDetails,
    PersonKind,
    clean_details,
)
from desktop.ui import texts
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.field import Field

LANGUAGES = (
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ar", "العربية"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("zh", "中文"),
)
"""Codes with the languages' own names: people look for theirs."""


class PersonForm(QWidget):
    """Name, kind, contact, note. `changed` after every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit()
        self.kind = QComboBox()
        for value in (PersonKind.VISITOR, PersonKind.EMPLOYEE, PersonKind.CONTRACTOR):
            self.kind.addItem(texts.kind(value), value)
        self.contact = QLineEdit()
        self.contact.setPlaceholderText(self.tr("Phone or e-mail"))
        self.note = QPlainTextEdit()
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(60)
        fields = row(Field(self.tr("Kind"), self.kind), Field(self.tr("Contact (optional)"), self.contact), gap=12)
        fields.setStretch(0, 2)
        fields.setStretch(1, 3)
        self.setLayout(
            column(
                Field(self.tr("Name"), self.name),
                fields,
                Field(self.tr("Note (optional)"), self.note),
                gap=12,
            )
        )
        for field in (self.name, self.contact, self.note):
            field.textChanged.connect(self.changed)

    def fill(self, details: PersonDetails) -> None:
        self.name.setText(details.name)
        self.kind.setCurrentIndex(self.kind.findData(details.kind))
        self.contact.setText(details.contact)
        self.note.setPlainText(details.note)

    def problem(self) -> str:
        """What is missing or too long, as a sentence; empty when complete."""
        try:
            self.details()
        except ValueError as error:
            return {
                "long": self.tr("The name has more than {count} characters.").format(count=MAX_NAME_LENGTH),
                "contact": self.tr("The contact has more than {count} characters.").format(count=MAX_CONTACT_LENGTH),
                "note": self.tr("The note has more than {count} characters.").format(count=MAX_NOTE_LENGTH),
            }.get(str(error), self.tr("Type the person's name."))
        return ""

    def details(self) -> PersonDetails:
        """The typed values. Raises ValueError while `problem()` is not empty."""
        return clean_details(
            PersonDetails(
                name=self.name.text(),
                kind=PersonKind(self.kind.currentData()),
                contact=self.contact.text(),
                note=self.note.toPlainText(),
            )
        )


class Term(StrEnum):
    """How long a consent is to last."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DATE = "date"
    OPEN = "open"


_DAYS = {Term.DAY: 1, Term.MONTH: 30, Term.YEAR: 365}


class ConsentForm(QWidget):
    """The plain consent record. The agreement is never ticked beforehand."""

    changed = Signal()
    agreed_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._agreement = CheckLine(
            self.tr("This person has been informed and agreed"),
            self.tr("To being recognised by this desk's cameras. Refusing costs nothing: there is another way in."),
        )
        self.agreed = self._agreement.box
        self.how = QComboBox()
        for words in (self.tr("Signed form"), self.tr("Spoken, with a witness"), self.tr("By e-mail")):
            self.how.addItem(words)
        self.language = QComboBox()
        for code, own_name in LANGUAGES:
            self.language.addItem(own_name, code)
        self.term = QComboBox()
        for term, words in (
            (Term.DAY, self.tr("Today only")),
            (Term.MONTH, self.tr("30 days")),
            (Term.YEAR, self.tr("One year")),
            (Term.DATE, self.tr("Until a date ...")),
            (Term.OPEN, self.tr("No end agreed")),
        ):
            self.term.addItem(words, term)
        self.date = QDateEdit(QDate.currentDate().addMonths(6))
        self.date.setCalendarPopup(True)
        self.date.setDisplayFormat(texts.DAY)
        self.date.setMinimumDate(QDate.currentDate())
        self._date_field = Field(self.tr("Last day"), self.date)
        self._build()
        self._follow_term()

    def _build(self) -> None:
        how = row(Field(self.tr("How"), self.how), Field(self.tr("Language"), self.language), gap=12)
        until = row(Field(self.tr("Valid for"), self.term), self._date_field, gap=12)
        for line in (how, until):
            line.setStretch(0, 1)
            line.setStretch(1, 1)
        self.setLayout(column(self._agreement, how, until, gap=12))
        self.agreed.toggled.connect(self.agreed_changed)
        self.agreed.toggled.connect(self.changed)
        self.term.currentIndexChanged.connect(self._follow_term)
        self.date.dateChanged.connect(self.changed)

    def _follow_term(self) -> None:
        self._date_field.setVisible(self.term.currentData() == Term.DATE)
        self.changed.emit()

    def problem(self) -> str:
        """What is missing, as a sentence; empty when the record is complete."""
        if not self.agreed.isChecked():
            return self.tr("Confirm that the person has been informed and agreed.")
        return ""

    def consent(self) -> PlainConsent:
        return PlainConsent(self.how.currentText(), str(self.language.currentData()), self._valid_until())

    def _valid_until(self) -> datetime | None:
        """The end of the last day, local time, as UTC."""
        term = Term(self.term.currentData())
        if term is Term.OPEN:
            return None
        last = self.date.date() if term is Term.DATE else QDate.currentDate().addDays(_DAYS[term] - 1)
        midnight = QDateTime(last.addDays(1), QTime(0, 0))
        return datetime.fromtimestamp(midnight.toSecsSinceEpoch(), UTC) - timedelta(seconds=1)
