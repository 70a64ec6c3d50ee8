"""What the desk knows of one person, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QWidget

from desktop.domain.consent import MATCHABLE_STATES
from desktop.domain.consent_register import RegisterEntry
from desktop.domain.people import PersonSummary
from desktop.domain.purposes import RECOGNITION, PurposeKey
from desktop.domain.withdrawal import OVER
from desktop.ui import texts
from desktop.ui.consent import words
from desktop.ui.look import look, set_icon, tokens
from desktop.ui.people.delegate import consent_tag
from desktop.ui.widgets.basic import button, column, label, row, rule, symbol
from desktop.ui.widgets.drawing import draw_avatar


class Avatar(QWidget):
    """The disc with initials; the name stands beside it."""

    def __init__(self, side: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._side = side
        self.setFixedSize(QSize(side, side))
        look().changed.connect(self.update)

    def set_name(self, name: str) -> None:
        self._name = name
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_avatar(painter, QRect(1, 1, self._side - 2, self._side - 2), self._name, tokens())
        painter.end()


class PersonDetailsPanel(QFrame):
    """Shows one PersonSummary; the page carries the wishes out."""

    wants_edit = Signal(object)
    wants_withdraw = Signal(object, object)  # a RegisterEntry, and its purpose or None for all
    wants_again = Signal(str)  # PersonId: ask for the consent once more
    wants_own = Signal(str)  # PersonId: take consents back on the visitor's screen
    wants_export = Signal(object)
    wants_remove = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setFixedWidth(360)
        self.person: PersonSummary | None = None
        self._avatar = Avatar(56)
        self._name = label("", "title", wrap=True, selectable=True)
        self._kind = label("", "muted")
        self._contact = label("", wrap=True, selectable=True)
        self._note = label("", wrap=True, selectable=True)
        self._since = label("")
        self._templates = label("")
        self._consent_icon = symbol("check")
        self._consent = label("", "strong", wrap=True)
        self._effect = label("", "muted", wrap=True)
        self.edit = button(self.tr("Edit"), lambda: self.wants_edit.emit(self.person), icon="edit")
        self._need = label("", "attention", wrap=True)
        self.again = button(self.tr("Ask again ..."), self._ask_again, icon="refresh")
        self._purposes = column(gap=8)
        self.withdraw_one: list[QPushButton] = []
        self._entries: tuple[RegisterEntry, ...] = ()
        self.withdraw = button(self.tr("Take back consent"), self._ask_withdraw_all, icon="withdraw")
        self.own = button(
            self.tr("On the visitor's screen ..."),
            self._show_own,
            tip=self.tr("The person takes consents back themselves"),
        )
        self.export = button(self.tr("Export data"), lambda: self.wants_export.emit(self.person), icon="export")
        self.remove = button(
            self.tr("Erase person"), lambda: self.wants_remove.emit(self.person), look="danger", icon="remove"
        )
        self._build()

    def _build(self) -> None:
        head = row(self._avatar, column(self._name, self._kind, gap=2), gap=16)
        head.setStretch(1, 1)
        consent = row(self._consent_icon, column(self._consent, self._effect, gap=4), gap=12)
        consent.setAlignment(self._consent_icon, Qt.AlignmentFlag.AlignTop)
        consent.setStretch(1, 1)
        self._contact_row = self._part(self.tr("Contact"), self._contact)
        self._note_row = self._part(self.tr("Note"), self._note)
        self.setLayout(
            column(
                head,
                rule(),
                consent,
                self._need,
                self.again,
                self._purposes,
                self.withdraw,
                self.own,
                rule(),
                self._contact_row,
                self._note_row,
                self._part(self.tr("Enrolled"), self._since),
                self._part(self.tr("Face templates (numbers, not pictures)"), self._templates),
                None,
                row(self.edit, self.export, gap=12),
                self.remove,
                gap=14,
                margins=(20, 20, 20, 20),
            )
        )

    @staticmethod
    def _part(title: str, value: QLabel) -> QWidget:
        made = QWidget()
        made.setLayout(column(label(title, "caption"), value, gap=2))
        return made

    def show_person(self, person: PersonSummary | None) -> None:
        """Fill the panel; None hides it."""
        self.person = person
        self.setVisible(person is not None)
        self.show_purposes((), {})
        if person is None:
            return
        details = person.details
        self._avatar.set_name(details.name)
        self._name.setText(details.name)
        self._kind.setText(texts.kind(details.kind))
        self._contact.setText(details.contact)
        self._contact_row.setVisible(bool(details.contact))
        self._note.setText(details.note)
        self._note_row.setVisible(bool(details.note))
        self._since.setText(texts.day(person.enrolled_at))
        self._templates.setText(str(person.templates))
        self._show_consent(person)
        self.setAccessibleName(self.tr("Details of {name}").format(name=details.name))

    def _show_consent(self, person: PersonSummary) -> None:
        icon, words, token = consent_tag(person)
        set_icon(self._consent_icon, icon, off=token)
        allowed = person.consent in MATCHABLE_STATES
        if allowed and person.consent_until is not None:
            words = self.tr("{consent} until {day}").format(consent=words, day=texts.day(person.consent_until))
        self._consent.setText(words)
        self._effect.setText(
            self.tr("Recognised on the cameras.")
            if allowed
            else self.tr("Not recognised: this person is masked like everybody else.")
        )
        for act in (self.withdraw, self.own):
            act.setVisible(person.consent not in OVER)

    def show_purposes(self, entries: Sequence[RegisterEntry], titles: Mapping[PurposeKey, str]) -> None:
        """The purposes beside recognition, each with its own way back."""
        self._entries = tuple(entries)
        if any(entry.restricted for entry in entries):
            self._effect.setText(self.tr("Restricted: kept, and not recognised."))
        wanted = [entry for entry in entries if entry.need is not None or entry.ends_soon]
        remarks = dict.fromkeys(remark for entry in wanted for remark in words.remarks(entry))
        self._need.setText(" ".join(remarks))
        for part in (self._need, self.again):
            part.setVisible(bool(wanted))
        for made in self.withdraw_one:
            made.deleteLater()
        self.withdraw_one = []
        for entry in entries:
            if entry.purpose == RECOGNITION or entry.state in OVER:
                continue
            text = self.tr("Take back: {purpose}").format(purpose=words.purpose(entry.purpose, titles))
            made = button(text, partial(self.wants_withdraw.emit, entry, entry.purpose))
            self._purposes.addWidget(made)
            self.withdraw_one.append(made)

    def _ask_withdraw_all(self) -> None:
        if self._entries:
            self.wants_withdraw.emit(self._entries[0], None)

    def _show_own(self) -> None:
        if self.person is not None:
            self.wants_own.emit(self.person.id)

    def _ask_again(self) -> None:
        if self.person is not None:
            self.wants_again.emit(self.person.id)
