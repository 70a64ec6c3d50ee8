"""Giving a consent anew at the desk: until when, how, and in which language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.ui.consent import words
from desktop.ui.people.forms import LANGUAGES
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field


class RenewDialog(Dialog):
    """`on_yes` gets how the person agreed, and in which language. Nothing is ticked beforehand."""

    def __init__(
        self,
        parent: QWidget | None,
        name: str,
        purpose: str,
        until: datetime | None,
        on_yes: Callable[[str, str], object],
    ) -> None:
        super().__init__(self.tr("Renew consent"), parent)
        self._on_yes = on_yes
        question = self.tr("{name} agrees anew: {purpose}. Good until: {day}.")
        asked = question.format(name=name, purpose=purpose, day=words.day_or_never(until))
        self.question = label(asked, "heading", wrap=True)
        self.shown = CheckLine(self.tr("The person has read the notice in force and was free to refuse."))
        self.how = QLineEdit()
        self.how.setMaxLength(200)
        self.language = QComboBox()
        for code, name_of_it in LANGUAGES:
            self.language.addItem(name_of_it, code)
        self._how_field = Field(
            self.tr("How the person agreed"), self.how, self.tr("For example: signed form; spoken, with a witness.")
        )
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.yes = button(self.tr("Renew"), self._accept, look="primary")
        self.yes.setEnabled(False)
        self.shown.box.toggled.connect(self._follow)
        self.how.textChanged.connect(self._follow)
        self.how.returnPressed.connect(self._accept)
        body = column(
            self.question, self.shown, self._how_field, Field(self.tr("Language"), self.language), None, gap=16
        )
        self.fill(body, row(None, self.cancel, self.yes, gap=12))
        self.fit(500)
        self.shown.box.setFocus()

    def _follow(self) -> None:
        self.yes.setEnabled(self.shown.box.isChecked() and bool(self.how.text().strip()))

    def _accept(self) -> None:
        if self.yes.isEnabled():
            self.accept()
            self._on_yes(self.how.text().strip(), str(self.language.currentData()))
