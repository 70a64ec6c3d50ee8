"""The window: rail, pages, strip. Its title never holds a name: titles are seen in task bars and screen shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from desktop.bridge.events import DeskEvents
from desktop.bridge.tasks import TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.crash_reports import CrashReports
from desktop.services.desk import Desk
from desktop.services.health import Health, ProblemKind
from desktop.services.preferences import PreferencesStore, ThemeChoice
from desktop.ui.activity.page import ActivityPage
from desktop.ui.cameras.page import CamerasPage
from desktop.ui.errors import show_error
from desktop.ui.fault_list import FaultList
from desktop.ui.live.page import LivePage
from desktop.ui.live.tile import Painted
from desktop.ui.look import look, set_icon
from desktop.ui.models.page import ModelsPage
from desktop.ui.people.page import PeoplePage
from desktop.ui.status_strip import StatusStrip
from desktop.ui.theme import ThemeName
from desktop.ui.widgets.basic import column, holding, row
from desktop.ui.widgets.rail import Rail

Page = LivePage | PeoplePage | CamerasPage | ActivityPage | ModelsPage
LEAST_WIDTH, LEAST_HEIGHT = 1000, 640


class MainWindow(QMainWindow):
    """Pages of an open desk. The desk is not closed here: `closed` is emitted and whoever opened it closes it.

    `wants_reopen`: something was chosen that is only loaded when a desk is opened.
    """

    closed = Signal()
    wants_reopen = Signal()

    def __init__(
        self,
        desk: Desk,
        tasks: TaskRunner,
        *,
        preferences: PreferencesStore | None = None,
        painted: Painted | None = None,
        reports: CrashReports | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._preferences = preferences
        self._was_full = False
        self.events = DeskEvents(desk.hub, self)
        self.live_page = LivePage(desk.live, self.events)
        self.people_page = PeoplePage(desk, tasks, self.events)
        self.cameras_page = CamerasPage(desk, tasks, self.events)
        self.activity_page = ActivityPage(desk, tasks, self.events)
        self.models_page = ModelsPage(desk, tasks)
        self.live_page.wall.painted = painted
        self.pages: dict[str, Page] = {
            "live": self.live_page,
            "people": self.people_page,
            "cameras": self.cameras_page,
            "activity": self.activity_page,
            "models": self.models_page,
        }
        self.strip = StatusStrip(desk, self.events)
        self._build()
        self._connect()
        tasks.run(lambda _: desk.vault, self.strip.set_vault, owner=self)
        if reports is not None:
            self._offer_reports(reports, desk.health)
        self.show_page("live")

    def _build(self) -> None:
        self._titles = {
            "live": self.tr("Live"),
            "people": self.tr("People"),
            "cameras": self.tr("Cameras"),
            "activity": self.tr("Activity"),
            "models": self.tr("Models"),
        }
        keys = [f"{self.tr('Ctrl')}+{number}" for number in range(1, len(self.pages) + 1)]
        entries = [(key, title, key, keys[index]) for index, (key, title) in enumerate(self._titles.items())]
        self.rail = Rail(entries)
        self.full_button = self.rail.add_bottom(self.tr("Full screen"), "expand", self.tr("Full screen (F11)"))
        self.theme_button = self.rail.add_bottom("", "sun", "")
        self._stack = QStackedWidget()
        for page in self.pages.values():
            self._stack.addWidget(page)
        body = row(self.rail, column(self._stack, self.strip, gap=0), gap=0)
        self.setCentralWidget(holding(body, "page"))
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self._name_theme_button()

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_page)
        self.full_button.clicked.connect(self.toggle_full_screen)
        self.theme_button.clicked.connect(self.toggle_theme)
        look().changed.connect(self._name_theme_button)
        self.live_page.maximised.connect(self._on_maximised)
        self.live_page.wants_camera.connect(self._add_camera)
        self.models_page.wants_reopen.connect(self.wants_reopen)
        self._tasks.failed.connect(self._on_failed)
        for number, key in enumerate(self.pages, 1):
            self._shortcut(f"Ctrl+{number}", partial(self.show_page, key))
        self._shortcut("F11", self.toggle_full_screen)

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    @property
    def page(self) -> str:
        """Key of the page in sight."""
        return next(key for key, page in self.pages.items() if page is self._stack.currentWidget())

    def show_page(self, key: str) -> None:
        """Bring a page to the front and the keyboard to its start."""
        if key != "live":
            self.live_page.wall.maximise(None)
        self._stack.setCurrentWidget(self.pages[key])
        self.rail.select(key)
        self.setWindowTitle(self.tr("{page} - Consentry").format(page=self._titles[key]))
        self.pages[key].focus_start()

    def _offer_reports(self, reports: CrashReports, health: Health) -> None:
        """Say that there are faults nobody has looked at, until somebody opens their list."""

        def make_list() -> FaultList:
            made = FaultList(reports, self._tasks)
            made.seen.connect(lambda: health.clear(ProblemKind.FAULTS))
            return made

        def tell(count: int) -> None:
            if count:
                health.report(ProblemKind.FAULTS, count=count)

        self.strip.make_fault_list = make_list
        self._tasks.run(lambda _: reports.unseen(), tell, owner=self)

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
        dark = look().name is ThemeName.DARK
        title = self.tr("Light") if dark else self.tr("Dark")
        tip = self.tr("Switch to the light theme") if dark else self.tr("Switch to the dark theme")
        self.theme_button.setText(title)
        self.theme_button.setToolTip(tip)
        self.theme_button.setAccessibleName(tip)
        set_icon(self.theme_button, "sun" if dark else "moon", off="muted", size=24)

    def _on_maximised(self, on: bool) -> None:
        """A full-screen tile hides rail and strip and takes the screen; afterwards the window is as it was."""
        full = bool(self.windowState() & Qt.WindowState.WindowFullScreen)
        if on:
            self._was_full = full
        self.rail.setVisible(not on)
        self.strip.setVisible(not on)
        if full != (on or self._was_full):
            self.toggle_full_screen()

    def _add_camera(self) -> None:
        self.show_page("cameras")
        self.cameras_page.add()

    def _on_failed(self, error: ConsentryError) -> None:
        show_error(error, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.events.close()
        self.live_page.hide()  # stops pulling pictures before the presenters go
        event.accept()
        self.closed.emit()
