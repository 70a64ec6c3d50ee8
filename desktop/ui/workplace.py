"""The pages of one operator: rail, pages, strip. Made anew for another operator, so that nothing is carried over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.ids import PersonId
from desktop.domain.permissions import APPROVING, Permission
from desktop.services.desk import Desk
from desktop.services.session import SignedIn
from desktop.ui.access.account import AccountDialog
from desktop.ui.activity.page import ActivityPage
from desktop.ui.audit.page import AuditPage
from desktop.ui.backup.page import BackupPage
from desktop.ui.cameras.page import CamerasPage
from desktop.ui.consent.page import ConsentPage
from desktop.ui.live.page import LivePage
from desktop.ui.live.tile import Painted
from desktop.ui.models.page import ModelsPage
from desktop.ui.notices.page import NoticesPage
from desktop.ui.operators.page import OperatorsPage
from desktop.ui.people.page import PeoplePage
from desktop.ui.requests.page import RequestsPage
from desktop.ui.retention.page import RetentionPage
from desktop.ui.settings.page import SettingsPage
from desktop.ui.status_strip import StatusStrip
from desktop.ui.trust.page import TrustPage
from desktop.ui.widgets.basic import column, row
from desktop.ui.widgets.rail import Rail

Page = (
    LivePage
    | PeoplePage
    | CamerasPage
    | ActivityPage
    | ConsentPage
    | RequestsPage
    | AuditPage
    | ModelsPage
    | OperatorsPage
    | SettingsPage
    | BackupPage
    | NoticesPage
    | RetentionPage
    | TrustPage
)

NUMBERED = 10  # pages with a shortcut: Ctrl+1 to Ctrl+9, then Ctrl+0
_SETTING = frozenset({Permission.SETTINGS, Permission.RETENTION})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A page of the rail, for whoever has any of the permissions; its shortcut is its place among those shown."""

    key: str
    title: str
    permissions: Collection[Permission]
    make: Callable[[], Page]


