"""The page People: list and search on the left, one person on the right."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLineEdit, QListView, QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.consent_register import RegisterEntry
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonSummary
from desktop.domain.permissions import Permission
from desktop.domain.purposes import PurposeKey
from desktop.services.desk import Desk
from desktop.services.people import LOOK_UP_LENGTH
from desktop.ui.capture.opening import CaptureOpener
from desktop.ui.consent.actions import ConsentActions
from desktop.ui.errors import error_text
from desktop.ui.papers.check_dialog import CodeCheckDialog
from desktop.ui.people.delegate import PersonDelegate
from desktop.ui.people.details import PersonDetailsPanel
from desktop.ui.people.edit_dialog import EditPersonDialog
from desktop.ui.people.eraser import PersonEraser
from desktop.ui.people.erasures_dialog import ErasuresDialog
from desktop.ui.people.exporter import PersonExporter
from desktop.ui.people.model import PeopleModel
from desktop.ui.widgets.basic import bar, button, column, holding, label, row, symbol
from desktop.ui.widgets.busy import BusyRow
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice, Tone

_SEARCH_MS = 200

PersonCard = tuple[list[RegisterEntry], dict[PurposeKey, str]]


class PeoplePage(QWidget):
    """Lists people from the vault; every change goes through a worker."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._stale = True
        self._wanted: PersonId | None = None
        self._browses = desk.access.allows(Permission.PEOPLE)
        self._erases = desk.access.allows(Permission.ERASE)
        self._opener = CaptureOpener(desk, tasks, events, self.show_person, self)
        self.setAccessibleName(self.tr("People"))
        self.model = PeopleModel(desk.people, tasks, self)
        self.search = QLineEdit()
        self.list = QListView()
        self.details = PersonDetailsPanel()
        self.notice = Notice()
        self.busy = BusyRow()
        self.eraser = PersonEraser(desk, tasks, self.busy, self)
        self.exporter = PersonExporter(desk.exports, tasks, self)
        self.acts = ConsentActions(desk, tasks, self.busy, self.notice, self)
        self._consents: TaskHandle[PersonCard] | None = None
        self.add_button = button(self.tr("Add person"), self.add, look="primary", icon="add")
        self.erasures_button = button(self.tr("Erasures"), self.show_erasures, icon="remove")
        self.erasures_button.setVisible(self._erases)
        self.check_button = button(self.tr("Check a code"), self.check_code, icon="shield")
        self._count = label("", "muted")
        self._many_said = label("", "strong")
        self.erase_many = button(
            self.tr("Erase those marked"), lambda: self.eraser.ask(self._chosen()), look="danger", icon="remove"
        )
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.setInterval(_SEARCH_MS)
        self._build()
        self._connect(events)
        self.details.show_person(None)

    def _build(self) -> None:
        self.search.setPlaceholderText(self.tr("Search by name"))
        self.search.setAccessibleName(self.tr("Search people by name"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(300)
        self.list.setModel(self.model)
        self.list.setItemDelegate(PersonDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("People"))
        if self._erases:
            self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        top = bar(
            label(self.tr("People"), "title"),
            self._count,
            None,
            symbol("search", "muted", 18),
            self.search,
            self.erasures_button,
            self.check_button,
            self.add_button,
        )
        self._nobody = EmptyState(
            "people",
            self.tr("Nobody is enrolled yet"),
            self.tr(
                "Add the first person who has agreed to be recognised. Everybody else stays masked on every screen."
            ),
        )
        self._nobody.offer(self.tr("Add person"), self.add, icon="add")
        self._look_up = EmptyState(
            "search",
            self.tr("Search for the person in front of you"),
            self.tr("Type at least two letters of the name. The list of everybody is for the privacy officer."),
        )
        self._no_hit = EmptyState("search", "", "")
        self._waiting = EmptyState("people", self.tr("Loading ..."), "")
        self._many = holding(row(self._many_said, None, self.erase_many, gap=12))
        self._many.hide()
        people = column(self._many, self.list, gap=8)
        people.setStretch(1, 1)
        body = row(people, self.details, gap=16)
        body.setStretch(0, 1)
        self._stack = QStackedLayout()
        self._filled = holding(body)
        for widget in (self._waiting, self._nobody, self._look_up, self._no_hit, self._filled):
            self._stack.addWidget(widget)
        content = column(self.notice, self.busy, self._stack, gap=12, margins=(16, 16, 16, 16))
        content.setStretch(2, 1)
        outer = column(top, content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self._debounce.timeout.connect(self._ask)
        self.search.textChanged.connect(lambda _text: self._debounce.start())
        self.search.returnPressed.connect(self.list.setFocus)
        self.model.loaded.connect(self._on_loaded)
        self.model.failed.connect(self._on_load_failed)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._on_marked())
        self.details.wants_edit.connect(self._edit)
        self.details.wants_withdraw.connect(self.acts.ask_withdraw)
        self.details.wants_again.connect(self._opener.ask_again)
        self.details.wants_own.connect(self.acts.show_own)
        self.details.wants_export.connect(self.exporter.ask)
        self.details.wants_remove.connect(lambda person: self.eraser.ask([person]))
        events.people_changed.connect(self._on_changed)
        for keys, act in (("Ctrl+F", self.search.setFocus), ("Ctrl+N", self.add), ("Ctrl+K", self.check_code)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: self._ask_remove(self.details.person))
        self.details.edit.setVisible(self._browses)
        self.details.export.setVisible(self._desk.access.allows(Permission.EXPORT))
        self.details.remove.setVisible(self._erases)

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        self.search.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self._ask()

    def _ask(self) -> None:
        """Search for what is typed. Who may see single cards only has to type a name first."""
        query = self.search.text().strip()
        if self._browses or len(query) >= LOOK_UP_LENGTH:
            self.model.search(query)
        else:
            self.model.clear()

    def add(self) -> None:
        """Open the window of the conversation at whose end somebody is added."""
        self._opener.start()

    def show_erasures(self) -> None:
        """Open the list of what was erased, with the certificates."""
        ErasuresDialog(self._desk, self._tasks, self.window()).open()

    def check_code(self) -> None:
        """Open the dialog that checks a receipt or a pass."""
        acts = self.acts
        CodeCheckDialog(
            self._desk, self._tasks, self.show_person, acts.ask_withdraw_all, acts.show_own, self.window()
        ).open()

    def show_person(self, person_id: PersonId) -> None:
        """Bring somebody to the front of the list."""
        self._wanted = person_id
        self.search.setText("" if self._browses else self._desk.people.name_of(person_id))
        self._debounce.stop()
        self._ask()

    def _on_changed(self) -> None:
        if self.isVisible():
            self._ask()
        else:
            self._stale = True

    def _on_loaded(self) -> None:
        rows = self.model.rowCount()
        if rows:
            self._stack.setCurrentWidget(self._filled)
        elif self.model.query:
            self._no_hit.say("search", self.tr("Nobody is called “{text}”").format(text=self.model.query), self._hint())
            self._stack.setCurrentWidget(self._no_hit)
        else:
            self._stack.setCurrentWidget(self._nobody if self._browses else self._look_up)
        self._count.setText(QLocale().toString(self.model.total) if rows else "")
        self._count.setAccessibleName(self.tr("People found: {count}").format(count=self.model.total))
        self._select(self._wanted or (self.details.person.id if self.details.person else None))
        self._wanted = None

    def _hint(self) -> str:
        return self.tr("Check the spelling, or search for a part of the name.")

    def _select(self, person_id: PersonId | None) -> None:
        line = self.model.row_of(person_id) if person_id is not None else -1
        if line < 0 and self.model.rowCount():
            line = 0
        index = self.model.index(line, 0) if line >= 0 else QModelIndex()
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)
        self._on_current(index)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        person = self.model.person(index.row()) if index.isValid() else None
        try:
            if person is not None:
                self._desk.people.viewed(person.id)
        except ConsentryError as error:  # nothing is shown that cannot be recorded
            person = None
            self.notice.say(error_text(error).whole, Tone.DANGER)
        self.details.show_person(person)
        self._ask_purposes(person)

    def _ask_purposes(self, person: PersonSummary | None) -> None:
        """What the person agreed to beside recognition, when it is there."""
        if self._consents is not None:
            self._consents.forget()
            self._consents = None
        if person is not None:
            consents, language = self._desk.consents, QLocale().name()[:2]
            self._consents = self._tasks.run(
                lambda _: (consents.of_person(person.id), consents.purpose_titles(language)),
                lambda card: self._on_purposes(person, *card),
                self._on_load_failed,
                owner=self,
            )

    def _on_purposes(self, person: PersonSummary, entries: list[RegisterEntry], titles: dict[PurposeKey, str]) -> None:
        self._consents = None
        self.acts.titles = titles
        if self.details.person is not None and self.details.person.id == person.id:
            self.details.show_purposes(entries, titles)

    def _on_load_failed(self, error: ConsentryError) -> None:
        text = error_text(error)
        self.notice.say(text.whole, Tone.DANGER, action=self.tr("Try again"), clicked=self._try_again)

    def _try_again(self) -> None:
        self.notice.clear()
        self._ask()

    def _edit(self, person: PersonSummary) -> None:
        EditPersonDialog(self._desk.people, self._tasks, person, self.window()).open()

    def _ask_remove(self, person: PersonSummary | None) -> None:
        if person is not None and self._erases:
            self.eraser.ask(self._chosen() or [person])

    def _chosen(self) -> list[PersonSummary]:
        """Those marked in the list, in its order."""
        lines = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [self.model.person(line) for line in lines]

    def _on_marked(self) -> None:
        """Several are marked: what can be done with all of them."""
        count = len(self._chosen())
        self._many.setVisible(self._erases and count > 1)
        self._many_said.setText(self.tr("Marked: {count}").format(count=QLocale().toString(count)))
