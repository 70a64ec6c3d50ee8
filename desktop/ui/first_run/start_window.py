"""The window before a desk is open: first choice, progress, or why it does not open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.site import Program, SiteKind, SiteState
from desktop.ui.first_run.ahead import load_window
from desktop.ui.first_run.choice import ChoicePage
from desktop.ui.first_run.error_page import Act, ErrorPage
from desktop.ui.first_run.first_paint import FirstPaint
from desktop.ui.first_run.key_pages import KeyPages
from desktop.ui.first_run.progress_page import ProgressPage
from desktop.ui.first_run.restore_flow import RestoreFlow

if TYPE_CHECKING:
    from desktop.services.desk import Desk
    from desktop.services.setup import SetupDraft
    from desktop.ui.first_run.wizard import SetupWizard

_UNLOCKABLE = frozenset({"KeyringLocked", "KeyringTimeout"})
_HEALED_BY_BUILT_IN_MODELS = frozenset({"ChosenModelsUnusable"})
_HEALED_BY_RESTORE = frozenset(
    {"VaultMissing", "VaultEmptied", "VaultSwapped", "VaultRolledBack", "VaultWrongKeyOrDamaged", "KeysMissing"}
    | {"KeysDamaged", "EscrowMissing"}
)
_NOT_HEALED_BY_DEMO = frozenset({"KeyringLocked", "KeyringTimeout", "KeyringUnavailable", "KeyringFailed"})


class StartWindow(QWidget):
    """Opens a site in a worker and hands the desk over with `opened`; `closed` when the person gives up.

    It is painted before anything is imported that only an open desk needs.
    """

    opened = Signal(object)  # Desk
    closed = Signal()
    _waiting = Signal()

    def __init__(self, program: Program, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._tasks = tasks
        self._opening: TaskHandle[Desk] | TaskHandle[bool] | None = None
        self._handed_over = False
        self._first_paint = FirstPaint(self)
        self.kind = SiteKind.DESK  # of the site that is being opened, or was last
        self.setProperty("look", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(self.tr("Consentry"))
        self.resize(960, 640)
        self.choice = ChoicePage(with_demo=program.demo.available)
        self.progress = ProgressPage()
        self.busy = self.progress.busy
        self.error: ErrorPage | None = None
        self._with_passphrase: Callable[[str], None] = lambda _: None
        self.wizard: SetupWizard | None = None
        self._stack = QStackedLayout()
        self._stack.addWidget(self.choice)
        self._stack.addWidget(self.progress)
        self.setLayout(self._stack)
        self.keys = KeyPages(self._stack, program.desk, self)
        self.keys.typed.connect(lambda typed: self._with_passphrase(typed))
        self.keys.coded.connect(self.recover)
        self.keys.left.connect(lambda: self.open(SiteKind.DESK))
        self.keys.quit.connect(self.close)
        self.restoring = RestoreFlow(self._stack, self.progress, program.desk, tasks, self)
        self.restoring.done.connect(lambda: self.open(SiteKind.DESK))
        self.restoring.left.connect(self.begin)
        self.choice.set_up.connect(self.set_up)
        self.choice.restore.connect(self.restoring.begin)
        self.choice.demo.connect(lambda: self.open(SiteKind.DEMO))
        self.busy.cancelled.connect(self._cancel)
        self._waiting.connect(self.progress.tell_waiting, Qt.ConnectionType.QueuedConnection)

    def begin(self, kind: SiteKind | None = None) -> None:
        """Open `kind`; None: this computer's desk, or the first choice while there is none."""
        if kind is not None:
            self.open(kind)
        elif self._program.desk.state() is SiteState.READY:
            self.open(SiteKind.DESK)
        else:
            self.show_choice()
            self._first_paint.then(lambda: self._tasks.run(lambda _: load_window()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._first_paint.painted()

    def show_choice(self) -> None:
        self._stack.setCurrentWidget(self.choice)
        self.choice.desk_button.setFocus()

    def set_up(self) -> None:
        """Ask for all that a new desk needs; nothing is written before the last step is confirmed.

        Where a part of a desk lies already, that is opened instead (which may refuse).
        """
        if self._program.desk.state() is SiteState.READY:
            self.open(SiteKind.DESK)
            return
        from desktop.ui.first_run.wizard import SetupWizard

        self._drop_wizard()
        self.wizard = SetupWizard()
        self.wizard.confirmed.connect(self._make)
        self.wizard.cancelled.connect(self._give_up_setup)
        self._stack.addWidget(self.wizard)
        self._stack.setCurrentWidget(self.wizard)
        self.wizard.begin()

    def _make(self, draft: SetupDraft) -> None:
        """Make the vault, its keys and the first administrator, and open the desk; one that came back is opened."""
        self.kind = SiteKind.DESK
        site = self._program.desk
        if site.state() is SiteState.READY:
            self._drop_wizard()
            self.open(SiteKind.DESK)
            return
        from desktop.services.setup import set_up

        self._start(
            lambda progress: set_up(site, draft, progress, self._waiting.emit),
            self.tr("Setting up this desk ..."),
            lambda: self._make(draft),
        )

    def _give_up_setup(self) -> None:
        self._drop_wizard()
        self.show_choice()

    def _drop_wizard(self) -> None:
        """With everything that was typed into it, the recovery code included."""
        if self.wizard is not None:
            self._stack.removeWidget(self.wizard)
            self.wizard.deleteLater()
            self.wizard = None

    def _back_to_setup(self) -> None:
        assert self.wizard is not None
        self._stack.setCurrentWidget(self.wizard)

    def open(self, kind: SiteKind, *, built_in_models: bool = False, passphrase: str | None = None) -> None:
        """Open a site that is there (the demo site makes itself), on request without the models that it chose.

        Where a passphrase is needed and none or a wrong one is given, it is asked for.
        """
        self.kind = kind
        site = self._program.site(kind)
        self._with_passphrase = lambda typed: self.open(kind, built_in_models=built_in_models, passphrase=typed)
        self._start(
            lambda progress: site.open(
                progress, self._waiting.emit, built_in_models=built_in_models, passphrase=passphrase
            ),
            self._doing_of(kind),
            lambda: self.open(kind, built_in_models=built_in_models),
        )

    def recover(self, code: RecoveryCode, passphrase: str | None) -> None:
        """Take the desk's keys out of its escrow, then open it."""
        site = self._program.desk

        def work(progress: TaskHandle[Desk]) -> Desk:
            site.recover(code, progress, self._waiting.emit, passphrase=passphrase)
            return site.open(progress, self._waiting.emit, passphrase=passphrase)

        self._start(work, self._doing_of(SiteKind.DESK), self.keys.ask_again_for_code)

    def reopen(self, desk: Desk) -> None:
        """Close `desk`, which this window had opened, and open its site again."""
        self._close(desk, lambda: self.open(self.kind))

    def restore_over(self, desk: Desk, backup: str) -> None:
        """Close `desk`, which this window had opened, then ask for what restoring `backup` over it needs."""
        self.kind = SiteKind.DESK
        self._close(desk, lambda: self.restoring.begin(backup))

    def _close(self, desk: Desk, then: Callable[[], None]) -> None:
        """Cannot be cancelled: half closed, the desk would be of no use and in the way."""
        self._handed_over = False

        def close(_: TaskHandle[None]) -> None:
            desk.close()

        def closed(_: None) -> None:
            self.busy.end()
            then()

        self._show_progress(self.tr("Closing the desk ..."))
        self._tasks.run(close, closed, lambda error: self._on_failed(error, lambda: self.open(self.kind)))

    def _doing_of(self, kind: SiteKind) -> str:
        return self.tr("Opening the desk ...") if kind is SiteKind.DESK else self.tr("Opening the demo site ...")

    def _start(self, work: Callable[[TaskHandle[Desk]], Desk], doing: str, again: Callable[[], None]) -> None:
        self._show_progress(doing)

        def load_and_work(progress: TaskHandle[Desk]) -> Desk:
            load_window()
            return work(progress)

        def run() -> None:
            # No owner: a desk that arrives after this window was closed must still be closed.
            self._opening = self._tasks.run(
                load_and_work, self._on_opened, lambda error: self._on_failed(error, again), self.busy.advance
            )

        self._first_paint.then(run)

    def _show_progress(self, doing: str) -> None:
        self.progress.begin(doing)
        self._stack.setCurrentWidget(self.progress)
        self.busy.cancel.setFocus()

    def _cancel(self) -> None:
        if self._opening is not None:
            self._opening.cancel()
        self.restoring.cancel()

    def _on_opened(self, desk: Desk) -> None:
        self._opening = None
        self._handed_over = True
        self.busy.end()
        self.keys.forget()
        self.restoring.forget()
        self._drop_wizard()
        self.opened.emit(desk)

    def _on_failed(self, error: ConsentryError, again: Callable[[], None]) -> None:
        self._opening = None
        self.busy.end()
        if isinstance(error, Cancelled):
            if self.wizard is not None:
                self._back_to_setup()
            elif not self.keys.show_again(self.kind):
                self.show_choice()
        elif not self.keys.ask_again(error):
            self._show_error(ErrorPage(error, self._actions(error, again)))

    def _actions(self, error: ConsentryError, again: Callable[[], None]) -> list[Act]:
        actions: list[Act] = []
        if error.code in _UNLOCKABLE:
            actions.append((self.tr("Unlock the keyring"), lambda: self._unlock(again)))
        recovery = self.kind is SiteKind.DESK and self.keys.helps(error)
        actions.append((self.tr("Try again"), again))
        if recovery:
            act: Act = (self.tr("Use the recovery code"), lambda: self.keys.ask_for_code(error))
            # A keyring that is only not there yet should be waited for.
            actions.insert(1 if error.code in _NOT_HEALED_BY_DEMO else 0, act)
        if self.kind is SiteKind.DESK and error.code in _HEALED_BY_RESTORE:
            actions.append((self.tr("Restore from a backup"), self.restoring.begin))
        if self.wizard is not None:
            actions.append((self.tr("Back to the set-up"), self._back_to_setup))
        if error.code in _HEALED_BY_BUILT_IN_MODELS:
            kind = self.kind
            actions.append((self.tr("Use the built-in models"), lambda: self.open(kind, built_in_models=True)))
        elif not recovery and self._program.demo.available and error.code not in _NOT_HEALED_BY_DEMO:
            actions.append((self.tr("Open the demo site"), lambda: self.open(SiteKind.DEMO)))
        actions.append((self.tr("Quit"), self.close))
        return actions

    def _show_error(self, page: ErrorPage) -> None:
        if self.error is not None:
            self._stack.removeWidget(self.error)
            self.error.deleteLater()
        self.error = page
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.buttons[0].setFocus()

    def _unlock(self, again: Callable[[], None]) -> None:
        """Let the desktop ask for the keyring's password, then try again."""
        self._show_progress(self.tr("Unlocking the keyring ..."))
        self.progress.tell_waiting()
        site = self._program.desk
        self._opening = self._tasks.run(
            lambda progress: site.unlock_keyring(progress),
            lambda unlocked: again() if unlocked else self.show_choice(),
            lambda error: self._on_failed(error, again),
            owner=self,
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        self._first_paint.forget()
        self._cancel()
        event.accept()
        if not self._handed_over:
            self.closed.emit()
