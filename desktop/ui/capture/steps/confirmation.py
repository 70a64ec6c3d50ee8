"""Step: the choices are confirmed, in the way that the site wants."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QStackedWidget, QWidget

from desktop.domain.consent_proof import Method
from desktop.domain.conversation import MAX_REASON, Confirmation, Step
from desktop.ui.capture.session import CaptureSession
from desktop.ui.capture.steps.step import StepPage
from desktop.ui.widgets.basic import button, column, frame, holding, label, row, set_text
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.signature import SignaturePad


class ConfirmationPanel(QWidget):
    """What is confirmed, and where: a field to sign in, a button to press, or a sentence to say aloud. For both
    windows; what is done in one is seen in the other. `done`: it was confirmed here."""

    done = Signal()

    def __init__(self, session: CaptureSession) -> None:
        super().__init__()
        self._session = session
        self._seen: Confirmation | None = None
        self.statement = label("", wrap=True)
        self._sign_here = label("", "strong")
        self.pad = SignaturePad("")
        self.clear: QPushButton = button("", self.pad.clear)
        self._elsewhere = label("", "muted", wrap=True)
        self.tick = button("", look="answer")
        self.tick.setCheckable(True)
        self._spoken = label("", "heading", wrap=True)
        head = row(self._sign_here, None, self.clear, gap=12)
        self._signing = holding(column(head, self.pad, self._elsewhere, gap=8))
        self._ticking = holding(column(self.tick, None))
        self._saying = holding(column(self._spoken, None))
        self._stack = QStackedWidget()
        for page in (self._signing, self._ticking, self._saying):
            self._stack.addWidget(page)
        card = frame("card", column(self.statement, margins=(18, 14, 18, 16)))
        self.setLayout(column(card, self._stack, gap=18))
        self.pad.signed.connect(self._on_signed)
        self.tick.clicked.connect(self._on_ticked)

    def follow(self) -> None:
        session, words = self._session, self._session.words
        self.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if session.right_to_left else Qt.LayoutDirection.LeftToRight
        )
        self.statement.setText(session.screen_text)
        self._sign_here.setText(words.sign)
        self.pad.setAccessibleName(words.sign)
        set_text(self.clear, words.clear)
        set_text(self.tick, words.tick)
        self._spoken.setText(words.spoken)
        pages = {Method.SIGNATURE: self._signing, Method.CHECKBOX: self._ticking, Method.SPOKEN: self._saying}
        self._stack.setCurrentWidget(pages[session.method])
        self._show(session.talk.confirmation)

    def _show(self, confirmation: Confirmation | None) -> None:
        self.tick.setChecked(confirmation is not None and confirmation.ticked)
        signed = confirmation is not None and bool(confirmation.signature)
        self._elsewhere.setText("✓" if signed and not self.pad.strokes else "")
        if self._seen is not None and confirmation is None:
            self.pad.forget()
        self._seen = confirmation

    def _on_signed(self, picture: bytes) -> None:
        self._session.sign(picture)
        if picture:
            self.done.emit()

    def _on_ticked(self, ticked: bool) -> None:
        self._session.tick(ticked)
        if ticked:
            self.done.emit()


class ConfirmationPage(StepPage):
    def __init__(self, session: CaptureSession) -> None:
        super().__init__(session, Step.CONFIRMATION, "")
        self.lead.setText(self.tr("The person confirms what they decided. Nothing is computed from a face before."))
        self.panel = ConfirmationPanel(session)
        self.panel.done.connect(self.ready)
        self.witness = QLineEdit()
        self.witness.setMaxLength(MAX_REASON)
        self._witness = Field(
            self.tr("Witness"), self.witness, self.tr("Who heard it. The name is kept as a part of the proof.")
        )
        self.witness.textEdited.connect(session.witness)
        self.fill(column(self.panel, self._witness, gap=18))
        self.follow()

    def follow(self) -> None:
        self.panel.follow()
        spoken = self.session.method is Method.SPOKEN
        self._witness.setVisible(spoken)
        confirmation = self.session.talk.confirmation
        name = confirmation.witness if confirmation is not None else ""
        if not name or not self.witness.text():
            self.witness.setText(name)

    def enter(self) -> QWidget | None:
        if self.session.talk.confirmation is not None:
            return None
        return {Method.SPOKEN: self.witness, Method.CHECKBOX: self.panel.tick}.get(self.session.method)
