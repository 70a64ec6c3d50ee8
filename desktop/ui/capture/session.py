"""One conversation on the screen: both windows act on it and follow it. Lives on the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain import capture as rules
from desktop.domain.coach import Guidance
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import ENDS, Around, Confirmation, Conversation, Need, Step, Who
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.notices import RIGHT_TO_LEFT, Notice, NoticeText, filled
from desktop.domain.paper import Paper
from desktop.domain.people import PersonSummary
from desktop.domain.purposes import PurposeKey
from desktop.domain.withdrawal import Withdrawal
from desktop.services.coach_words import FALLBACK, coach_words
from desktop.services.desk import Desk
from desktop.services.gallery_feed import utc_now
from desktop.services.photo_check import PhotoCheck
from desktop.services.visitor_words import VisitorWords, visitor_words
from desktop.ui.capture.draft_writer import DraftWriter


@dataclass(slots=True)
class Pictures:
    """What the photo step has. `place`: name of the camera; empty for files. `another`: whoever looks alike is another
    person, said the guard."""

    checks: Sequence[PhotoCheck] = ()
    busy: bool = False
    place: str = ""
    another: bool = False


class CaptureSession(QObject):
    """`changed` after every change of the conversation or of what surrounds it; `stepped` after another step, too.

    `lacking`: somebody wanted to go on, and these needs stand in the way. `interrupted`: the notice was changed.
    `guided`: the coach says something else.
    """

    changed = Signal()
    stepped = Signal()
    lacking = Signal(object)  # tuple[Need, ...]
    interrupted = Signal()
    failed = Signal(object)  # ConsentryError
    guided = Signal()

    def __init__(
        self, desk: Desk, tasks: TaskRunner, events: DeskEvents, talk: Conversation, notice: Notice, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self.talk = talk
        self.notice: Notice | None = notice
        self.namesakes: list[PersonSummary] = []
        self.pictures = Pictures()
        self.guidance: Guidance | None = None
        self.consent_id: ConsentId | None = None
        self.ended: Withdrawal | None = None  # of whoever was asked again and refused
        self.paper: Paper | None = None  # the receipt or the pass, once it is made
        self.working = False  # enrolling, or looking for people of the same name
        self._writer = DraftWriter(desk.capture, tasks, self.failed.emit, self)
        if talk.shown is None and notice.languages:
            self.talk = rules.show(talk, notice, notice.languages[0])
        events.notices_changed.connect(self._look_for_notice)
        events.settings_changed.connect(self.changed)

    @property
    def step(self) -> Step:
        return self.talk.step

    @property
    def again(self) -> bool:
        """Whether it is somebody enrolled who is asked once more."""
        return self.talk.renews is not None

    @property
    def method(self) -> Method:
        return self._desk.capture.method

    @property
    def around(self) -> Around:
        checks = self.pictures.checks
        alike = bool(self.lookalikes) and not self.pictures.another
        return Around(
            notice=self.notice,
            method=self.method,
            namesakes=bool(self.namesakes),
            pictures=len(checks),
            busy=self.pictures.busy,
            lookalike=alike,
        )

    @property
    def needs(self) -> tuple[Need, ...]:
        return rules.needs(self.talk, self.around)

    @property
    def language(self) -> str:
        return self.talk.shown.language if self.talk.shown is not None else ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Those the notice is published in."""
        return self.notice.languages if self.notice is not None else ()

    @property
    def right_to_left(self) -> bool:
        return self.language in RIGHT_TO_LEFT

    @property
    def words(self) -> VisitorWords:
        """In the person's language; in English before there is one."""
        return visitor_words(self.language or "en")

    @property
    def guidance_words(self) -> str:
        """What the coach says, in the person's language; empty while it says nothing."""
        return "" if self.guidance is None else coach_words(self.language or FALLBACK)[self.guidance]

    @property
    def text(self) -> NoticeText | None:
        """The notice as the person reads it; None: there is none in their language."""
        controller = self._desk.controller.current
        if self.notice is None or controller is None or self.language not in self.notice.texts:
            return None
        return filled(self.notice.texts[self.language], controller)

    @property
    def screen_text(self) -> str:
        """What the person confirms."""
        text = self.text
        if text is None:
            return ""
        who = self.talk.who
        name = rules.stand_in(self.talk.person_id) if who.nameless else who.details.name
        return self.words.screen_text(text, self.talk.choices, name if who.minor else "")

    @property
    def lookalikes(self) -> list[PersonId]:
        """Who is enrolled and would be matched with the pictures, each once."""
        found = [each.closest for each in self.pictures.checks]
        return list(dict.fromkeys(each.person_id for each in found if each is not None and each.duplicate))

    def set_who(self, who: Who) -> None:
        if who.details.name != self.talk.who.details.name:
            self.namesakes = []
        self._take(rules.change_who(self.talk, who))

    def set_language(self, language: str) -> None:
        if self.notice is not None and self.step not in ENDS:
            self._take(rules.show(self.talk, self.notice, language))

    def choose(self, purpose: PurposeKey, agreed: bool) -> None:
        if self.step is Step.CHOICES:
            self._take(rules.choose(self.talk, purpose, agreed))

    def sign(self, signature: bytes) -> None:
        """What was drawn, as PNG; empty: nothing."""
        self._confirm(Confirmation(Method.SIGNATURE, self.screen_text, signature=signature) if signature else None)

    def tick(self, ticked: bool) -> None:
        self._confirm(Confirmation(Method.CHECKBOX, self.screen_text, ticked=True) if ticked else None)

    def witness(self, name: str) -> None:
        self._confirm(Confirmation(Method.SPOKEN, self.screen_text, witness=name) if name.strip() else None)

    def _confirm(self, confirmation: Confirmation | None) -> None:
        if self.step is Step.CONFIRMATION:
            self._take(rules.confirm(self.talk, confirmation))

    def set_pictures(self, checks: Sequence[PhotoCheck], *, busy: bool, place: str) -> None:
        another = self.pictures.another and list(checks) == list(self.pictures.checks)
        self.pictures = Pictures(tuple(checks), busy, place, another)
        self.changed.emit()

    def guide(self, guidance: Guidance | None) -> None:
        """What the coach says to the person; None: nothing."""
        self.guidance = guidance
        self.guided.emit()

    def tell_apart(self) -> None:
        """Whoever looks alike is another person."""
        self.pictures = replace(self.pictures, another=True)
        self.changed.emit()

    def forward(self) -> None:
        """To the next step, where nothing stands in the way."""
        if self.working or self.step in ENDS:
            return
        if self.needs:
            self.lacking.emit(self.needs)
        elif self.again:
            self._go_on_again()
        elif self.step is Step.WHO and not self.talk.who.nameless and not self.talk.who.another:
            self._look_for_namesakes()
        elif self.step is Step.CHECK:
            self._enrol()
        else:
            self._go()

    def back(self) -> None:
        if not self.working:
            self._take(rules.back(self.talk), written=True)

    def withdraw(self) -> None:
        """The person wants no more of it. Whoever is asked again refuses in the choices; else what they agreed to
        before stands."""
        if self.working or self.again or self.step in ENDS:
            return
        self._take(rules.withdraw(self.talk))
        self._end()

    def leave(self) -> None:
        """The window is closed: what was computed is wiped, the draft stays to be taken up again."""
        self._writer.drop()
        self._wipe()

    def give_up(self) -> None:
        """The conversation is over without a result, and so is its draft."""
        self._writer.drop()
        self._wipe()
        talk = self.talk
        if talk.step not in ENDS and not self.again:
            self._tasks.run(lambda _: self._desk.capture.give_up(talk))

    def _go(self) -> None:
        self._take(rules.forward(self.talk, self.around), written=True)
        if self.step is Step.PASS:
            self._end()

    def _end(self) -> None:
        """Refused: nothing of it stays."""
        self._writer.drop()
        self._wipe()
        talk = self.talk
        self._tasks.run(lambda _: self._desk.capture.give_up(talk), None, self.failed.emit, owner=self)

    def _take(self, talk: Conversation, *, written: bool = False) -> None:
        talk = rules.asked(talk, utc_now())
        if talk == self.talk:
            return
        stepped, self.talk = talk.step is not self.talk.step, talk
        if not talk.recognised:
            self._wipe()
        if written and talk.step not in ENDS and not self.again:
            self._writer.write(talk)
        self.changed.emit()
        if stepped:
            self.stepped.emit()

    def _wipe(self) -> None:
        for check in self.pictures.checks:
            check.discard()
        self.pictures = Pictures()

    def _work(self, working: bool) -> None:
        self.working = working
        self.changed.emit()

    def _look_for_namesakes(self) -> None:
        talk = self.talk
        self._work(True)

        def found(people: list[PersonSummary]) -> None:
            self._work(False)
            if talk != self.talk:
                return
            self.namesakes = people
            if self.needs:
                self.changed.emit()
                self.lacking.emit(self.needs)
            else:
                self._go()

        self._tasks.run(lambda _: self._desk.capture.namesakes(talk), found, self._on_failed, owner=self)

    def _go_on_again(self) -> None:
        """With somebody enrolled: what ends the conversation is recorded before the next step."""
        talk, again = self.talk, self._desk.asking_again
        onwards = rules.forward(talk, self.around)

        def renewed(consent_id: ConsentId) -> None:
            self.consent_id = consent_id
            arrive()

        def refused(ended: Withdrawal) -> None:
            self.ended = ended
            arrive()

        def arrive() -> None:
            self.working = False
            self._take(onwards)

        if onwards.step is Step.PASS:
            self._work(True)
            self._tasks.run(lambda _: again.refuse(talk), refused, self._on_failed, owner=self)
        elif onwards.step is Step.RECEIPT:
            self._work(True)
            self._tasks.run(lambda _: again.renew(talk), renewed, self._on_failed, owner=self)
        else:
            self._take(onwards)

    def _enrol(self) -> None:
        talk, pictures = self.talk, self.pictures
        self._writer.drop()
        self._work(True)

        def done(consent_id: ConsentId) -> None:
            self.consent_id = consent_id
            self.pictures = Pictures()
            self.working = False
            self._take(replace(talk, step=Step.RECEIPT))

        self._tasks.run(
            lambda _: self._desk.capture.enrol(talk, pictures.checks, pictures.place),
            done,
            self._on_enrolment_failed,
            owner=self,
        )

    def _on_enrolment_failed(self, error: ConsentryError) -> None:
        """The service has wiped the pictures: new ones are taken."""
        self.pictures = Pictures()
        self._on_failed(error)
        self._take(replace(self.talk, step=Step.PHOTO))

    def _on_failed(self, error: ConsentryError) -> None:
        self._work(False)
        self.failed.emit(error)

    def _look_for_notice(self) -> None:
        def found(notice: Notice | None) -> None:
            self.notice = notice
            before = self.talk
            self._take(rules.follow(self.talk, notice), written=True)
            if self.talk != before and before.step is not Step.WHO:
                self.interrupted.emit()
            self.changed.emit()

        self._tasks.run(lambda _: self._desk.notices.in_force(), found, self._on_failed, owner=self)
