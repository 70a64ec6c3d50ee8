"""Who is it? Searched by name, id, receipt or a look into the camera; and the statement that nothing is held."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QTableWidget, QTableWidgetItem, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, PersonId
from desktop.domain.people import PersonSummary
from desktop.services.desk import Desk
from desktop.services.face_search import FaceFinding
from desktop.services.finding import SignedNothing
from desktop.services.requests import RequestView
from desktop.ui import texts
from desktop.ui.errors import error_text
from desktop.ui.papers.layout import QtPaperRenderer
from desktop.ui.widgets.basic import button, column, holding, label, row
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.dialog import Dialog
from desktop.ui.widgets.field import Field
from desktop.ui.widgets.notice import Notice, Tone
from desktop.ui.widgets.path import ask_new_file

_WIDTH = 720
_SEARCH_MS = 250


class FindDialog(Dialog):
    """`on_found` gets the person. Two people of one name differ by contact and the day they were enrolled."""

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        view: RequestView | None,
        on_found: Callable[[PersonId], object],
        parent: QWidget | None,
    ) -> None:
        super().__init__(self.tr("Find the person") if view else self.tr("Is anything held?"), parent)
        self._desk = desk
        self._tasks = tasks
        self._view = view
        self._on_found = on_found
        self._asked: TaskHandle[list[PersonSummary]] | None = None
        self._people: list[PersonSummary] = []
        self._face: FaceFinding | None = None
        given = "" if view is None or view.request.details is None else view.request.details.name
        self.text = QLineEdit(given)
        self.results = QTableWidget(0, 3)
        self.agreed = QCheckBox(self.tr("The person has agreed to a look into the camera"))
        self.cameras = QComboBox()
        self.look = button(self.tr("Look"), self._look, icon="cameras")
        self.busy = BusyRow()
        self.notice = Notice()
        self.nothing = button(self.tr("State that nothing is held ..."), self._state)
        self.choose = button(self.tr("It is this person"), self._choose, look="primary")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_SEARCH_MS)
        self._build()
        self._connect()
        self._search()

    def _build(self) -> None:
        for camera in self._desk.live.cameras():
            self.cameras.addItem(camera.name, camera.id)
        self.results.setHorizontalHeaderLabels([self.tr("Name"), self.tr("Contact"), self.tr("Enrolled on")])
        self.results.setAccessibleName(self.tr("People found"))
        self.results.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.results.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.results.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.results.setTabKeyNavigation(False)
        self.results.setShowGrid(False)
        self.results.verticalHeader().hide()
        self.results.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.results.setMinimumHeight(180)
        for section, width in enumerate((270, 250, 130)):
            self.results.setColumnWidth(section, width)
        self.cameras.setAccessibleName(self.tr("Camera"))
        self.cameras.setMinimumWidth(160)
        seen = row(self.agreed, None, self.cameras, self.look, gap=10)
        self._seen = holding(seen)
        self._seen.setVisible(self.cameras.count() > 0)
        body = column(
            Field(
                self.tr("Name, id or receipt"),
                self.text,
                self.tr("A part of the name, the person's id, or the scanned code of a receipt (CSR1...)."),
            ),
            self.results,
            self._seen,
            label(
                self.tr("Nothing of the look is kept. A photo that somebody hands in is never searched with."), "small"
            ),
            self.busy,
            self.notice,
            gap=12,
        )
        body.setStretch(1, 1)
        foot = row(self.nothing, None, button(self.tr("Close"), self.reject), self.choose, gap=12)
        self.fill(body, foot)
        self.fit(_WIDTH)
        self.text.setFocus()

    def _connect(self) -> None:
        self._pause.timeout.connect(self._search)
        self.text.textEdited.connect(self._on_edited)
        self.text.returnPressed.connect(self._search)
        self.results.itemSelectionChanged.connect(self._on_selected)
        self.results.itemActivated.connect(lambda _item: self._choose())
        self.agreed.toggled.connect(self.look.setEnabled)
        self.look.setEnabled(False)
        self._on_selected()

    def _on_edited(self) -> None:
        self._face = None  # it was somebody else's
        self._pause.start()

    def _search(self) -> None:
        text = self.text.text()
        if self._asked is not None:
            self._asked.forget()
        self._asked = self._tasks.run(
            lambda _: self._desk.finding.search(text), self._show, self._on_failed, owner=self
        )

    def _show(self, people: list[PersonSummary]) -> None:
        self._people = people
        self.results.setRowCount(len(people))
        for line, person in enumerate(people):
            cells = (person.details.name, person.details.contact, texts.day(person.enrolled_at))
            for section, text in enumerate(cells):
                self.results.setItem(line, section, QTableWidgetItem(text))
        self.results.clearSelection()
        if len(people) == 1:
            self.results.selectRow(0)
        names = [person.details.name for person in people]
        if len(set(names)) < len(names):
            self.notice.say(
                self.tr("Several people have the same name: tell them apart by contact, receipt or camera."),
                Tone.ATTENTION,
            )
        elif not people and self.text.text().strip():
            self.notice.say(self.tr("Nobody was found. Check the spelling before you state that nothing is held."))
        else:
            self.notice.clear()
        self._on_selected()

    def _on_selected(self) -> None:
        self.choose.setEnabled(self._chosen() is not None)
        self.nothing.setEnabled(not self._people and bool(self.text.text().strip()))

    def _chosen(self) -> PersonSummary | None:
        lines = self.results.selectionModel().selectedRows()
        return self._people[lines[0].row()] if lines and lines[0].row() < len(self._people) else None

    def _choose(self) -> None:
        person = self._chosen()
        if person is not None:
            self.accept()
            self._on_found(person.id)

    def _look(self) -> None:
        camera, agreed = CameraId(self.cameras.currentData()), self.agreed.isChecked()

        def work() -> tuple[FaceFinding, list[PersonSummary]]:
            found = self._desk.face_search.look(camera, agreed)
            return found, [] if found.person_id is None else [self._desk.finding.person(found.person_id)]

        self.busy.begin(self.tr("Please look into the camera ..."), cancellable=False)
        self._tasks.run(lambda _: work(), lambda told: self._on_looked(*told), self._on_failed, owner=self)

    def _on_looked(self, found: FaceFinding, people: list[PersonSummary]) -> None:
        self.busy.end()
        self._face = found
        if people:
            self._show(people)
            self.notice.say(self.tr("Possible match: make sure it is this person."), Tone.ATTENTION)
        else:
            count = QLocale().toString(found.compared)
            self.notice.say(self.tr("No match among {count} people in use.").format(count=count))

    def _state(self) -> None:
        view, name, face = self._view, self.text.text(), self._face
        language = QLocale().name()[:2] if view is None else view.request.language
        request = None if view is None else view.request.id
        self._tasks.run(
            lambda _: self._desk.finding.state_nothing(name, language, request, face),
            self._on_stated,
            self._on_failed,
            owner=self,
        )

    def _on_stated(self, made: SignedNothing) -> None:
        self.nothing.setEnabled(False)
        self.notice.say(
            self.tr("Signed. Save the paper and the file that proves it; the vault does not keep the name."),
            Tone.GOOD,
            action=self.tr("Save ..."),
            clicked=lambda: self._ask_save(made),
        )

    def _ask_save(self, made: SignedNothing) -> None:
        name = f"nothing-held-{made.statement.number[:8]}.pdf"
        ask_new_file(self, self.tr("Save the statement"), name, lambda path: self.save_to(made, Path(path)))

    def save_to(self, made: SignedNothing, path: Path) -> None:
        """Write the paper as PDF and the signed file beside it."""
        self._tasks.run(
            lambda _: self._desk.finding.save(made, path, QtPaperRenderer()),
            lambda _: self.notice.say(self.tr("Saved as PDF and JSON."), Tone.GOOD),
            self._on_failed,
            owner=self,
        )

    def _on_failed(self, error: ConsentryError) -> None:
        self.busy.end()
        self.notice.say(error_text(error).whole, Tone.DANGER)
