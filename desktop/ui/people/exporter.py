"""Exporting from the page People: preview, dialog, result."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.export import ExportPreview, MadeExport
from desktop.domain.people import PersonSummary
from desktop.services.export import ExportService
from desktop.ui.errors import show_error
from desktop.ui.people.export_dialog import ExportDialog
from desktop.ui.people.export_result import ExportResultDialog


class PersonExporter(QObject):
    def __init__(self, service: ExportService, tasks: TaskRunner, page: QWidget) -> None:
        super().__init__(page)
        self._service = service
        self._tasks = tasks
        self._page = page
        self._asked: TaskHandle[ExportPreview] | None = None

    def ask(self, person: PersonSummary) -> None:
        """Show what a package would hold, and write it once that is confirmed."""
        if self._asked is None:
            self._asked = self._tasks.run(
                lambda _: self._service.preview(person.id),
                lambda preview: self._open(person, preview),
                self._on_failed,
                owner=self,
            )

    def _open(self, person: PersonSummary, preview: ExportPreview) -> None:
        self._asked = None
        ExportDialog(self._service, self._tasks, person, preview, self._on_made, self._page.window()).open()

    def _on_made(self, made: MadeExport) -> None:
        ExportResultDialog(made, self._page.window()).open()

    def _on_failed(self, error: ConsentryError) -> None:
        self._asked = None
        show_error(error, self._page.window())
