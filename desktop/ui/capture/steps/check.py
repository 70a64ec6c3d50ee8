"""Step: a last look, and whether the person is enrolled already."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from desktop.domain.capture import settled_who
from desktop.domain.conversation import Need, Step
from desktop.services.desk import Desk
from desktop.ui import texts
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.widgets.basic import button, column, frame, label, row
from desktop.ui.widgets.picture import PictureView

_SIDE = 96
_MOST = 5


class CheckPage(StepPage):
    def __init__(self, session: CaptureSession, desk: Desk) -> None:
        super().__init__(session, Step.CHECK, "")
        self.lead.setText(self.tr("“Enrol” stores the consent, its proof and what was computed, all at once."))
        self._desk = desk
        self._facts: list[QLabel] = []
        self._table = column(gap=8)
        self._faces = [PictureView(self.tr("Picture {number}").format(number=index + 1)) for index in range(_MOST)]
        for face in self._faces:
            face.setFixedSize(_SIDE, _SIDE)
        self._alike_text = label("", "strong", wrap=True)
        self.another = button(self.tr("Another person, a twin for example"), session.tell_apart)
        self.known = button(self.tr("The same person"), self._on_same)
        buttons = row(self.known, self.another, None, gap=12)
        self._alike = frame("notice", column(self._alike_text, buttons, gap=10, margins=(14, 12, 14, 14)))
        card = frame("card", column(self._table, margins=(18, 14, 18, 16)))
        self.fill(column(row(*self._faces, None, gap=10), self._alike, card, gap=16))
        self.follow()

    def enter(self) -> QWidget | None:
        return self.another if Need.LOOKALIKE in self.session.needs else None

    def follow(self) -> None:
        if self.session.step is not Step.CHECK:
            for face in self._faces:
                face.show_pixels(None)
            return
        checks = self.session.pictures.checks
        for place, face in enumerate(self._faces):
            face.setVisible(place < len(checks))
            face.show_pixels(checks[place].preview if place < len(checks) else None)
        alike = Need.LOOKALIKE in self.session.needs
        self._alike.setVisible(alike)
        if alike:
            name = self._desk.people.name_of(self.session.lookalikes[0]) or ""
            self._alike_text.setText(self.tr("Looks like {name}, who is already enrolled.").format(name=name))
        self._say(self._lines(len(checks)))

    def _lines(self, pictures: int) -> list[tuple[str, str]]:
        who, text = settled_who(self.session.talk), self.session.text
        lines = [
            (self.tr("Name"), who.details.name),
            (self.tr("Kind"), texts.kind(who.details.kind)),
            (self.tr("Pictures"), str(pictures)),
        ]
        if text is not None:
            for key, agreed in self.session.talk.choices.items():
                lines.append((text.purposes[key].title, self.tr("Agreed") if agreed else self.tr("Refused")))
        return lines

    def _say(self, lines: list[tuple[str, str]]) -> None:
        while len(self._facts) < 2 * len(lines):
            title, value = label("", "muted", wrap=True), label("", "strong", wrap=True)
            line = row(title, value, gap=16)
            for place in (0, 1):
                line.setStretch(place, 1)
            self._table.addLayout(line)
            self._facts += [title, value]
        said = [each for pair in lines for each in pair]
        for place, fact in enumerate(self._facts):
            fact.setText(said[place] if place < len(said) else "")
            fact.setVisible(place < len(said))

    def _on_same(self) -> None:
        if self.session.lookalikes:
            self.same.emit(self.session.lookalikes[0])
