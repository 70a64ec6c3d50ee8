"""Chooses one person among many by typing a part of the name."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonSummary
from desktop.services.people import PeopleService

_OFFERED = 20
_SEARCH_MS = 200
_ID_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class PersonPicker(QLineEdit):
    """Searches in a worker while somebody types; `chosen` when a person was picked or the field was emptied."""

    chosen = Signal()

    def __init__(self, people: PeopleService, tasks: TaskRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = people
        self._tasks = tasks
        self._searching: TaskHandle[list[PersonSummary]] | None = None
        self.person: PersonId | None = None
        self.setPlaceholderText(self.tr("Everybody"))
        self.setClearButtonEnabled(True)
        self._found = QStandardItemModel(self)
        self._completer = QCompleter(self._found, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(self._completer)
        self._completer.activated.connect(self._on_activated)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_SEARCH_MS)
        self._pause.timeout.connect(self._search)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_text)

    def choose(self, person: PersonId | None, name: str) -> None:
        """Set the person without a search."""
        changed = person != self.person
        self.person = person
        self.setText(name)
        if changed:
            self.chosen.emit()

    def _on_edited(self, text: str) -> None:
        if self.person is not None:
            self.person = None
            self.chosen.emit()
        if text.strip():
            self._pause.start()

    def _on_text(self, text: str) -> None:
        """The clear button edits nothing, it sets the text."""
        if not text and self.person is not None:
            self.person = None
            self.chosen.emit()

    def _search(self) -> None:
        query = self.text().strip()
        if self._searching is not None:
            self._searching.forget()
        self._searching = self._tasks.run(
            lambda _: self._people.list(query, limit=_OFFERED), self._on_found, owner=self
        )

    def _on_found(self, people: list[PersonSummary]) -> None:
        self._searching = None
        self._found.clear()
        for person in people:
            item = QStandardItem(person.details.name)
            item.setData(person.id, _ID_ROLE)
            self._found.appendRow(item)
        if people and self.isVisible() and self.person is None:
            self._completer.complete()

    def _on_activated(self, _name: str) -> None:
        """Two people may have the same name: the row counts, not the text."""
        popup = self._completer.popup()
        index = popup.currentIndex() if popup is not None else self._completer.currentIndex()
        if not index.isValid():
            index = self._completer.currentIndex()
        self.choose(PersonId(index.data(_ID_ROLE)), str(index.data(Qt.ItemDataRole.DisplayRole)))
