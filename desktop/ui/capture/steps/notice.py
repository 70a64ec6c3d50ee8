"""Step: the person reads the notice."""

from __future__ import annotations

from desktop.domain.conversation import Step
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.visitor.languages import LanguageBar
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.notice_text import NoticeReader


class NoticePage(StepPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session, Step.NOTICE, "")
        self.lead.setText(self.tr("In the person's language. Give them the time to read it, or read it to them."))
        self.languages = LanguageBar(session.set_language)
        self.languages.setParent(self)
        self.reader = NoticeReader()
        bar = row(*self.languages.by_language.values(), None, gap=8)
        body = column(bar, self.reader, gap=16)
        body.setStretch(1, 1)
        self.fill(body, scrolls=False)
        self.follow()

    def follow(self) -> None:
        self.languages.follow(self.session.languages, self.session.language)
        self.reader.show_text(self.session.text)
