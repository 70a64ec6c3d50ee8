"""The fields about a person."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

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
