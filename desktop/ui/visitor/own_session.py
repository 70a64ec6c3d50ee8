"""A person's own consents on the screen: the person takes them back, the guard follows. Lives on the GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.own_consents import OwnConsents
from desktop.domain.purposes import PurposeKey
from desktop.domain.withdrawal import Withdrawal
from desktop.services.desk import Desk
from desktop.services.own_consents import PersonUnknown
from desktop.services.visitor_words import VisitorWords, visitor_words


class OwnSession(QObject):
    """`changed` after everything that happens; `taken` with the Withdrawal, for the guard.

    Attributes:
        own: None once the person is no longer stored: neither name nor purposes are shown then.
        asked, done: what was taken back last (None: everything), and what came of it.
        error: why it did not work; None: it did.
    """

    changed = Signal()
    taken = Signal(object)  # Withdrawal
    failed = Signal(object)  # ConsentryError

    def __init__(self, desk: Desk, tasks: TaskRunner, own: OwnConsents, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._person_id = own.person_id
        self.own: OwnConsents | None = own
        self.time_zone = own.time_zone
        self.language = own.language
        self.working = False
        self.asked: PurposeKey | None = None
        self.done: Withdrawal | None = None
        self.error: ConsentryError | None = None

    @property
    def words(self) -> VisitorWords:
        return visitor_words(self.language)

    def set_language(self, language: str) -> None:
        self.language = language
        self.changed.emit()

    def take_back(self, purpose: PurposeKey | None) -> None:
        """At once, without asking again: one purpose, or (None) everything."""
        if self.working or self.own is None:
            return
        self.working, self.asked, self.error = True, purpose, None
        self.changed.emit()
        person_id = self._person_id

        def work() -> tuple[Withdrawal, OwnConsents | None]:
            done = self._desk.withdrawals.withdraw(person_id, purpose)
            try:
                return done, self._desk.own_consents.of(person_id)
            except PersonUnknown:
                return done, None

        self._tasks.run(lambda _: work(), self._on_done, self._on_failed, owner=self)

    def _on_done(self, result: tuple[Withdrawal, OwnConsents | None]) -> None:
        self.done, self.own = result
        self.working = False
        self.changed.emit()
        self.taken.emit(self.done)

    def _on_failed(self, error: ConsentryError) -> None:
        self.working, self.error = False, error
        self.changed.emit()
        self.failed.emit(error)
