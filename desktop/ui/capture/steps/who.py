"""Step: who it is."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.domain.conversation import MAX_REASON, Need, Step
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails, PersonKind
from desktop.ui import texts
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.people.forms import PersonForm
from desktop.ui.widgets.basic import button, column, frame, label, row
from desktop.ui.widgets.check import CheckLine
from desktop.ui.widgets.field import Field


class WhoPage(StepPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session, Step.WHO, "")
        self.lead.setText(
            self.tr("Who decides, and why the consent is free. Everything else is changed on the person's card.")
            if session.again
            else self.tr("Only what the desk needs. Everything is sealed under a key of this person's own.")
        )
        self.form = PersonForm()
        self.nameless = CheckLine(
            self.tr("The name cannot be written, or is not told"), self.tr("A number stands in its place.")
        )
        self.minor = CheckLine(self.tr("A minor: a parent or guardian decides"))
        self.guardian = QLineEdit()
        self.guardian.setMaxLength(MAX_REASON)
        self._guardian = Field(self.tr("Parent or guardian"), self.guardian)
        self.reason = QLineEdit()
        self.reason.setMaxLength(MAX_REASON)
        self._reason = Field(
            self.tr("Why the consent is free"),
            self.reason,
            self.tr("An employee must have a real other way in, for example a badge that opens the same doors."),
        )
        self._namesakes = frame("notice")
        self._lines = column(gap=8, margins=(14, 12, 14, 12))
        self._namesakes.setLayout(self._lines)
        self._offered: tuple[PersonId, ...] = ()
        checks = column(self.nameless, self.minor, gap=8)
        self.fill(column(self.form, self._namesakes, self._reason, checks, self._guardian, gap=14))
        self._restore()
        for changed in (
            self.form.changed,
            self.form.kind.currentIndexChanged,
            self.nameless.box.toggled,
            self.minor.box.toggled,
            self.guardian.textChanged,
            self.reason.textChanged,
        ):
            changed.connect(self._take)
        for known in (self.form, self.nameless):
            known.setEnabled(not session.again)
        self.follow()

    def _restore(self) -> None:
        """A conversation taken up again."""
        who = self.session.talk.who
        self.form.fill(who.details)
        self.nameless.box.setChecked(who.nameless)
        self.minor.box.setChecked(who.minor)
        self.guardian.setText(who.guardian)
        self.reason.setText(who.free_reason)

    def _take(self) -> None:
        details = PersonDetails(
            self.form.name.text(),
            PersonKind(self.form.kind.currentData()),
            self.form.contact.text(),
            self.form.note.toPlainText(),
        )
        self.session.set_who(
            replace(
                self.session.talk.who,
                details=details,
                nameless=self.nameless.box.isChecked(),
                minor=self.minor.box.isChecked(),
                guardian=self.guardian.text(),
                free_reason=self.reason.text(),
            )
        )

    def follow(self) -> None:
        who = self.session.talk.who
        self.form.name.setEnabled(not who.nameless)
        self._guardian.setVisible(who.minor)
        self._reason.setVisible(who.details.kind is PersonKind.EMPLOYEE)
        people = self.session.namesakes if Need.NAMESAKE in self.session.needs else []
        offered = tuple(person.id for person in people)
        if offered != self._offered:
            self._offered = offered
            self._offer()
        self._namesakes.setVisible(bool(offered))

    def _offer(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines.addWidget(label(self.tr("Somebody of this name is already enrolled"), "strong", wrap=True))
        for person in self.session.namesakes:
            self._lines.addWidget(
                self._person(person.id, texts.kind(person.details.kind), texts.day(person.enrolled_at))
            )
        another = button(self.tr("None of them: another person"), self._another)
        self._lines.addWidget(another)
        if self._offered:
            another.setFocus()

    def _person(self, person_id: PersonId, kind: str, since: str) -> QWidget:
        words = label(self.tr("{kind}, enrolled on {day}").format(kind=kind, day=since))
        line = row(words, None, button(self.tr("The same person"), lambda: self.same.emit(person_id)), gap=12)
        made = QWidget()
        made.setLayout(line)
        return made

    def _another(self) -> None:
        self.session.set_who(replace(self.session.talk.who, another=True))
        self.session.forward()

    def enter(self) -> QWidget:
        if not self.session.again:
            return self.form.name
        return self.reason if self.reason.isVisibleTo(self) else self.minor.box
