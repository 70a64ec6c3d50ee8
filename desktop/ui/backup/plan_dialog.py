"""Where backups go, when, and how many stay."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.backups import LEAST_KEPT, MOST_KEPT, Destination, DestinationId, DestinationPlan, Schedule
from desktop.domain.errors import ConsentryError
from desktop.services.backup import BackupService
from desktop.ui.errors import error_text
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.number import with_room
from desktop.ui.widgets.path import ask_folder, path_field
from desktop.ui.widgets.segments import Segments

_WIDTH = 560


class PlanDialog(Dialog):
    """Adds a destination, or changes the plan of one (its folder stays). `saved` gets its id."""

    def __init__(
        self,
        service: BackupService,
        tasks: TaskRunner,
        destination: Destination | None,
        saved: Callable[[DestinationId], object],
        parent: QWidget,
    ) -> None:
        title = self.tr("Add backup destination") if destination is None else self.tr("Change backup destination")
        super().__init__(title, parent)
        self._service = service
        self._tasks = tasks
        self._destination = destination
        self._saved = saved
        plan = destination.plan if destination is not None else DestinationPlan("")
        self.path = QLineEdit(plan.path)
        self.path.setReadOnly(destination is not None)
        self.choose = button(self.tr("Choose ..."), self._choose, icon="folder")
        self.choose.setVisible(destination is None)
        self.schedule: Segments[Schedule] = Segments(
            self.tr("Schedule"),
            [
                (Schedule.DAILY, self.tr("Every day"), "", ""),
                (Schedule.WEEKLY, self.tr("Every week"), "", ""),
                (Schedule.OFF, self.tr("By hand"), "", ""),
            ],
            wide=True,
        )
        self.schedule.choose(plan.schedule)
        self.hour, self.keep = with_room(QSpinBox()), with_room(QSpinBox())
        self.hour.setRange(0, 23)
        self.hour.setSuffix(":00")
        self.hour.setValue(plan.hour)
        self.keep.setRange(LEAST_KEPT, MOST_KEPT)
        self.keep.setValue(plan.keep)
        self.notice = Notice()
        self.busy = BusyRow()
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.save = button(self.tr("Save"), self._save, look="primary", icon="check")
        self.save.setDefault(True)
        self._build(title)

    def _build(self, title: str) -> None:
        late = self.tr("If the computer is off then, it is made up for.")
        lead = self.tr("A folder on another disk or in the network. What is written there is encrypted and signed.")
        body = column(
            label(title, "heading"),
            label(lead, "muted", wrap=True),
            self.notice,
            path_field(self.tr("Folder"), self.path, self.choose),
            column(label(self.tr("Schedule"), "strong"), self.schedule, gap=4),
            row(
                Field(self.tr("Hour"), self.hour, late),
                Field(self.tr("Backups to keep"), self.keep, self.tr("The oldest beyond that are deleted.")),
                gap=16,
            ),
            self.busy,
            gap=14,
        )
        self.fill(body, row(None, self.cancel, self.save, gap=12))
        self.path.textChanged.connect(self._follow)
        self.schedule.changed.connect(lambda _value: self._follow())
        self._follow()
        self.fit(_WIDTH)
        (self.path if self._destination is None else self.hour).setFocus()

    def _choose(self) -> None:
        ask_folder(self, self.tr("Folder for backups"), self.path.setText)

    def _follow(self) -> None:
        self.save.setEnabled(bool(self.path.text().strip()) and not self.busy.busy)
        self.hour.setEnabled(self.schedule.value() is not Schedule.OFF)

    def _save(self) -> None:
        schedule, hour = self.schedule.value(), self.hour.value()
        plan = DestinationPlan(self.path.text().strip(), self.keep.value(), schedule, hour)
        self.notice.clear()
        self.busy.begin(self.tr("Looking at the folder ..."), cancellable=False)
        self._follow()
        self._tasks.run(lambda _: self._stored(plan), self._on_saved, self._on_failed, owner=self)

    def _stored(self, plan: DestinationPlan) -> DestinationId:
        if self._destination is None:
            return self._service.add(plan)
        self._service.change(self._destination.id, plan)
        return self._destination.id

    def _on_saved(self, destination_id: DestinationId) -> None:
        self.accept()
        self._saved(destination_id)

    def _on_failed(self, error: ConsentryError) -> None:
        self.busy.end()
        self._follow()
        text = error_text(error)
        self.notice.say(f"{text.happened} {text.todo}", Tone.ATTENTION)
        self.fit(_WIDTH)
