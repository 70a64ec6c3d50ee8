"""The person's window of their own consents: each one, and all of them, taken back by pressing once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent import MATCHABLE_STATES
from desktop.domain.notices import LANGUAGES
from desktop.domain.own_consents import OwnConsent, OwnConsents
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.services.access import Access
from desktop.services.paper_words import paper_words
from desktop.services.visitor_words import VisitorWords
from desktop.ui.papers.layout import said_day
from desktop.ui.visitor.own_session import OwnSession
from desktop.ui.visitor.shell import VisitorShell
from desktop.ui.widgets.basic import button, column, label, row, set_text
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.scroll import FormScroll


class OwnWindow(VisitorShell):
    """What is still to be done, or was done last, stands in `told`."""

    def __init__(self, session: OwnSession, access: Access | None, tasks: TaskRunner) -> None:
        super().__init__(access, tasks, session.set_language)
        self._session = session
        self._title = label("", "title", wrap=True)
        self._name = label("", "strong", wrap=True)
        self._lead = label("", wrap=True)
        self.told = Notice()
        self.cards: dict[PurposeKey, OwnCard] = {}
        self._shown: tuple[OwnConsents | None, str] | None = None
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self.all = button("", lambda: session.take_back(None), look="danger")
        self._after = label("", "heading", wrap=True)
        body = QWidget()
        inside = column(
            self._title, self._name, self._lead, self.told, self._after, self._lines, row(self.all, None), None, gap=16
        )
        body.setLayout(column(FormScroll(inside), gap=0))
        session.changed.connect(self.follow)
        self.fill(body)

    def follow(self) -> None:
        session, words = self._session, self._session.words
        own = session.own
        self.speak(session.language, words)
        self.languages.follow(LANGUAGES, session.language)
        self._title.setText(words.own_title)
        self._name.setText("" if own is None else words.own_for.format(name=own.name))
        self._lead.setText(words.own_lead)
        self._after.setText(words.hand_back)
        for line, shown in (
            (self._name, own is not None),
            (self._lead, own is not None and session.done is None),
            (self._after, session.done is not None and not session.working),
        ):
            line.setVisible(shown)
        self.told.say(*self._said(words))
        if self._shown != (own, session.language):
            self._shown = (own, session.language)
            self._make(own, words)
        set_text(self.all, words.take_back_all)
        standing = [] if own is None else [each for each in own.purposes if each.stands]
        self.all.setVisible(len(standing) > 1)
        for act in (self.all, *(card.act for card in self.cards.values())):
            act.setEnabled(not session.working)

    def _said(self, words: VisitorWords) -> tuple[str, Tone]:
        session, done = self._session, self._session.done
        if session.working:
            return words.check, Tone.PLAIN
        if session.error is not None:
            return words.own_failed, Tone.ATTENTION
        if done is None:
            return "", Tone.PLAIN
        if done.covered or done.held:
            return words.done_covered, Tone.ATTENTION
        if not done.whole:
            return words.done_waits, Tone.ATTENTION
        if done.kept_until is not None:
            day = said_day(done.kept_until, session.language, session.time_zone)
            return words.done_all.format(day=day), Tone.GOOD
        return (words.done_photo if session.asked == PHOTO else words.done_other), Tone.GOOD

    def _make(self, own: OwnConsents | None, words: VisitorWords) -> None:
        for card in self.cards.values():
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards.clear()
        for consent in () if own is None else own.purposes:
            said = _state(consent, self._session.language, self._session.time_zone)
            card = OwnCard(consent, self._session.language, said, words, self._session.take_back)
            self.cards[consent.purpose] = card
            self._lines.addWidget(card)


class OwnCard(QFrame):
    """One purpose: what it is, how it stands, what taking it back does, and the button for that."""

    def __init__(
        self,
        consent: OwnConsent,
        language: str,
        said: str,
        words: VisitorWords,
        take_back: Callable[[PurposeKey], object],
    ) -> None:
        super().__init__()
        self.setProperty("look", "card")
        told = consent.words[language]
        self.setAccessibleName(f"{told.title}: {said}")
        then = {RECOGNITION: words.then_recognition, PHOTO: words.then_photo}.get(consent.purpose, words.then_other)
        self.act: QPushButton = button(words.take_back, lambda: take_back(consent.purpose), look="answer")
        self.act.setAccessibleName(f"{words.take_back}: {told.title}")
        self.act.setAccessibleDescription(then)
        consequence = label(then, "muted", wrap=True)
        lines = column(label(told.title, "heading", wrap=True), label(said, "strong", wrap=True), gap=6)
        end = row(consequence, self.act, gap=16)
        end.setStretch(0, 1)
        end.setAlignment(self.act, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(lines, end, gap=10, margins=(18, 14, 18, 16)))
        for part in (consequence, self.act):
            part.setVisible(consent.stands)


def _state(consent: OwnConsent, language: str, time_zone: str) -> str:
    """Such as "agreed, valid until 3 March 2027"."""
    words = paper_words(language)
    state = words.states[consent.state]
    if consent.state not in MATCHABLE_STATES:
        return state
    if consent.until is None:
        return f"{state} · {words.receipt.open_end}"
    return f"{state} · {words.receipt.valid_until} {said_day(consent.until, language, time_zone)}"
