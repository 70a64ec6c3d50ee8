"""What the person sees, step by step."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget

from desktop.domain.conversation import Step
from desktop.domain.paper import Paper
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.choices import ChoiceCards
from desktop.ui.capture.steps.confirmation import ConfirmationPanel
from desktop.ui.papers.printing import PaperView
from desktop.ui.widgets.basic import column, label
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.notice_text import NoticeReader
from desktop.ui.widgets.scroll import FormScroll


class VisitorPage(QWidget):
    """A title above what is to be done."""

    def __init__(self, session: CaptureSession) -> None:
        super().__init__()
        self.session = session
        self.title = label("", "title", wrap=True)

    def fill(self, body: QLayout, *, scrolls: bool) -> None:
        if scrolls:
            self.setLayout(column(FormScroll(column(self.title, body, None, gap=18)), gap=0))
        else:
            whole = column(self.title, body, gap=18)
            whole.setStretch(1, 1)
            self.setLayout(whole)

    def follow(self) -> None:
        """The session changed."""


class ReadPage(VisitorPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session)
        self.told = Notice()
        self.reader = NoticeReader()
        body = column(self.told, self.reader, gap=14)
        body.setStretch(1, 1)
        self.fill(body, scrolls=False)

    def say(self, sentence: str) -> None:
        self.told.say(sentence, Tone.ATTENTION)

    def follow(self) -> None:
        self.title.setText(self.session.words.read)
        self.reader.show_text(self.session.text)


class ChoosePage(VisitorPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session)
        self.free = label("", wrap=True)
        self.choices = ChoiceCards(session)
        self.fill(column(self.free, self.choices, gap=16), scrolls=True)

    def follow(self) -> None:
        self.title.setText(self.session.words.choose)
        self.free.setText(self.session.words.free)
        self.choices.follow()


class ConfirmPage(VisitorPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session)
        self.panel = ConfirmationPanel(session)
        self.fill(column(self.panel), scrolls=True)

    def follow(self) -> None:
        self.title.setText(self.session.words.confirm)
        self.panel.follow()


class TellPage(VisitorPage):
    """The steps in which the person only waits, looks into the camera (the coach's words are repeated here), or is
    done."""

    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session)
        self.sentence = label("", "heading", wrap=True)
        for each in (self.title, self.sentence):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.view = PaperView()
        self._paper: Paper | None = None
        session.guided.connect(self.follow)
        self._lines = column(None, self.title, self.sentence, self.view, None, gap=20)
        self.setLayout(self._lines)

    def follow(self) -> None:
        words = self.session.words
        whole = self.session.ended is None or self.session.ended.whole
        title, sentence = {
            Step.PHOTO: (words.photo, self.session.guidance_words or words.photo_why),
            Step.CHECK: (words.check, ""),
            Step.RECEIPT: (words.thanks, words.recorded),
            Step.PASS: (words.thanks, words.passed if whole else words.done_covered),
        }.get(self.session.step, (words.welcome, words.wait))
        self.title.setText(title)
        self.sentence.setText(sentence)
        paper = self.session.paper
        if paper is not None and paper is not self._paper:
            self.view.show_paper(paper)
        self._paper = paper
        self.view.setVisible(paper is not None)
        self._lines.setStretch(3, 20 if paper is not None else 0)
