"""What can be done about a consent: taken back, restricted. Asks first, with the consequences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.consent_register import RegisterEntry
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.purposes import PurposeKey
from desktop.domain.withdrawal import Withdrawal
from desktop.services.desk import Desk
from desktop.ui.consent import words
from desktop.ui.consent.own_dialog import OwnConsentsDialog
from desktop.ui.errors import show_error
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.reason_dialog import ReasonDialog, ReasonWords


class ConsentActions(QObject):
    """`notice` says what came of it. `titles`: of the site's own purposes."""

    def __init__(self, desk: Desk, tasks: TaskRunner, busy: BusyRow, notice: Notice, page: QWidget) -> None:
        super().__init__(page)
        self._desk = desk
        self._tasks = tasks
        self._busy = busy
        self._notice = notice
        self._page = page
        self.titles: Mapping[PurposeKey, str] = {}

    def ask_withdraw_all(self, person_id: PersonId) -> None:
        """Of whoever showed a receipt: look up who it is, then as `ask_withdraw`."""
        self._tasks.run(
            lambda _: self._desk.consents.of_person(person_id)[0],
            lambda entry: self.ask_withdraw(entry, None),
            self._on_failed,
            owner=self,
        )

    def ask_withdraw(self, entry: RegisterEntry, purpose: PurposeKey | None) -> None:
        """Tell the consequences, and take the consent back once that is confirmed. `purpose` None: all of it."""
        asked = self.tr("Take back everything {name} agreed to?")
        if purpose is not None:
            asked = self.tr("Take back the consent of {name}: {purpose}?")
        Confirm(
            self._page.window(),
            title=self.tr("Take back consent"),
            question=asked.format(name=entry.name, purpose=words.purpose(purpose, self.titles) if purpose else ""),
            points=words.consequences(purpose, self._desk.settings.current.consent_kept_days),
            act=self.tr("Take back"),
            on_yes=lambda: self.withdraw(entry, purpose),
        ).open()

    def show_own(self, person_id: PersonId) -> None:
        """Let the person take consents back on the visitor's screen."""
        self._tasks.run(
            lambda _: self._desk.own_consents.of(person_id),
            lambda own: OwnConsentsDialog(self._desk, self._tasks, own, self._page.window()).open(),
            self._on_failed,
            owner=self,
        )

    def withdraw(self, entry: RegisterEntry, purpose: PurposeKey | None) -> None:
        """Without asking again."""
        self._busy.begin(self.tr("Recognition has stopped. Erasing what must go ..."), cancellable=False)
        self._tasks.run(
            lambda progress: self._desk.withdrawals.withdraw(entry.person_id, purpose, progress),
            lambda done: self._on_withdrawn(entry, done),
            self._on_failed,
            self._busy.advance,
            owner=self,
        )

    def ask_restrict(self, entry: RegisterEntry) -> None:
        said = ReasonWords(
            title=self.tr("Restrict"),
            text=self.tr(
                "{name} is not recognised from this moment on, and masked on every camera. Everything stored stays as "
                "it is until the restriction is lifted."
            ).format(name=entry.name),
            field=self.tr("Reason"),
            help=self.tr("The reason stays in the audit log. Do not name people in it."),
            missing=self.tr("Say why."),
            act=self.tr("Restrict"),
        )
        ReasonDialog(self._page.window(), said, lambda reason: self._restrict(entry, reason)).open()

    def ask_lift(self, entry: RegisterEntry) -> None:
        said = ReasonWords(
            title=self.tr("Lift the restriction"),
            text=self.tr("{name} is recognised again, as far as a consent stands.").format(name=entry.name),
            field=self.tr("Reason"),
            help=self.tr("The reason stays in the audit log. Do not name people in it."),
            missing=self.tr("Say why."),
            act=self.tr("Lift"),
        )
        ReasonDialog(self._page.window(), said, lambda reason: self._lift(entry, reason)).open()

    def _restrict(self, entry: RegisterEntry, reason: str) -> None:
        said = self.tr("{name} is restricted: kept, and not recognised.").format(name=entry.name)
        self._tasks.run(
            lambda _: self._desk.restrictions.restrict(entry.person_id, reason),
            lambda _: self._notice.say(said, Tone.GOOD),
            self._on_failed,
            owner=self,
        )

    def _lift(self, entry: RegisterEntry, reason: str) -> None:
        said = self.tr("The restriction of {name} is lifted.").format(name=entry.name)
        self._tasks.run(
            lambda _: self._desk.restrictions.lift(entry.person_id, reason),
            lambda _: self._notice.say(said, Tone.GOOD),
            self._on_failed,
            owner=self,
        )

    def _on_withdrawn(self, entry: RegisterEntry, done: Withdrawal) -> None:
        self._busy.end()
        self._notice.say(words.outcome(done, entry.name), Tone.GOOD if done.whole else Tone.ATTENTION)

    def _on_failed(self, error: ConsentryError) -> None:
        self._busy.end()
        show_error(error, self._page.window())
