"""The page Backup: destinations on the left, one of them on the right."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QListView, QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.backups import Backup, Destination, DestinationId
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.permissions import TwoPersonAct
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.backup import DestinationView
from desktop.services.desk import Desk
from desktop.services.errors import ApprovalNeeded
from desktop.ui.access.second_person import SecondPersonDialog
from desktop.ui.backup.delegate import DestinationDelegate
from desktop.ui.backup.details import DestinationPanel
from desktop.ui.backup.model import DestinationsModel
from desktop.ui.backup.plan_dialog import PlanDialog
from desktop.ui.backup.take_over_dialog import TakeOverDialog
from desktop.ui.errors import error_text, show_error
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone

Loaded = tuple[bool, list[DestinationView]]


class BackupPage(QWidget):
    """`wants_restore`: this desk is to be closed, and the backup in that folder to take its place."""

    wants_restore = Signal(str)

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._service = desk.backup
        self._tasks = tasks
        self._stale = True
        self._wanted: DestinationId | None = None
        self._loading: TaskHandle[Loaded] | None = None
        self._running: TaskHandle[Backup] | TaskHandle[int] | None = None
        self.setAccessibleName(self.tr("Backup"))
        self.model = DestinationsModel(self)
        self.list = QListView()
        self.details = DestinationPanel()
        self.notice = Notice()
        self.busy = BusyRow()
        self.add_button = button(self.tr("Add destination"), self.add, look="primary", icon="add")
        self._build()
        self._connect(events)
        self.details.show_view(None)

    def _build(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(DestinationDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Backup destinations"))
        top = bar(label(self.tr("Backup"), "title"), None, self.add_button)
        self._nothing = EmptyState(
            "backup",
            self.tr("No backup is made yet"),
            self.tr("Add a folder on another disk or in the network. Backups are encrypted, signed and checked."),
        )
        self._nothing.offer(self.tr("Add destination"), self.add, icon="add")
        body = row(self.list, self.details, gap=16)
        body.setStretch(0, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        for widget in (EmptyState("backup", self.tr("Loading ..."), ""), self._nothing, self._filled):
            self._stack.addWidget(widget)
        content = column(self.notice, self.busy, self._stack, gap=12, margins=(16, 16, 16, 16))
        content.setStretch(2, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.activated.connect(lambda index: self._change(self.model.view(index.row())))
        self.details.wants_backup.connect(self._back_up)
        self.details.wants_verify.connect(self._verify)
        self.details.wants_restore.connect(self._ask_restore)
        self.details.wants_change.connect(self._change)
        self.details.wants_remove.connect(self._ask_remove)
        self.details.wants_erasures.connect(self._ask_erasures)
        self.busy.cancelled.connect(self._cancel)
        events.backups_changed.connect(self._on_changed)
        for keys, act in (("Ctrl+N", self.add), ("F5", self.reload)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.list if self.model.rowCount() else self.add_button).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def reload(self) -> None:
        """Read the destinations anew, in a worker."""
        self._stale = False
        if self._loading is not None:
            self._loading.forget()
        self._loading = self._tasks.run(
            lambda _: (self._service.ready(), self._service.destinations()),
            self._on_loaded,
            self._on_load_failed,
            owner=self,
        )

    def add(self) -> None:
        """Open the dialog that adds a destination."""
        PlanDialog(self._service, self._tasks, None, self._on_saved, self.window()).open()

    def _change(self, view: DestinationView) -> None:
        PlanDialog(self._service, self._tasks, view.destination, self._on_saved, self.window()).open()

    def _on_saved(self, destination_id: DestinationId) -> None:
        self._wanted = destination_id
        self.reload()

    def _on_changed(self) -> None:
        if self.isVisible():
            self.reload()
        else:
            self._stale = True

    def _on_loaded(self, loaded: Loaded) -> None:
        self._loading = None
        ready, views = loaded
        if not ready:
            self.notice.say(
                self.tr("This desk has no recovery code, so nobody could open a backup. Make one under Settings."),
                Tone.ATTENTION,
            )
        self.add_button.setEnabled(ready)
        self._nothing.action.setEnabled(ready)
        shown = self.details.view
        wanted = self._wanted or (shown.destination.id if shown is not None else None)
        self._wanted = None
        self.model.set_views(views)
        self._stack.setCurrentWidget(self._filled if views else self._nothing)
        index = self.model.index(max(0, self.model.row_of(wanted)), 0) if views else QModelIndex()
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._on_current(index)

    def _on_load_failed(self, error: ConsentryError) -> None:
        self._loading = None
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self.reload)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        self.details.show_view(self.model.view(index.row()) if index.isValid() else None)

    def _back_up(self, view: DestinationView) -> None:
        one = view.destination
        self._begin(self.tr("Backing up to {path} ...").format(path=one.plan.path))
        self._running = self._tasks.run(
            lambda progress: self._service.back_up(one.id, progress),
            lambda _: self._on_done(self.tr("The backup was made and checked.")),
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def _verify(self, backup: Backup) -> None:
        self._begin(self.tr("Reading every byte of the backup ..."))
        self._running = self._tasks.run(
            lambda progress: self._service.verify(backup, progress),
            lambda _: self._on_done(self.tr("The backup is whole: every byte is what was signed.")),
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def _ask_erasures(self, view: DestinationView) -> None:
        TakeOverDialog(lambda code: self._take_over(view.destination, code), self.window()).open()

    def _take_over(self, one: Destination, code: RecoveryCode) -> None:
        self._begin(self.tr("Taking over the erasures of {path} ...").format(path=one.plan.path))
        done = self.tr("Taken over. People erased here, too: {count}.")
        self._running = self._tasks.run(
            lambda progress: self._desk.ledgers.take_over(one.id, code, progress),
            lambda count: self._on_done(done.format(count=count)),
            self._on_failed,
            self.busy.advance,
            owner=self,
        )

    def _begin(self, text: str) -> None:
        self.notice.clear()
        self.details.set_busy(True)
        self.busy.begin(text)

    def _end(self) -> None:
        self._running = None
        self.busy.end()
        self.details.set_busy(False)

    def _on_done(self, text: str) -> None:
        self._end()
        self.notice.say(text, Tone.GOOD)

    def _on_failed(self, error: ConsentryError) -> None:
        self._end()
        if not isinstance(error, Cancelled):
            self.notice.say(error_text(error).whole, Tone.DANGER)

    def _cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _ask_remove(self, view: DestinationView) -> None:
        one = view.destination
        points = [
            self.tr("Its backups stay where they are; nothing more is written there."),
            self.tr(
                "The file with the sealed keys is deleted there: those backups then need that of another destination."
            ),
        ]
        if not view.reachable:
            points[1] = self.tr("It is out of reach: the sealed keys stay there, and no erasure reaches them any more.")
        Confirm(
            self.window(),
            title=self.tr("Remove backup destination"),
            question=self.tr("Remove the destination {path}?").format(path=one.plan.path),
            points=points,
            act=self.tr("Remove"),
            on_yes=lambda: self._remove(one),
        ).open()

    def _remove(self, one: Destination) -> None:
        def told(clean: bool) -> None:
            if clean:
                self.notice.say(self.tr("{path} was removed.").format(path=one.plan.path), Tone.GOOD)
            else:
                left = self.tr("{path} was removed. Destroy its companion.bin when you reach it.")
                self.notice.say(left.format(path=one.plan.path), Tone.ATTENTION)

        self._tasks.run(lambda _: self._service.remove(one.id), told, self._on_failed, owner=self)

    def _ask_restore(self, view: DestinationView, backup: Backup) -> None:
        folder = f"{view.destination.plan.path.rstrip('/')}/{backup.folder}"
        Confirm(
            self.window(),
            title=self.tr("Restore a backup"),
            question=self.tr("Put this backup in the place of the desk?"),
            points=[
                self.tr("The window closes; you need the recovery code."),
                self.tr("What was stored since the backup is missing afterwards."),
                self.tr("Whoever was erased since then stays erased."),
                self.tr("The desk as it is now is moved aside, whole."),
            ],
            act=self.tr("Go on"),
            on_yes=lambda: self._allow_restore(backup, folder),
        ).open()

    def _allow_restore(self, backup: Backup, folder: str) -> None:
        self._tasks.run(
            lambda _: self._service.allow_restore(backup.id),
            lambda _: self.wants_restore.emit(folder),
            lambda error: self._on_refused(backup, folder, error),
            owner=self,
        )

    def _on_refused(self, backup: Backup, folder: str, error: ConsentryError) -> None:
        if not isinstance(error, ApprovalNeeded):
            show_error(error, self.window())
            return
        SecondPersonDialog(
            self._desk,
            self._tasks,
            TwoPersonAct.RESTORE,
            [backup.id],
            on_agreed=lambda: self._allow_restore(backup, folder),
            parent=self.window(),
        ).open()
