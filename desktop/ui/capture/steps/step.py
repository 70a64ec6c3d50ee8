"""What every step of the conversation has."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLayout, QWidget

from desktop.domain.conversation import Step
from desktop.ui.capture import words
from desktop.ui.capture.session import CaptureSession
from desktop.ui.widgets.basic import column, label
from desktop.ui.widgets.scroll import FormScroll


class StepPage(QWidget):
    """A title, one sentence, and what is to be done. Everything that is said goes into the session at once.

    `ready`: what the step was for has just been done; the keyboard may go to the button that goes on. `same`: the
    person is one who is enrolled already.
    """

    ready = Signal()
    same = Signal(str)  # PersonId

    def __init__(self, session: CaptureSession, step: Step, lead: str) -> None:
        super().__init__()
        self.session = session
        self.step = step
        self.lead = label(lead, "muted", wrap=True)
        self._title = label(words.step(step), "title")
        self.setAccessibleName(words.step(step))
        self.setAccessibleDescription(lead)

    def fill(self, body: QLayout, *, scrolls: bool = True) -> None:
        """Lay the page out: title, lead, `body`. Not `scrolls`: the body takes the height that is left."""
        head = column(self._title, self.lead, gap=6)
        if scrolls:
            inside = column(head, body, None, gap=18, margins=(28, 24, 28, 16))
            self.setLayout(column(FormScroll(inside), gap=0))
        else:
            whole = column(head, body, gap=18, margins=(28, 24, 28, 16))
            whole.setStretch(1, 1)
            self.setLayout(whole)

    def follow(self) -> None:
        """The session changed."""

    def enter(self) -> QWidget | None:
        """The step came to the front: where the keyboard begins; None: at the button that goes on."""
        return None

    def leave(self) -> None:
        """Another step came to the front, or the window closes."""
