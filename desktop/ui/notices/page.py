"""The page Notices: the versions of what people are told on the left, one of them on the right, and who must be asked
again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TypeVar

from PySide6.QtCore import QLocale, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import NoticeId
from desktop.domain.notices import Notice, NoticeState, ToAsk
from desktop.services.desk import Desk
from desktop.services.notices import NoticeChanged, NoticeUnknown
from desktop.ui import texts
from desktop.ui.errors import error_text
from desktop.ui.notices import words
from desktop.ui.notices.editing import Editing
from desktop.ui.notices.publish_dialog import PublishDialog
from desktop.ui.notices.version_panel import VersionPanel
from desktop.ui.operators.model import RowsModel, table
from desktop.ui.widgets.basic import bar, button, column, holding, label, row
from desktop.ui.widgets.dialog import Confirm
from desktop.ui.widgets.empty_state import EmptyState
from desktop.ui.widgets.notice import Notice as Said
from desktop.ui.widgets.notice import Tone
from desktop.ui.widgets.segments import Segments

Loaded = tuple[list[Notice], list[ToAsk]]
R = TypeVar("R")
_SHOWN = 500  # people; more would keep the window waiting
_LIST_WIDTH = 262


class Part(StrEnum):
    VERSIONS = "versions"
    TO_ASK = "to_ask"


class NoticesPage(QWidget):
    """Reads in workers, when it is shown and after every change. What is typed stays until it is saved or discarded."""

    def __init__(self, desk: Desk, tasks: TaskRunner, events: DeskEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._loading: TaskHandle[Loaded] | None = None
        self._wanted: NoticeId | None = None
        self._draft: Editing | None = None  # what is being typed, also while another version is looked at
        self.setAccessibleName(self.tr("Notices"))
        self.notice = Said()  # what came of an action
        self.standing = Said()  # what is the matter until somebody does something
        self._acting = False
        self.panel = VersionPanel(lambda: desk.controller.current)
        self.versions: RowsModel[Notice] = RowsModel(
            (self.tr("No."), self.tr("State"), self.tr("Since")),
            self._version_cells,
            lambda one: one.state is NoticeState.RETIRED,
            self,
        )
        self.list = table(self.versions, self.tr("Versions of the notice, newest first"), (54, 88))
        self.asking: RowsModel[ToAsk] = RowsModel(
            (self.tr("Name"), self.tr("Agreed"), self.tr("Version"), self.tr("Purposes")),
            self._asking_cells,
            lambda _one: False,
            self,
        )
        self.more = label("", "muted", wrap=True)
        self.people = table(self.asking, self.tr("Who must be asked again"), (280, 150, 110))
        self.parts: Segments[Part] = Segments(
            self.tr("Part of the page"),
            [(Part.VERSIONS, self.tr("Versions"), "", ""), (Part.TO_ASK, self.tr("To ask again"), "", "")],
        )
        self.begin = button(self.tr("New version"), self._begin, look="primary", icon="add")
        self._build()
        self._connect(events)

    def _build(self) -> None:
        self.nothing = EmptyState(
            "notices",
            self.tr("No notice yet"),
            self.tr(
                "People are asked for their consent only once you have published what they are told. "
                "Begin with the texts in five languages, and let your lawyer look at them."
            ),
        )
        self.nothing.offer(self.tr("Begin with the starter texts"), self._begin, icon="add")
        self.nobody = EmptyState(
            "people",
            self.tr("Nobody has to be asked again"),
            self.tr("Whoever publishes a version says whether people must agree anew. They are listed here then."),
        )
        self.list.setFixedWidth(_LIST_WIDTH)
        body = row(self.list, self.panel, gap=16)
        body.setStretch(1, 1)
        self._filled = holding(body)
        self._stack = QStackedLayout()
        loading = EmptyState("notices", self.tr("Loading ..."), "")
        asking = column(self.more, self.people, gap=12)
        asking.setStretch(1, 1)
        self._asking = holding(asking)
        for widget in (loading, self.nothing, self._filled, self.nobody, self._asking):
            self._stack.addWidget(widget)
        content = column(self.notice, self.standing, self._stack, gap=12, margins=(16, 16, 16, 16))
        content.setStretch(2, 1)
        outer = column(bar(label(self.tr("Notices"), "title"), None, self.parts, self.begin), content, gap=0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self, events: DeskEvents) -> None:
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.parts.changed.connect(lambda _part: self._show())
        self.panel.wants_save.connect(self._save)
        self.panel.wants_publish.connect(self._want_publish)
        self.panel.wants_discard.connect(self._ask_discard)
        self.panel.wants_retire.connect(self._ask_retire)
        events.settings_changed.connect(self.panel.refresh)
        for signal in (events.notices_changed, events.people_changed):
            signal.connect(self._on_changed)
        for keys, act in (("Ctrl+N", self._begin), ("Ctrl+S", self._save_by_key), ("F5", self.reload)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)

    def _version_cells(self, one: Notice) -> Sequence[str]:
        return QLocale().toString(one.version), words.said(one.state), words.day(one)

    def _asking_cells(self, one: ToAsk) -> Sequence[str]:
        version = self.tr("not recorded") if one.version is None else str(one.version)
        purposes = ", ".join(map(words.purpose, one.purposes))
        return self._desk.people.name_of(one.person_id) or "", texts.day(one.since), version, purposes

    def focus_start(self) -> None:
        """Where the keyboard begins on this page."""
        (self.list if self.versions.rows else self.nothing.action).setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def reload(self) -> None:
        """Read the versions anew, in a worker."""
        if self._loading is not None:
            self._loading.forget()
        notices = self._desk.notices
        self._loading = self._tasks.run(
            lambda _: (notices.list(), notices.to_ask()), self._on_loaded, self._on_load_failed, owner=self
        )

    def _on_changed(self) -> None:
        if self.isVisible() and not self._acting:  # an action of this page's own reads anew when it has ended
            self.reload()

    def _on_loaded(self, loaded: Loaded) -> None:
        self._loading = None
        versions, asking = loaded
        shown = self.panel.editing
        wanted = self._wanted or (shown.notice.id if shown is not None else None)
        self._wanted = None
        self.versions.set_rows(versions)
        self.asking.set_rows(asking[:_SHOWN])
        self.more.setVisible(len(asking) > _SHOWN)
        more = self.tr("The {shown} who agreed longest ago are shown; to ask in all: {count}")
        self.more.setText(more.format(shown=_SHOWN, count=len(asking)))
        words_for_button = self.tr("To ask again ({count})").format(count=len(asking))
        self.parts.button(Part.TO_ASK).setText(words_for_button if asking else self.tr("To ask again"))
        self.begin.setEnabled(not any(one.state is NoticeState.DRAFT for one in versions))
        if self._keep_draft(versions):
            line = next((place for place, one in enumerate(versions) if one.id == wanted), 0)
            self.list.selectRow(line)
            self._on_current(self.list.currentIndex())
        self._show()

    def _keep_draft(self, versions: Sequence[Notice]) -> bool:
        """What is typed stays. False: it cannot be saved any more, because somebody else changed the draft meanwhile;
        it is left in the form and that is said."""
        stored = next((one for one in versions if one.state is NoticeState.DRAFT), None)
        typed = self._draft
        if typed is not None and typed.changed and stored != typed.notice:
            self.standing.say(
                self.tr("The draft was changed meanwhile. What you typed is still in the form, but cannot be saved."),
                Tone.ATTENTION,
                action=self.tr("Load again"),
                clicked=self._load_again,
            )
            return False
        if typed is None or stored != typed.notice:
            self._draft = None if stored is None else Editing.of(stored)
        in_force = any(one.state is NoticeState.PUBLISHED for one in versions)
        closed = self.tr("No version is in force: nobody can be asked for consent until one is published.")
        self.standing.say("" if in_force or not versions else closed, Tone.ATTENTION)
        return True

    def _load_again(self) -> None:
        self._draft = None
        self.notice.clear()
        self.reload()

    def _show(self) -> None:
        if self.parts.value() is Part.TO_ASK:
            self._stack.setCurrentWidget(self._asking if self.asking.rows else self.nobody)
        else:
            typing = self._draft is not None
            self._stack.setCurrentWidget(self._filled if self.versions.rows or typing else self.nothing)

    def _on_load_failed(self, error: ConsentryError) -> None:
        self._loading = None
        self.notice.say(error_text(error).whole, Tone.DANGER, action=self.tr("Try again"), clicked=self._load_again)

    def _on_current(self, index: QModelIndex | QPersistentModelIndex, _before: object = None) -> None:
        if not index.isValid():
            return
        notice = self.versions.rows[index.row()]
        draft, shown = self._draft, self.panel.editing
        editing = draft if draft is not None and draft.notice.id == notice.id else Editing.of(notice)
        same = shown is not None and not editing.editable and shown.notice == notice
        if editing is not shown and not same:
            self.panel.show_editing(editing)

    def _begin(self) -> None:
        """Begin a draft, where there is none."""
        if not self.begin.isEnabled():
            return
        self.notice.clear()
        self._act(self._desk.notices.begin, self._on_begun)

    def _on_begun(self, notice_id: NoticeId) -> None:
        self._wanted = notice_id
        self.parts.choose(Part.VERSIONS)
        self.reload()

    def _save_by_key(self) -> None:
        if self.panel.save.isVisible() and self.panel.save.isEnabled():
            self._save()

    def _save(self, then: Callable[[], object] = lambda: None) -> None:
        editing = self._draft
        if editing is None:
            return
        edit = editing.edit()

        def stored(notice: Notice) -> None:
            self._draft = Editing.of(notice)
            self.notice.clear()
            self.panel.show_editing(self._draft)
            self.reload()
            then()

        self._act(lambda: self._desk.notices.edit(edit), stored)

    def _want_publish(self) -> None:
        if self._draft is not None and self._draft.changed:
            self._save(self._weigh)
        else:
            self._weigh()

    def _weigh(self) -> None:
        """How many people a new version concerns, before anybody decides."""
        editing = self._draft
        if editing is None:
            return
        notice = editing.notice
        self._act(lambda: self._desk.notices.would_ask(notice), lambda asked: self._ask_publish(notice, asked))

    def _ask_publish(self, notice: Notice, asked: int) -> None:
        before = next((one for one in self.versions.rows if one.state is NoticeState.PUBLISHED), None)
        PublishDialog(notice, before, asked, lambda again: self._publish(notice, again), self.window()).open()

    def _publish(self, notice: Notice, again: bool) -> None:
        done = self.tr("{version} is in force.").format(version=words.version(notice))
        publish = self._desk.notices.publish
        self._act(lambda: publish(notice.id, notice.revision, ask_again=again), lambda _: self._finished(done))

    def _ask_discard(self) -> None:
        editing = self._draft
        if editing is None:
            return
        notice = editing.notice
        Confirm(
            self.window(),
            title=self.tr("Discard the draft"),
            question=self.tr("Discard the draft of {version}?").format(version=words.version(notice)),
            points=[
                self.tr("Its texts and purposes are deleted for good."),
                self.tr("What people are shown now stays in force."),
            ],
            act=self.tr("Discard"),
            on_yes=lambda: self._discard(notice),
        ).open()

    def _discard(self, notice: Notice) -> None:
        done = self.tr("The draft was discarded.")
        self._act(lambda: self._desk.notices.discard(notice.id, notice.revision), lambda _: self._finished(done))

    def _ask_retire(self) -> None:
        editing = self.panel.editing
        if editing is None:
            return
        notice = editing.notice
        Confirm(
            self.window(),
            title=self.tr("Retire the notice"),
            question=self.tr("Retire {version}?").format(version=words.version(notice)),
            points=[
                self.tr("Nobody can be asked for consent until another version is published."),
                self.tr("Consents that were given stay as they are."),
            ],
            act=self.tr("Retire"),
            on_yes=lambda: self._retire(notice),
        ).open()

    def _retire(self, notice: Notice) -> None:
        done = self.tr("{version} is retired.").format(version=words.version(notice))
        self._act(lambda: self._desk.notices.retire(notice.id), lambda _: self._finished(done))

    def _finished(self, words_said: str) -> None:
        self._draft = None
        self.notice.say(words_said, Tone.GOOD)
        self.reload()

    def _act(self, work: Callable[[], R], done: Callable[[R], object]) -> None:
        """Something that writes, in a worker; the form waits meanwhile."""
        self._acting = True
        self.panel.set_busy(True)

        def finish(result: R) -> None:
            self._acting = False
            self.panel.set_busy(False)
            done(result)

        self._tasks.run(lambda _: work(), finish, self._on_failed, owner=self)

    def _on_failed(self, error: ConsentryError) -> None:
        self._acting = False
        self.panel.set_busy(False)
        changed = isinstance(error, NoticeChanged | NoticeUnknown)
        action = self.tr("Load again") if changed else ""
        self.notice.say(error_text(error).whole, Tone.DANGER, action=action, clicked=self._load_again)
