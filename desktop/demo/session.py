"""The window of the demo: the very same one, watched, photographed, closed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop.bridge.heartbeat import Heartbeat
from desktop.bridge.tasks import TaskRunner
from desktop.demo.operators import sign_in
from desktop.demo.report import CameraFigures, HeartbeatFigures
from desktop.demo.watch import PictureWatch, RateWatch
from desktop.domain.errors import ConsentryError
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.services.desk import Desk
from desktop.ui.main_window import MainWindow
from desktop.ui.screens import grab_pages

WINDOW_SIZE = (1440, 900)
START_WITHIN = 20.0  # s until every camera must have been painted
SETTLE = 1.2  # s for a page to load before it is photographed
NAMED_WITHIN = 8.0  # s
_POLL = 0.02
_PRESENT_MS = 10_000


class NothingPainted(ConsentryError):
    happened = T("errors", "Not every camera of the demo site showed a picture within {seconds} seconds.")
    kept = T("errors", "Your own data is not touched by the demo.")
    todo = T("errors", "Close other programs that keep the processor busy and try again.")


@dataclass(frozen=True, slots=True)
class SessionFigures:
    """What the session measured, beside what the witnesses saw."""

    seconds: float
    cameras: tuple[CameraFigures, ...]
    heartbeat: HeartbeatFigures
    foreign_connections: frozenset[str]


class Session:
    """One run of the window. Made and used in the GUI thread; a QApplication must exist."""

    def __init__(self, desk: Desk, watch: PictureWatch) -> None:
        self._desk = desk
        self._watch = watch
        self._tasks = TaskRunner()
        self._failed: list[ConsentryError] = []
        self.window = MainWindow(desk, self._tasks, painted=watch)
        self._present = QTimer(self.window)  # somebody who stays at the desk as long as the run lasts
        self._present.setInterval(_PRESENT_MS)
        self._present.timeout.connect(desk.access.touch)

    def measure(self, seconds: float) -> SessionFigures:
        """Start the cameras, show the window and watch it for that long, counted from when every camera is painted.

        Raises NothingPainted, and what starting the engine raises.
        """
        self.window.resize(*WINDOW_SIZE)
        self.window.show()
        self._tasks.run(lambda _: self._begin(), None, self._failed.append)
        self._present.start()
        if not self._until(lambda: bool(self._failed) or self._watch.all_begun, START_WITHIN):
            raise NothingPainted(seconds=int(START_WITHIN))
        if self._failed:
            raise self._failed[0]
        self._desk.live.reset_stats()
        heartbeat, rates = Heartbeat(self.window), RateWatch(self._desk.live)
        heartbeat.start()
        rates.start()
        begun = time.monotonic()
        self._wait(seconds)
        rates.stop()
        heartbeat.stop()
        self._watch.on = False
        beat = heartbeat.report()
        return SessionFigures(
            seconds=round(time.monotonic() - begun, 1),
            cameras=rates.figures(),
            heartbeat=HeartbeatFigures(p50=round(beat.p50, 2), p99=round(beat.p99, 2), longest=round(beat.longest, 1)),
            foreign_connections=frozenset(rates.foreign),
        )

    def _begin(self) -> None:
        self._desk.live.start()
        sign_in(self._desk)

    def photograph(self, folder: Path) -> list[Path]:
        """Every page in both themes, as PNG files `<page>-<theme>.png` in `folder`."""
        return grab_pages(self.window, self._tasks, folder, wait=self._settle)

    def _settle(self) -> None:
        """Until the page has loaded; on Live, until somebody is named on every other tile, if that is soon."""
        self._wait(SETTLE)
        if self.window.page == "live":
            self._until(lambda: self._names() >= len(self._watch.witnesses) // 2, NAMED_WITHIN)

    def _names(self) -> int:
        """Tiles on which somebody is named and shown."""
        return sum(count > 0 for count in self._watch.named.values())

    def close(self) -> None:
        """Close the window and end its tasks. The desk stays open."""
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QApplication.processEvents()  # what its pages had still asked for comes to nothing now
        self._tasks.close()

    def _wait(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def _until(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Let the window work until `condition` holds; whether that was within `seconds`."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            self._wait(_POLL)
        return True
