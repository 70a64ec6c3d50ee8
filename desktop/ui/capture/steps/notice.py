"""Step: the person reads the notice."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QPushButton

from desktop.domain.capture import Step
from desktop.domain.notices import LANGUAGES
from desktop.services.visitor_words import visitor_words
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.widgets.basic import button, column, row
from desktop.ui.widgets.notice_text import NoticeReader


class LanguageBar(QButtonGroup):
    """A button for each language that the program speaks, in its own words; off where no notice is published in it."""

    def __init__(self, session: CaptureSession) -> None:
        super().__init__()
        self._session = session
        self.by_language: dict[str, QPushButton] = {}
        for language in LANGUAGES:
            made = button(visitor_words(language).language, look="answer")
            made.setCheckable(True)
            self.addButton(made)
            self.by_language[language] = made
            made.clicked.connect(lambda _checked=False, language=language: session.set_language(language))
        self.follow()

    def follow(self) -> None:
        notice = self._session.notice
        published = notice.languages if notice is not None else ()
        self.setExclusive(False)
        for language, made in self.by_language.items():
            made.setEnabled(language in published)
            made.setChecked(language == self._session.language)
        self.setExclusive(True)


class NoticePage(StepPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session, Step.NOTICE, "")
        self.lead.setText(self.tr("In the person's language. Give them the time to read it, or read it to them."))
        self.languages = LanguageBar(session)
        self.languages.setParent(self)
        self.reader = NoticeReader()
        bar = row(*self.languages.by_language.values(), None, gap=8)
        body = column(bar, self.reader, gap=16)
        body.setStretch(1, 1)
        self.fill(body, scrolls=False)
        self.follow()

    def follow(self) -> None:
        self.languages.follow()
        self.reader.show_text(self.session.text)
