"""The enrolment coach as a person sees it: the picture, large words, and how many pictures are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.coach import Guidance
from desktop.domain.consent import PlainConsent
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.ids import CameraId
from desktop.services.coach import CoachOutcome, CoachService, CoachSession, CoachUpdate
from desktop.services.coach_words import FALLBACK, coach_words
from desktop.ui.capture.coach_canvas import CoachCanvas, TakenDots
from desktop.ui.look import set_icon
from desktop.ui.widgets.basic import button, column, label, row, set_text

_INTERVAL_MS: Final = 15
_COVERED_MS: Final = 100  # flat cells need no more


class CoachView(QWidget):
    """Before consent `cover` shows that the camera works, and nobody; after it `offer` arms the button that begins.

    `ended` brings a CoachOutcome with pictures, which the receiver owns and wipes; one without pictures is told here,
    with what stood in the way, and the button begins once more.
    """

    ended = Signal(object)  # CoachOutcome
    failed = Signal(object)  # ConsentryError
    running_changed = Signal(bool)
    guided = Signal(object)  # Guidance, or None while nothing is said

    def __init__(self, coach: CoachService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._coach = coach
        self._tasks = tasks
        self._words = self._operators_words = coach_words(FALLBACK)
        self._camera: CameraId | None = None
        self._consent: Callable[[], PlainConsent] | None = None
        self._session: CoachSession | None = None
        self._handle: TaskHandle[CoachOutcome] | None = None
        self.canvas = CoachCanvas()
        self.words = label("", "welcome", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said = label("", "muted", wrap=True)
        self.said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.said.hide()
        self.dots = TakenDots()
        self.start = button(self.tr("Begin"), self._press, look="primary", icon="play")
        line = row(self.dots, None, self.start, gap=12)
        layout = column(self.canvas, self.words, self.said, line, gap=8)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.start.setEnabled(False)
        self.canvas.resized.connect(self._on_resized)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        return self._session is not None

    def set_language(self, language: str) -> None:
        """The person's language, such as "ar"; a session takes that of its consent."""
        self._words = coach_words(language)

    def cover(self, camera_id: CameraId) -> None:
        """Show the camera as flat cells, in which nothing is looked for; the button is off."""
        self.end()
        self._camera = camera_id
        self._timer.start(_COVERED_MS)

    def offer(self, camera_id: CameraId, consent: Callable[[], PlainConsent]) -> None:
        """The same, and the button begins with the consent that `consent` then gives."""
        self.cover(camera_id)
        self._consent = consent
        self.start.setEnabled(True)

    def end(self) -> None:
        """Let the camera go, and wipe what was not handed over."""
        self._timer.stop()
        self._stop()
        self._camera = self._consent = None
        self.start.setEnabled(False)
        self.canvas.show_picture(None)
        self._tell(None)
        self.dots.show_taken(0)

    def _press(self) -> None:
        if self.running:
            self._stop()
            self._tell(None)
            self.dots.show_taken(0)
            self._timer.start(_COVERED_MS)
        elif self._consent is not None:
            try:
                self._begin(self._consent())
            except ConsentryError as error:
                self.failed.emit(error)

    def _begin(self, consent: PlainConsent) -> None:
        assert self._camera is not None
        session = self._coach.begin(self._camera, consent)
        session.set_size(*self.canvas.device_size())
        self._session = session
        self.set_language(consent.language)
        # No owner: what comes late must come back to be wiped.
        self._handle = self._tasks.run(
            lambda handle: session.run(handle),
            lambda outcome: self._on_ended(session, outcome),
            lambda error: self._on_failed(session, error),
        )
        self.words.clear()
        self.said.hide()
        self.dots.show_taken(0)
        self._timer.start(_INTERVAL_MS)
        self._label(self.tr("Stop"), "close")
        self.running_changed.emit(True)

    def _stop(self) -> None:
        """Give up the session that runs, if one does."""
        session, handle, self._session, self._handle = self._session, self._handle, None, None
        if session is None or handle is None:
            return
        handle.cancel()
        session.discard()
        self._label(self.tr("Begin"), "play")
        self.running_changed.emit(False)

    def _on_ended(self, session: CoachSession, outcome: CoachOutcome) -> None:
        if not self._finish(session):
            outcome.discard()
            return
        self._tell(outcome.guidance)
        if outcome.checks:
            self.dots.show_taken(len(outcome.checks))
            self.ended.emit(outcome)
            return
        outcome.discard()
        reason = self._operators_words[outcome.guidance]
        self.said.setText(self.tr("No pictures were taken. What stood in the way: {reason}.").format(reason=reason))
        self.said.show()
        self.dots.show_taken(0)

    def _on_failed(self, session: CoachSession, error: ConsentryError) -> None:
        if self._finish(session) and not isinstance(error, Cancelled):
            self._tell(None)
            self.failed.emit(error)

    def _finish(self, session: CoachSession) -> bool:
        """Whether that session is the one that this view still shows; the picture is covered again then."""
        if not Shiboken.isValid(self) or session is not self._session:
            return False
        self._session = self._handle = None
        self._timer.start(_COVERED_MS)
        self._label(self.tr("Once more"), "refresh")
        self.running_changed.emit(False)
        return True

    def _label(self, text: str, icon: str) -> None:
        set_icon(self.start, icon, on="on_primary", off="on_primary", size=18)
        set_text(self.start, text)

    def _on_resized(self, width: int, height: int) -> None:
        if self._session is not None:
            self._session.set_size(width, height)

    def _tick(self) -> None:
        if self._session is not None:
            update = self._session.newest()
            if update is not None:
                self._show(update)
        elif self._camera is not None:
            self.canvas.show_picture(self._coach.covered(self._camera, *self.canvas.device_size()))
            self.canvas.say(self._words[Guidance.NO_PICTURE])

    def _show(self, update: CoachUpdate) -> None:
        self.canvas.show_picture(update.pixels, update.advice)
        self.canvas.say(self._words[update.advice.guidance])
        self.dots.show_taken(update.advice.taken)
        self._tell(update.advice.guidance)

    def _tell(self, guidance: Guidance | None) -> None:
        """In the language of the consent, and below it in the operator's where that is another one."""
        words = "" if guidance is None else self._words[guidance]
        if words == self.words.text():
            return
        self.guided.emit(guidance)
        self.words.setText(words)
        self.words.setAccessibleName(words)
        said = "" if guidance is None else self._operators_words[guidance]
        self.said.setText(said)
        self.said.setVisible(bool(said) and said != words)
