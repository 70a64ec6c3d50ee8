"""The application: one QApplication, first the start window, then the window of the open desk."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import structlog
from PySide6.QtCore import (
    QLocale,
    QMessageLogContext,
    QObject,
    Qt,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from desktop import paths
from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.preferences import ThemeChoice
from desktop.services.site import Program, SiteKind
from desktop.ui import icons
from desktop.ui.errors import show_error
from desktop.ui.first_run.start_window import StartWindow
from desktop.ui.look import look
from desktop.ui.theme import ThemeName

if TYPE_CHECKING:
    from desktop.services.desk import Desk
    from desktop.ui.main_window import MainWindow

log = structlog.get_logger("desktop.ui")
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_POLL_MS = 50
_WIDTH, _HEIGHT = 1440, 900


def make_application(arguments: Sequence[str] = (), *, theme: ThemeName = ThemeName.DARK) -> QApplication:
    """The QApplication with style, fonts, colours and icon; the one that exists, if one does."""
    for name in _QT_VARIABLES:  # cv2 sets them to its own, foreign Qt
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([sys.argv[0], *arguments])
    app.setApplicationName("consentry")
    app.setApplicationDisplayName("")
    app.setStyle("Fusion")
    look().apply(theme)
    app.setWindowIcon(icons.icon("consentry", look().tokens, size=64))
    return app


def install_language(app: QApplication, wanted: str) -> None:
    """Texts in `wanted` (a BCP 47 tag; empty: the computer's language) as far as they are translated."""
    locale = QLocale(wanted) if wanted else QLocale.system()
    QLocale.setDefault(locale)
    translator = QTranslator(app)
    if translator.load(locale, "consentry", "_", str(paths.resources_dir() / "i18n")):
        app.installTranslator(translator)
        app.setLayoutDirection(locale.textDirection())


def drop_known_noise() -> None:
    """Keep what Qt's offscreen platform says at every window from the terminal; all else is printed as ever."""

    def handle(_kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if "propagateSizeHints" not in text:
            sys.stderr.write(f"{text}\n")

    qInstallMessageHandler(handle)


def calm_collector() -> None:
    """Take what start-up made out of the garbage collector's sight: a full run over it would hold the window up."""
    gc.collect()
    gc.freeze()


def chosen_theme(app: QApplication, choice: ThemeChoice) -> ThemeName:
    """The theme a preference means; where the system does not say, dark: reception desks are often in dark rooms."""
    if choice is ThemeChoice.SYSTEM:
        light = app.styleHints().colorScheme() is Qt.ColorScheme.Light
        return ThemeName.LIGHT if light else ThemeName.DARK
    return ThemeName.LIGHT if choice is ThemeChoice.LIGHT else ThemeName.DARK


class Shell(QObject):
    """Leads from the start window to the window of the desk, and at the end closes the desk before the program ends."""

    def __init__(
        self,
        program: Program,
        tasks: TaskRunner,
        on_window: Callable[[MainWindow], object] | None = None,
    ) -> None:
        super().__init__()
        self._program = program
        self._tasks = tasks
        self._on_window = on_window
        self._ending = False
        self._idle_check = QTimer(self)
        self._idle_check.setInterval(_POLL_MS)
        self._idle_check.timeout.connect(self._quit_when_idle)
        self.desk: Desk | None = None
        self.window: MainWindow | None = None
        self._left: Desk | None = None  # the one whose site is being opened again
        self.start = StartWindow(program, tasks)
        self.start.opened.connect(self._on_opened)
        self.start.closed.connect(self._end)

    def begin(self, kind: SiteKind | None = None) -> None:
        """Show the start window and open `kind` (None: the desk of this computer, or the first choice)."""
        self.start.show()
        self.start.begin(kind)

    def _on_opened(self, desk: Desk) -> None:
        self.desk = desk
        if self._ending:  # the window was closed while the desk was being opened
            self._idle_check.stop()
            self._close_desk()
            return
        from desktop.ui.main_window import MainWindow

        window = MainWindow(
            desk,
            self._tasks,
            preferences=self._program.preferences,
            reports=self._program.reports,
            samples=self._program.site(self.start.kind).samples,
        )
        self.window = window
        window.closed.connect(self._end)
        window.wants_reopen.connect(self._reopen)
        window.wants_restore.connect(self._restore)
        room = window.screen().availableSize()
        window.resize(min(_WIDTH, room.width()), min(_HEIGHT, room.height()))
        window.show()
        self.start.close()
        calm_collector()
        self._tasks.run(lambda _: desk.live.start(), None, self._on_start_failed)
        if self._on_window is not None:
            self._on_window(window)

    def _reopen(self) -> None:
        """Close the window and its desk, and open the same site again behind the start window."""
        self._hand_back(self.start.reopen)

    def _restore(self, backup: str) -> None:
        """Close the window and its desk, and let the start window put a backup in its place."""
        self._hand_back(lambda desk: self.start.restore_over(desk, backup))

    def _hand_back(self, take: Callable[[Desk], object]) -> None:
        window, desk = self.window, self.desk
        if window is None or desk is None:
            return
        self.window = self.desk = None
        self._left = desk
        window.closed.disconnect(self._end)
        take(desk)
        self.start.show()
        window.close()
        window.deleteLater()

    def _on_start_failed(self, error: ConsentryError) -> None:
        if self.window is not None:
            show_error(error, self.window)

    def _end(self) -> None:
        """The last window is gone. An opening that still runs ends as cancelled or hands over a desk to close."""
        if self._ending:
            return
        self._ending = True
        if self.desk is not None:
            self._close_desk()
        else:
            self._tasks.cancel_all()
            left = self._left
            if left is not None:  # cancelled before its turn came, the opening has not closed it
                self._tasks.run(lambda _: left.close())
            self._idle_check.start()

    def _quit_when_idle(self) -> None:
        """An opening that was too far to be cancelled hands its desk over first, and that is closed then."""
        if self._tasks.running == 0:
            self._idle_check.stop()
            QApplication.quit()

    def _close_desk(self) -> None:
        desk = self.desk
        assert desk is not None

        def close(_: TaskHandle[None]) -> None:
            desk.close()

        self._tasks.cancel_all()
        self._tasks.run(close, lambda _: QApplication.quit(), self._on_close_failed)

    def _on_close_failed(self, error: ConsentryError) -> None:
        log.error("desk_close_failed", code=error.code)
        QApplication.exit(1)


def run_app(
    arguments: Sequence[str],
    program: Program,
    open_site: SiteKind | None = None,
    on_window: Callable[[MainWindow], object] | None = None,
) -> int:
    """Run the window until it is closed; the exit code.

    Args:
        arguments: for Qt.
        program: the sites of this computer and its preferences.
        open_site: open this site at once instead of asking.
        on_window: gets the window of the desk as soon as it is there.
    """
    drop_known_noise()
    app = make_application(arguments)
    preferences = program.preferences.current
    install_language(app, preferences.language)
    look().apply(chosen_theme(app, preferences.theme))
    app.setQuitOnLastWindowClosed(False)
    tasks = TaskRunner()
    shell = Shell(program, tasks, on_window)
    shell.begin(open_site)
    code = app.exec()
    tasks.close()
    return code
