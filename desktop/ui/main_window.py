"""The window: the operator's pages, or the lock screen. Its title never holds a name: titles are seen in task bars and
screen shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.crash_reports import CrashReports
from desktop.services.desk import Desk
from desktop.services.health import ProblemKind
from desktop.services.preferences import PreferencesStore, ThemeChoice
from desktop.services.session import SignedIn
from desktop.services.site import SampleOperator
from desktop.ui.access.gate import SessionGate
from desktop.ui.access.lock_screen import LockScreen
from desktop.ui.activity.page import ActivityPage
from desktop.ui.cameras.page import CamerasPage
from desktop.ui.errors import show_error
from desktop.ui.fault_list import FaultList
from desktop.ui.live.page import LivePage
from desktop.ui.live.tile import Painted
from desktop.ui.look import look, set_icon
from desktop.ui.models.page import ModelsPage
from desktop.ui.operators.page import OperatorsPage
from desktop.ui.people.page import PeoplePage
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.basic import column, holding
from desktop.ui.workplace import NUMBERED, Page, Workplace

LEAST_WIDTH, LEAST_HEIGHT = 1000, 640


class MainWindow(QMainWindow):
    """Shows an open desk. The desk is not closed here: `closed` is emitted and whoever opened it closes it.

    `wants_reopen`: something was chosen that is only loaded when a desk is opened. `wants_restore`: the backup in that
    folder is to take the desk's place.
    """

    closed = Signal()
    wants_reopen = Signal()
    wants_restore = Signal(str)

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        *,
        preferences: PreferencesStore | None = None,
        painted: Painted | None = None,
        reports: CrashReports | None = None,
        samples: Sequence[SampleOperator] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks = tasks
        self._preferences = preferences
        self._painted = painted
        self._reports = reports
        self._was_full = False
        self._of: SignedIn | None = None  # whose pages there are
        self.workplace: Workplace | None = None
        self.events = DeskEvents(desk.hub, self)
        self.lock_screen = LockScreen(desk, tasks, samples)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.lock_screen)
        self.setCentralWidget(holding(column(self._stack), "page"))
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.gate = SessionGate(desk.access, self.events, self)
        self._connect()
        if reports is not None:
            self._tell_reports(reports)
        self.gate.follow()

    def _connect(self) -> None:
        self.gate.opened.connect(self._on_opened)
        self.gate.covered.connect(self._on_covered)
        look().changed.connect(self._name_theme_button)
        self._tasks.failed.connect(self._on_failed)
        for number in range(1, NUMBERED + 1):
            self._shortcut(f"Ctrl+{number % 10}", partial(self._show_number, number))
        self._shortcut("Ctrl+L", self._desk.access.lock)
        self._shortcut("F11", self.toggle_full_screen)

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _on_opened(self, session: SignedIn) -> None:
        """Bring the operator's pages to the front; another operator, or other roles, get new ones."""
        if self.workplace is None or session != self._of:
            self._discard()
            self._of = session
            self.workplace = self._made(session)
            self._name_theme_button()
            self._stack.addWidget(self.workplace)
            self.workplace.show_first()
        self.setWindowTitle(self._titled(self.workplace.title))
        self._stack.setCurrentWidget(self.workplace)

    def _made(self, session: SignedIn) -> Workplace:
        made = Workplace(self._desk, self._tasks, self.events, session, self._painted)
        made.titled.connect(lambda title: self.setWindowTitle(self._titled(title)))
        made.maximised.connect(self._on_maximised)
        made.wants_reopen.connect(self.wants_reopen)
        made.wants_restore.connect(self.wants_restore)
        if self._reports is not None:
            made.strip.make_fault_list = partial(self._fault_list, self._reports)
        rail = made.rail
        self.full_button = rail.add_bottom(self.tr("Full screen"), "expand", self.tr("Full screen (F11)"))
        self.full_button.clicked.connect(self.toggle_full_screen)
        self.theme_button = rail.add_bottom("", "sun", "")
        self.theme_button.clicked.connect(self.toggle_theme)
        self.lock_button = rail.add_bottom(self.tr("Lock"), "lock", self.tr("Lock, or change operator (Ctrl+L)"))
        self.lock_button.clicked.connect(self._desk.access.lock)
        return made

    def _discard(self) -> None:
        if self.workplace is not None:
            self._stack.removeWidget(self.workplace)
            self.workplace.deleteLater()
            self.workplace = None

    def _on_covered(self, session: SignedIn | None) -> None:
        """Nothing of the pages may stay in sight, not even for a frame: hence the repaint at once."""
        if self.workplace is not None:
            self.workplace.end_full_tile()
        if session is None:
            self._discard()
        self._stack.setCurrentWidget(self.lock_screen)
        self.setWindowTitle(self.tr("Consentry"))
        self.lock_screen.cover(session)
        self.repaint()

    def _titled(self, page: str) -> str:
        return self.tr("{page} - Consentry").format(page=page)

    @property
    def pages(self) -> dict[str, Page]:
        """The pages that the operator at the desk may see; none while nobody is signed in."""
        return self.workplace.pages if self.workplace is not None else {}

    @property
    def live_page(self) -> LivePage:
        """Raises KeyError while nobody is signed in who may see it; so do the others."""
        return cast(LivePage, self.pages["live"])

    @property
    def people_page(self) -> PeoplePage:
        return cast(PeoplePage, self.pages["people"])

    @property
    def cameras_page(self) -> CamerasPage:
        return cast(CamerasPage, self.pages["cameras"])

    @property
    def activity_page(self) -> ActivityPage:
        return cast(ActivityPage, self.pages["activity"])

    @property
    def models_page(self) -> ModelsPage:
        return cast(ModelsPage, self.pages["models"])

    @property
    def operators_page(self) -> OperatorsPage:
        return cast(OperatorsPage, self.pages["operators"])

    @property
    def page(self) -> str:
        """Key of the page in sight; empty behind the lock screen."""
        shown = self._stack.currentWidget()
        return shown.page if isinstance(shown, Workplace) else ""

    def show_page(self, key: str) -> None:
        """Bring a page to the front; nothing happens while the screen is locked, or for a page that is not theirs."""
        if self.page and self.workplace is not None:
            self.workplace.show_page(key)

    def _show_number(self, number: int) -> None:
        if self.page and self.workplace is not None:
            self.workplace.show_number(number)

    def _tell_reports(self, reports: CrashReports) -> None:
        """Say that there are faults nobody has looked at, until somebody opens their list."""

        def tell(count: int) -> None:
            if count:
                self._desk.health.report(ProblemKind.FAULTS, count=count)

        self._tasks.run(lambda _: reports.unseen(), tell, owner=self)

    def _fault_list(self, reports: CrashReports) -> FaultList:
        made = FaultList(reports, self._tasks)
        made.seen.connect(lambda: self._desk.health.clear(ProblemKind.FAULTS))
        return made

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_theme(self) -> None:
        """Dark to light and back, kept for the next start."""
        dark = look().name is ThemeName.DARK
        look().apply(ThemeName.LIGHT if dark else ThemeName.DARK)
        store = self._preferences
        if store is not None:
            choice = ThemeChoice.LIGHT if dark else ThemeChoice.DARK
            self._tasks.run(lambda _: store.change(theme=choice))

    def _name_theme_button(self) -> None:
        if self.workplace is None:
            return
        dark = look().name is ThemeName.DARK
        title = self.tr("Light") if dark else self.tr("Dark")
        tip = self.tr("Switch to the light theme") if dark else self.tr("Switch to the dark theme")
        self.theme_button.setText(title)
        self.theme_button.setToolTip(tip)
        self.theme_button.setAccessibleName(tip)
        set_icon(self.theme_button, "sun" if dark else "moon", off="muted", size=24)

    def _on_maximised(self, on: bool) -> None:
        """A full-screen tile takes the screen; afterwards the window is as it was."""
        full = bool(self.windowState() & Qt.WindowState.WindowFullScreen)
        if on:
            self._was_full = full
        if full != (on or self._was_full):
            self.toggle_full_screen()

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.gate.close()
        self.events.close()
        self._stack.hide()  # stops pulling pictures before the presenters go
        event.accept()
        self.closed.emit()
