"""The way through a restore in the start window: which backup, the recovery code, the report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.backups import RestoreReport
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.site import KeyPlace, Site, SiteState
from desktop.ui.errors import error_text
from desktop.ui.first_run.ahead import load_window
from desktop.ui.first_run.progress_page import ProgressPage
from desktop.ui.first_run.recovery_page import Lock, RecoveryPage
from desktop.ui.first_run.restore_page import ReportPage, RestorePage
from desktop.ui.widgets.basic import set_text

_ABOUT_CODE = frozenset({"RecoveryCodeWrong", "PassphraseUnfit", "PassphraseWrong", "BackupKeyUnknown"})


class RestoreFlow(QObject):
    """Shows its pages in `stack`. `done`: the report was read; `left`: given up."""

    done = Signal()
    left = Signal()

    _waiting = Signal()

    def __init__(
        self, stack: QStackedLayout, progress: ProgressPage, site: Site, tasks: TaskRunner, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._stack = stack
        self._progress = progress
        self._site = site
        self._tasks = tasks
        self._task: TaskHandle[RestoreReport] | None = None
        self._waiting.connect(progress.tell_waiting, Qt.ConnectionType.QueuedConnection)
        self.first: RestorePage | None = None
        self.second: RecoveryPage | None = None
        self.report: ReportPage | None = None

    @property
    def under_way(self) -> bool:
        return self.first is not None

    def begin(self, backup: str = "") -> None:
        """A fresh first page; `backup` is the folder of a backup that was chosen already."""
        self.forget()
        bare = self._site.state() is SiteState.NONE and self._site.place() is KeyPlace.KEYRING
        self.first = RestorePage(with_place=bare)
        self.first.folder.setText(backup)
        self.first.chosen.connect(self._ask_for_code)
        self.first.left.connect(self._leave)
        self._show(self.first)
        self.first.enter()

    def cancel(self) -> None:
        """Give the attempt up; what was typed is shown again."""
        if self._task is not None:
            self._task.cancel()

    def _ask_again(self, error: ConsentryError) -> None:
        """Show the page on which `error` can be answered, with what was typed."""
        text = error_text(error)
        page = self.second if error.code in _ABOUT_CODE and self.second is not None else self.first
        if page is not None:
            self._show(page)
            page.complain(f"{text.happened} {text.todo}")

    def _show_again(self) -> None:
        if self.second is not None:
            self._show(self.second)
            self.second.enter()

    def _show_report(self, report: RestoreReport) -> None:
        self.forget()
        self.report = ReportPage(report)
        self.report.confirmed.connect(self.done)
        self._show(self.report)
        self.report.open.setFocus()

    def forget(self) -> None:
        """With everything that was typed."""
        for page in (self.first, self.second, self.report):
            if page is not None:
                self._stack.removeWidget(page)
                page.deleteLater()
        self.first = self.second = self.report = None

    def _ask_for_code(self, backup: str, keys: str, with_passphrase: bool) -> None:
        if self.second is not None:
            self._stack.removeWidget(self.second)
            self.second.deleteLater()
        lock = Lock.NEW_PASSPHRASE if with_passphrase else Lock.KEYRING
        if self._site.place() is KeyPlace.PASSPHRASE:
            lock = Lock.SAME_PASSPHRASE
        self.second = RecoveryPage(lock)
        set_text(self.second.confirm, self.tr("Restore"))
        self.second.left.connect(self._back)
        self.second.confirmed.connect(
            lambda code, typed: self._restore(Path(backup), Path(keys) if keys else None, code, typed)
        )
        self._show(self.second)
        self.second.enter()

    def _restore(self, backup: Path, keys: Path | None, code: RecoveryCode, passphrase: str | None) -> None:
        """`keys` None: beside the backup; `passphrase` None: the keyring keeps the keys."""
        self._progress.begin(self.tr("Restoring the backup ..."))
        self._show(self._progress)
        self._progress.busy.cancel.setFocus()

        def work(progress: TaskHandle[RestoreReport]) -> RestoreReport:
            load_window()
            return self._site.restore(backup, code, progress, self._waiting.emit, keys=keys, passphrase=passphrase)

        self._task = self._tasks.run(work, self._on_restored, self._on_failed, self._progress.busy.advance, owner=self)

    def _on_restored(self, report: RestoreReport) -> None:
        self._task = None
        self._progress.busy.end()
        self._show_report(report)

    def _on_failed(self, error: ConsentryError) -> None:
        self._task = None
        self._progress.busy.end()
        if isinstance(error, Cancelled):
            self._show_again()
        else:
            self._ask_again(error)

    def _back(self) -> None:
        if self.first is not None:
            self._show(self.first)
            self.first.enter()

    def _leave(self) -> None:
        self.forget()
        self.left.emit()

    def _show(self, page: QWidget) -> None:
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
