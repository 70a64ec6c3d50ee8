"""Step: one answer for each purpose."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.conversation import Step
from desktop.domain.notices import RIGHT_TO_LEFT, NoticeText
from desktop.domain.purposes import PurposeKey
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.widgets.basic import column
from desktop.ui.widgets.choice_card import ChoiceCard


class ChoiceCards(QWidget):
    """A card for each purpose in the person's language, made anew with another text. For both windows.

    `complete`: the last open question was answered.
    """

    complete = Signal()

    def __init__(self, session: CaptureSession) -> None:
        super().__init__()
        self._session = session
        self._text: NoticeText | None = None
        self.cards: dict[PurposeKey, ChoiceCard] = {}
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(14)

    def follow(self) -> None:
        text = self._session.text
        if text != self._text:
            self._text = text
            self._make(text)
        for key, card in self.cards.items():
            card.show_answer(self._session.talk.choices.get(key))

    def _make(self, text: NoticeText | None) -> None:
        for card in self.cards.values():
            self._lines.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards.clear()
        notice = self._session.notice
        if text is None or notice is None:
            return
        direction = _direction(text.language)
        words = self._session.words
        for purpose in notice.purposes:
            said = text.purposes[purpose.key]
            card = ChoiceCard(said.title, said.explanation, words.agree, words.refuse)
            card.setLayoutDirection(direction)
            card.answered.connect(lambda agreed, key=purpose.key: self._answer(key, agreed))
            self.cards[purpose.key] = card
            self._lines.addWidget(card)

    def _answer(self, key: PurposeKey, agreed: bool) -> None:
        self._session.choose(key, agreed)
        following = self.first_open()
        if following is not None:
            following.setFocus()
        else:
            self.complete.emit()

    def first_open(self) -> QWidget | None:
        """Where the next answer is given; None: all are."""
        choices = self._session.talk.choices
        return next((card.agree for key, card in self.cards.items() if key not in choices), None)


def _direction(language: str) -> Qt.LayoutDirection:
    return Qt.LayoutDirection.RightToLeft if language in RIGHT_TO_LEFT else Qt.LayoutDirection.LeftToRight


class ChoicesPage(StepPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session, Step.CHOICES, "")
        self.lead.setText(
            self.tr("The person answers. Refusing is as good as agreeing, and leads to a visitor pass if need be.")
        )
        self.choices = ChoiceCards(session)
        self.choices.complete.connect(self.ready)
        self.fill(column(self.choices))
        self.follow()

    def follow(self) -> None:
        self.choices.follow()

    def enter(self) -> QWidget | None:
        return self.choices.first_open()
