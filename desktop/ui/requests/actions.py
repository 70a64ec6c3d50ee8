"""The steps of a request: each asks what it needs, then goes through a worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId, RequestId
from desktop.domain.legal_clock import PauseReason
from desktop.domain.requests import IdentityProof, RefusalGround
from desktop.services.desk import Desk
from desktop.services.requests import NewRequest, RequestView
from desktop.ui.errors import show_error
from desktop.ui.requests import words
from desktop.ui.requests.dialogs import ChoiceDialog, DaysOffDialog, NewRequestDialog, choices
from desktop.ui.requests.find_dialog import FindDialog
from desktop.ui.requests.letter_dialog import LetterDialog
from desktop.ui.widgets.reason_dialog import ReasonDialog, ReasonWords


class RequestActions(QObject):
    """`registered` says the number of a new request; `wants_person` that the person's page is wished for."""

    registered = Signal(str)
    wants_person = Signal(str)

    def __init__(self, desk: Desk, tasks: TaskRunner, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._tasks = tasks
        self._page = page

    def do(self, step: str, view: RequestView) -> None:
        """The step of that name (see RequestPanel.steps)."""
        requests, request = self._desk.requests, view.request.id
        steps: dict[str, Callable[[], object]] = {
            "find": lambda: self.ask_find(view),
            "person": lambda: self.wants_person.emit(str(view.request.person_id)),
            "identify": lambda: self.ask_identify(request),
            "authorise": lambda: self.ask_authorise(request),
            "take": lambda: self._run(lambda: requests.take(request)),
            "pause": lambda: self.ask_pause(view),
            "resume": lambda: self._run(lambda: requests.resume(request)),
            "extend": lambda: self.ask_extend(request),
            "letter": lambda: LetterDialog(self._desk, self._tasks, view, self._window).open(),
            "answer": lambda: self.ask_answer(request),
            "refuse": lambda: self.ask_refuse(request),
        }
        steps[step]()

    def ask_new(self) -> None:
        NewRequestDialog(self._window, self._desk.requests.today, self.register).open()

    def register(self, new: NewRequest) -> None:
        self._tasks.run(lambda _: self._desk.requests.register(new), self.registered.emit, self._on_failed, owner=self)

    def ask_find(self, view: RequestView | None) -> None:
        """Search for whoever it is about; None: only to see whether anything is held."""
        request = None if view is None else view.request.id
        FindDialog(self._desk, self._tasks, view, lambda found: self._on_found(request, found), self._window).open()

    def ask_identify(self, request: RequestId) -> None:
        requests = self._desk.requests
        ChoiceDialog(
            self._window,
            title=self.tr("Identity check"),
            text=self.tr("Say how it was made sure who asks. The document itself is never stored: no copy, no number."),
            choice=(self.tr("How"), choices(words.PROOFS)),
            line=(self.tr("Remark"), self.tr("Kept sealed with the request; may stay empty.")),
            act=self.tr("Proven"),
            needed=False,
            on_yes=lambda how, note: self._run(lambda: requests.identify(request, IdentityProof(how), note)),
            other=(self.tr("Not proven"), lambda note: self._run(lambda: requests.not_identified(request, note))),
        ).open()

    def ask_authorise(self, request: RequestId) -> None:
        self._ask_reason(
            ReasonWords(
                self.tr("Authority"),
                self.tr("Somebody asks in the person's place. Nothing is given out before their authority was seen."),
                self.tr("What was shown"),
                self.tr("For example: power of attorney of 3 March, seen. The paper itself is not stored."),
                self.tr("Say what was shown."),
                self.tr("Record"),
            ),
            lambda text: self._desk.requests.authorise(request, text),
        )

    def ask_pause(self, view: RequestView) -> None:
        request, requests = view.request.id, self._desk.requests
        ChoiceDialog(
            self._window,
            title=self.tr("Stop the clock"),
            text=self.tr("The clock stands from today until what was asked for has come."),
            choice=(self.tr("What is awaited"), choices({each: words.PAUSES[each] for each in view.pauses})),
            line=(self.tr("What was asked"), self.tr("Kept sealed with the request.")),
            act=self.tr("Stop the clock"),
            needed=True,
            on_yes=lambda what, text: self._run(lambda: requests.pause(request, PauseReason(what), text)),
        ).open()

    def ask_extend(self, request: RequestId) -> None:
        self._ask_reason(
            ReasonWords(
                self.tr("Extend the period"),
                self.tr("The person must be told before the first period ends: make the letter at once."),
                self.tr("Why it takes longer"),
                self.tr("Stands in the letter."),
                self.tr("Say why."),
                self.tr("Extend"),
            ),
            lambda text: self._desk.requests.extend(request, text),
        )

    def ask_answer(self, request: RequestId) -> None:
        self._ask_reason(
            ReasonWords(
                self.tr("Answer"),
                self.tr("The request is closed with this. Then make the letter."),
                self.tr("What was done"),
                self.tr("Stands in the letter."),
                self.tr("Say what was done."),
                self.tr("Close as answered"),
            ),
            lambda text: self._desk.requests.answer(request, text),
        )

    def ask_refuse(self, request: RequestId) -> None:
        requests = self._desk.requests
        ChoiceDialog(
            self._window,
            title=self.tr("Refuse"),
            text=self.tr("The request is closed. The letter names the reasons and where the person can complain."),
            choice=(self.tr("Ground"), choices(words.GROUNDS)),
            line=(self.tr("Reasons"), self.tr("Stand in the letter.")),
            act=self.tr("Refuse"),
            needed=True,
            on_yes=lambda ground, text: self._run(lambda: requests.refuse(request, RefusalGround(ground), text)),
        ).open()

    def ask_days_off(self) -> None:
        settings = self._desk.settings.current
        DaysOffDialog(self._window, settings.holiday_region, settings.own_days_off, self._set_days_off).open()

    def _set_days_off(self, region: str, days: tuple[date, ...]) -> None:
        self._run(lambda: self._desk.settings.change(holiday_region=region, own_days_off=days))

    def _ask_reason(self, said: ReasonWords, work: Callable[[str], None]) -> None:
        ReasonDialog(self._window, said, lambda text: self._run(lambda: work(text))).open()

    def _on_found(self, request: RequestId | None, found: PersonId) -> None:
        if request is None:
            self.wants_person.emit(found)
        else:
            self._run(lambda: self._desk.requests.link(request, found))

    def _run(self, work: Callable[[], object]) -> None:
        """The board follows the hub; nothing is left to be shown here."""
        self._tasks.run(lambda _: work(), lambda _: None, self._on_failed, owner=self)

    @property
    def _window(self) -> QWidget:
        return self._page.window()

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self._page.window())
