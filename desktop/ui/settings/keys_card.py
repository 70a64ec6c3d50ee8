"""Where the keys are, and renewing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.desk import Desk
from desktop.services.errors import NotConfirmed
from desktop.services.keys import KeyFacts
from desktop.ui.access.confirm import run_confirmed
from desktop.ui.errors import show_error
from desktop.ui.settings.code_dialog import NewCodeDialog
from desktop.ui.settings.passphrase_dialog import PassphraseDialog
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.notice import Notice, Tone


class KeysCard(QFrame):
    def __init__(self, desk: Desk, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self._desk = desk
        self._keys = desk.keys
        self._tasks = tasks
        self.notice = Notice()
        self.busy = BusyRow()
        self.busy.cancel.hide()  # a rotation that has begun is carried through
        self._place, self._epoch = label("", wrap=True), label("")
        self._code, self._erasure = label("", wrap=True), label("", wrap=True)
        self.new_code = button(self.tr("New recovery code ..."), self._ask_code)
        self.person_keys = button(self.tr("Renew people's keys ..."), self._ask_person_keys)
        self.database_key = button(self.tr("Renew the database key ..."), self._ask_database_key)
        self.passphrase = button(self.tr("Change the passphrase ..."), self._ask_passphrase)
        self.passphrase.hide()
        facts = column(
            self._line(self.tr("Kept in"), self._place),
            self._line(self.tr("Epoch of people's keys"), self._epoch),
            self._line(self.tr("Recovery code"), self._code),
            self._line(self.tr("Erasure"), self._erasure),
            gap=8,
        )
        acts = row(self.new_code, self.passphrase, self.person_keys, self.database_key, None, gap=12)
        self.setLayout(
            column(
                label(self.tr("Keys"), "heading"),
                facts,
                self.notice,
                self.busy,
                acts,
                gap=16,
                margins=(20, 18, 20, 18),
            )
        )

    def _line(self, title: str, value: QLabel) -> QWidget:
        caption = label(title, "muted")
        caption.setFixedWidth(190)
        value.setAccessibleName(title)
        made = QWidget()
        line = row(caption, value, gap=12)
        line.setStretch(1, 1)
        made.setLayout(line)
        return made

    def refresh(self) -> None:
        """Read the facts anew, in a worker."""
        self._tasks.run(lambda _: self._keys.facts(), self._show, owner=self)

    def _show(self, facts: KeyFacts) -> None:
        self._place.setText(facts.place)
        self._epoch.setText(str(facts.epoch))
        missing = self.tr("None: a lost key cannot be brought back. Set one now.")
        self._code.setText(self.tr("Set") if facts.recoverable else missing)
        self._code.setProperty("look", "" if facts.recoverable else "attention")
        strict = self.tr("Strict: people's keys are only where the keys are kept")
        normal = self.tr("Normal: people's keys are also with the backups, sealed to the recovery code")
        self._erasure.setText(strict if facts.strict else normal)
        self.passphrase.setVisible(facts.under_passphrase)

    def _ask_code(self) -> None:
        NewCodeDialog(self._set_code, self.window()).open()

    def _set_code(self, code: RecoveryCode) -> None:
        done = self.tr("The new recovery code is in force. Destroy the note of the former one.")
        self._run(lambda: self._keys.set_recovery_code(code), lambda _: done)

    def _ask_passphrase(self) -> None:
        dialog = PassphraseDialog(self._desk, self._tasks, self.window())
        done = self.tr("The new passphrase is in force.")
        dialog.accepted.connect(lambda: self.notice.say(done, Tone.GOOD))
        dialog.open()

    def _ask_person_keys(self) -> None:
        self._ask(
            self.tr("Put people's keys under a new one?"),
            (
                self.tr("Old copies of the key file can then no longer be opened with a key of this desk."),
                self.tr("Cameras keep running; nobody has to be enrolled again."),
            ),
            lambda: self._run(self._keys.renew_person_keys, self._renewed),
        )

    def _ask_database_key(self) -> None:
        self._ask(
            self.tr("Put the database under a new key?"),
            (
                self.tr("Whoever took the former key can then no longer open the database."),
                self.tr("Backups made before stay under the former key; make a new one afterwards."),
                self.tr("Saving waits meanwhile: some seconds for a large database."),
            ),
            lambda: self._run(self._keys.renew_database_key, self._renewed),
        )

    def _ask(self, question: str, points: Sequence[str], on_yes: Callable[[], object]) -> None:
        Confirm(
            self.window(),
            title=self.tr("Renew keys"),
            question=question,
            points=points,
            act=self.tr("Renew"),
            on_yes=on_yes,
        ).open()

    def _renewed(self, out_of_reach: object) -> str:
        paths = out_of_reach if isinstance(out_of_reach, list) else []
        if not paths:
            return self.tr("The keys are renewed.")
        return self.tr("The keys are renewed. Backup destinations out of reach follow later: {paths}").format(
            paths=", ".join(map(str, paths))
        )

    def _run(self, operation: Callable[[], object], words: Callable[[object], str]) -> None:
        self._enable(False)
        self.notice.clear()
        self.busy.begin(self.tr("Renewing ..."))

        def done(result: object) -> None:
            self._enable(True)
            self.busy.end()
            self.notice.say(words(result), Tone.GOOD)
            self.refresh()

        run_confirmed(self._desk.access, self._tasks, operation, done, self._on_failed, window=self)

    def _on_failed(self, error: ConsentryError) -> None:
        self._enable(True)
        self.busy.end()
        if not isinstance(error, NotConfirmed):  # the password was not given: nothing has happened
            show_error(error, self.window())

    def _enable(self, on: bool) -> None:
        for act in (self.new_code, self.passphrase, self.person_keys, self.database_key):
            act.setEnabled(on)
