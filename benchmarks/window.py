"""The real window on the demo's cameras, measured from within, in a process of its own.

    python -m benchmarks.window --cameras 4 --seconds 60 --out FILE
    python -m benchmarks.window --until-name --out FILE

Run by `make bench`; needs a session bus with a Secret Service (scripts/with_desktop) and no display.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

WARM_UP = 5.0  # seconds that do not count: models load, clips open
SERVICE = "consentry-bench"


def main() -> int:
    options = _options()
    from desktop.bootstrap import prepare_process

    os.environ["CONSENTRY_DATA"] = options.folder
    prepare_process()

    from desktop.domain.progress import Progress
    from desktop.services.desk import Desk
    from desktop.services.preferences import PreferencesStore
    from desktop.services.site import Program, Site, SiteKind
    from desktop.ui.app import run_app

    opened: list[Desk] = []

    def furnish(desk: Desk, progress: Progress) -> None:
        from desktop.demo.furnish import furnish as demo
        from desktop.demo.operators import sign_in

        opened[:] = [desk]
        fresh = desk.access.first_needed
        if fresh:
            demo(desk, progress)
        sign_in(desk)
        if fresh:
            _more_cameras(desk, options.cameras)

    folder = Path(options.folder)
    program = Program(
        desk=Site(SiteKind.DESK, folder / "desk", SERVICE),
        demo=Site(SiteKind.DEMO, folder / "site", SERVICE, furnish=furnish),
        preferences=PreferencesStore(folder),
    )
    if options.prepare:
        program.demo.open().close()
        return 0
    probe: _Probe = _FirstName(options) if options.until_name else _Rates(options)
    probe.desk = lambda: opened[0]
    code = run_app([], program, SiteKind.DEMO, probe.begin)
    Path(options.out).write_text(json.dumps(probe.results), encoding="utf-8")
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--until-name", action="store_true")
    parser.add_argument("--prepare", action="store_true", help="make and furnish the site, then end")
    parser.add_argument("--folder", default=tempfile.gettempdir())
    parser.add_argument("--out", default="window.json")
    return parser.parse_args()


def _more_cameras(desk: Any, wanted: int) -> None:
    """The same clips again, under further names, until `wanted` cameras run."""
    from desktop.services.cameras import CameraDraft

    first = desk.cameras.list()
    for number in range(len(first), wanted):
        camera = first[number % len(first)]
        desk.cameras.add(
            CameraDraft(
                name=f"{camera.name} {number + 1}",
                source=camera.source,
                area=camera.area,
                notice_posted=True,
            )
        )


class _Probe(ABC):
    """Something that watches the window and closes it when it has seen enough."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.results: dict[str, Any] = {}
        self.desk: Callable[[], Any] = lambda: None

    @abstractmethod
    def begin(self, window: Any) -> None:
        """The window is there: start watching."""


class _FirstName(_Probe):
    """Seconds from the start of the process to the first painted picture with a name on it."""

    def begin(self, window: Any) -> None:
        born = psutil.Process().create_time()
        self.results["window_s"] = time.time() - born

        def painted(_camera: object, picture: Any) -> None:
            named = any(mark.person_id is not None and not mark.masked for mark in picture.marks)
            if named and "first_name_s" not in self.results:
                self.results["first_name_s"] = time.time() - born
                _later(0, window.close)

        window.live_page.wall.painted = painted
        _later(60.0, window.close)


class _Rates(_Probe):
    """Rates of every camera, the GUI heartbeat, and resident memory at minute 1 and at the end."""

    def begin(self, window: Any) -> None:
        from desktop.bridge.heartbeat import Heartbeat

        self._window = window
        self._heartbeat = Heartbeat(window)
        self._stay()
        window.live_page.wall.set_count(4 if self.options.cameras <= 4 else 9)
        _later(WARM_UP, self._reset)
        _later(WARM_UP + self.options.seconds, self._finish)
        if self.options.seconds > 60:
            _later(60.0, lambda: self.results.update(minute_1_mb=_resident_mb()))

    def _stay(self) -> None:
        """Somebody is at the desk for as long as the measurement lasts."""
        self.desk().access.touch()
        _later(60.0, self._stay)

    def _reset(self) -> None:
        self.desk().live.reset_stats()
        self._cpu = psutil.Process().cpu_times()
        self._heartbeat.start()

    def _finish(self) -> None:
        beat = self._heartbeat.report()
        cpu = psutil.Process().cpu_times()
        stats = [view.stats for view in self.desk().live.views() if view.stats is not None]
        self.results.update(
            cameras=len(stats),
            captured_fps=min(s.captured_fps for s in stats),
            analysed_fps=min(s.analysed_fps for s in stats),
            dropped_pct=max(s.dropped_pct for s in stats),
            coarse_pct=max(s.coarse_pct for s in stats),
            delay_ms=max(s.delay_ms for s in stats),
            heartbeat_p50_ms=beat.p50,
            heartbeat_p99_ms=beat.p99,
            heartbeat_longest_ms=beat.longest,
            cpu_cores=(cpu.user + cpu.system - self._cpu.user - self._cpu.system) / self.options.seconds,
            end_mb=_resident_mb(),
        )
        self._window.close()


def _resident_mb() -> float:
    return float(psutil.Process().memory_info().rss) / 2**20


def _later(seconds: float, act: Callable[[], object]) -> None:
    from PySide6.QtCore import QTimer

    QTimer.singleShot(round(seconds * 1000), act)


if __name__ == "__main__":
    sys.exit(main())
