"""Correcting what is written about a person (the right to rectification)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.people import PersonSummary
from desktop.services.people import PeopleService
from desktop.ui.errors import show_error
from desktop.ui.people.forms import PersonForm
from desktop.ui.widgets.basic import button, column, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Dialog


class EditPersonDialog(Dialog):
    """Saves in a worker; the people list follows by itself."""

    def __init__(self, people: PeopleService, tasks: TaskRunner, person: PersonSummary, parent: QWidget) -> None:
        super().__init__(self.tr("Edit person"), parent)
        self._people = people
        self._tasks = tasks
        self._person = person
        self._saving = False
        self.form = PersonForm()
        self.form.fill(person.details)
        self.busy = BusyRow()
        self._reason = label("", "muted", wrap=True)
        self.cancel = button(self.tr("Cancel"), self.reject)
        self.save = button(self.tr("Save"), self._save, look="primary", icon="check")
        self.save.setDefault(True)
        foot = row(self._reason, self.cancel, self.save, gap=12)
        foot.setStretch(0, 1)
        self.fill(column(label(self.tr("Edit person"), "heading"), self.form, self.busy, gap=14), foot)
        self.form.changed.connect(self._tell_reason)
        self._tell_reason()
        self.fit(520)
        self.form.name.setFocus()

    def _tell_reason(self) -> None:
        problem = self.form.problem()
        self.save.setEnabled(not problem and not self._saving)
        self._reason.setText(problem)

    def _save(self) -> None:
        details = self.form.details()
        self._saving = True
        self.form.setEnabled(False)
        self._tell_reason()
        self.busy.begin(self.tr("Saving ..."), cancellable=False)
        self._tasks.run(
            lambda _: self._people.change(self._person.id, details),
            lambda _: self.accept(),
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self._saving = False
        self.form.setEnabled(True)
        self.busy.end()
        self._tell_reason()
        show_error(error, self)