class Workplace(QWidget):
    """Only pages that the operator may see are made. `titled` says the title of the page in front."""

    titled = Signal(str)
    maximised = Signal(bool)  # one camera fills the window
    wants_reopen = Signal()  # other models were chosen
    wants_restore = Signal(str)  # the backup in that folder is to take the desk's place

    def __init__(
        self, desk: Desk, tasks: TaskRunner, events: DeskEvents, session: SignedIn, painted: Painted | None
    ) -> None:
        super().__init__()
        self._desk = desk
        self._tasks = tasks
        self._events = events
        self._painted = painted
        self._numbers: dict[int, str] = {}
        self._titles: dict[str, str] = {}
        self.pages: dict[str, Page] = {}
        self.strip = StatusStrip(desk, events)
        self.strip.wants_account.connect(self._show_account)
        self.strip.set_operator(session.name)
        self._session = session
        self._stack = QStackedWidget()
        self.rail = Rail(self._furnish(session))
        self.rail.chosen.connect(self.show_page)
        self.setLayout(row(self.rail, column(self._stack, self.strip, gap=0), gap=0))
        tasks.run(lambda _: desk.vault, self.strip.set_vault, owner=self)

    def _entries(self) -> list[_Entry]:
        return [*self._at_the_desk(), *self._for_the_officer(), *self._for_the_administrator()]

    def _at_the_desk(self) -> list[_Entry]:
        desk, tasks, events, may = self._desk, self._tasks, self._events, Permission
        return [
            _Entry("live", self.tr("Live"), {may.LIVE}, self._live),
            _Entry("people", self.tr("People"), {may.PERSON_CARD}, lambda: PeoplePage(desk, tasks, events)),
            _Entry("activity", self.tr("Activity"), {may.ACTIVITY_TODAY}, lambda: ActivityPage(desk, tasks, events)),
        ]

    def _for_the_officer(self) -> list[_Entry]:
        desk, tasks, events, may = self._desk, self._tasks, self._events, Permission
        return [
            _Entry("requests", self.tr("Requests"), {may.REQUESTS}, self._requests),
            _Entry("consent", self.tr("Consent"), {may.CONSENT}, lambda: ConsentPage(desk, tasks, events)),
            _Entry("notices", self.tr("Notices"), {may.CONSENT}, lambda: NoticesPage(desk, tasks, events)),
            _Entry("retention", self.tr("Retention"), {may.RETENTION}, lambda: RetentionPage(desk, tasks, events)),
            _Entry("trust", self.tr("Trust"), {may.RETENTION}, lambda: TrustPage(desk, tasks, events)),
            _Entry("audit", self.tr("Audit"), {may.AUDIT}, lambda: AuditPage(desk, tasks, events)),
        ]

    def _for_the_administrator(self) -> list[_Entry]:
        desk, tasks, events, may = self._desk, self._tasks, self._events, Permission
        return [
            _Entry("cameras", self.tr("Cameras"), {may.CAMERAS}, lambda: CamerasPage(desk, tasks, events)),
            _Entry("models", self.tr("Models"), {may.MODELS}, self._models),
            _Entry("operators", self._operators_title, APPROVING | {may.OPERATORS}, self._operators),
            _Entry("backup", self.tr("Backup"), {may.BACKUP}, self._backup),
            _Entry("settings", self.tr("Settings"), _SETTING, lambda: SettingsPage(desk, tasks)),
        ]

    @property
    def _operators_title(self) -> str:
        """Without the right to manage operators the page holds the requests alone."""
        managing = self._desk.access.allows(Permission.OPERATORS)
        return self.tr("Operators") if managing else self.tr("Approvals")

    def _operators(self) -> OperatorsPage:
        return OperatorsPage(self._desk, self._tasks, self._events)

    def _furnish(self, session: SignedIn) -> list[tuple[str, str, str, str]]:
        """Make the pages; what the rail shows of them."""
        shown = []
        seen = [entry for entry in self._entries() if any(session.may(each) for each in entry.permissions)]
        for number, entry in enumerate(seen, 1):
            page = entry.make()
            self.pages[entry.key] = page
            self._stack.addWidget(page)
            self._titles[entry.key] = entry.title
            self._numbers[number] = entry.key
            keys = f"{self.tr('Ctrl')}+{number % 10}" if number <= NUMBERED else ""
            shown.append((entry.key, entry.title, entry.key, keys))
        return shown

    def _live(self) -> LivePage:
        may_add = self._desk.access.allows(Permission.CAMERAS)
        page = LivePage(self._desk.live, self._events, may_add=may_add)
        page.wall.painted = self._painted
        page.maximised.connect(self._on_maximised)
        page.wants_camera.connect(self._add_camera)
        return page

    def _requests(self) -> RequestsPage:
        page = RequestsPage(self._desk, self._tasks, self._events)
        page.wants_person.connect(self._show_person)
        return page

    def _backup(self) -> BackupPage:
        page = BackupPage(self._desk, self._tasks, self._events)
        page.wants_restore.connect(self.wants_restore)
        return page

    def _models(self) -> ModelsPage:
        page = ModelsPage(self._desk, self._tasks)
        page.wants_reopen.connect(self.wants_reopen)
        return page

    @property
    def page(self) -> str:
        """Key of the page in sight."""
        return next(key for key, page in self.pages.items() if page is self._stack.currentWidget())

    @property
    def title(self) -> str:
        return self._titles[self.page]

    def show_first(self) -> None:
        self.show_page(next(iter(self.pages)))

    def show_page(self, key: str) -> None:
        """Bring a page to the front and the keyboard to its start. Nothing happens for a page that is not theirs."""
        page = self.pages.get(key)
        if page is None:
            return
        if key != "live":
            self.end_full_tile()
        self._stack.setCurrentWidget(page)
        self.rail.select(key)
        self.titled.emit(self._titles[key])
        page.focus_start()

    def show_number(self, number: int) -> None:
        """The page with that number in its shortcut."""
        self.show_page(self._numbers.get(number, ""))

    def _show_account(self) -> None:
        AccountDialog(self._desk, self._tasks, self._session, self.window()).open()

    def _show_person(self, person_id: str) -> None:
        people = self.pages.get("people")
        if isinstance(people, PeoplePage):
            self.show_page("people")
            people.show_person(PersonId(person_id))

    def end_full_tile(self) -> None:
        """Back to the whole wall, where one camera filled the window."""
        live = self.pages.get("live")
        if isinstance(live, LivePage):
            live.wall.maximise(None)

    def _on_maximised(self, on: bool) -> None:
        self.rail.setVisible(not on)
        self.strip.setVisible(not on)
        self.maximised.emit(on)

    def _add_camera(self) -> None:
        cameras = self.pages.get("cameras")
        if isinstance(cameras, CamerasPage):
            self.show_page("cameras")
            cameras.add()
