"""The real program on a vault of 100,000 people: when the first window is painted, when everything is there.

    python -m benchmarks.vault_window FOLDER SERVICE FILE

runs the window once on the vault in FOLDER/desk; `measure` starts it as a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
_BEAT_MS = 10
_LIMIT = 120.0  # s


def measure(folder: Path, service: str, size: str) -> list[tuple[str, float, str, str]]:
    """Seconds from the start of the process, and how long the window was without a beat while it loaded.

    The closed vault lies in `folder`/desk, its keys in the keyring under `service`; `size` names it.
    """
    out = folder / "window.json"
    command = [sys.executable, "-m", "benchmarks.vault_window", str(folder), service, str(out)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=_LIMIT)
    found = json.loads(out.read_text(encoding="utf-8"))
    return [
        (f"{size}: process start to first painted window", found["painted_s"], " s", "<= 2"),
        (f"{size}: process start to the desk's window", found["window_s"], " s", ""),
        (f"{size}: longest pause of the window while loading", found["pause_ms"], " ms", "<= 50"),
    ]


def main() -> int:
    folder, service, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["CONSENTRY_DATA"] = str(folder)
    from desktop.bootstrap import prepare_process

    prepare_process()

    from desktop.services.preferences import PreferencesStore
    from desktop.services.site import Program, Site, SiteKind
    from desktop.ui.app import run_app

    program = Program(
        desk=Site(SiteKind.DESK, folder / "desk", service),
        demo=Site(SiteKind.DEMO, folder / "site", service),
        preferences=PreferencesStore(folder),
    )
    watch = _Watch()
    code = run_app([], program, SiteKind.DESK, watch.end)
    out.write_text(json.dumps(watch.results), encoding="utf-8")
    return code


class _Watch:
    """Notes the first paint of the start window, and the beats of the event loop from then on."""

    def __init__(self) -> None:
        from desktop.ui.first_run.start_window import StartWindow

        self.results: dict[str, float] = {}
        self._born = psutil.Process().create_time()
        self._beats: list[float] = []

        paint = StartWindow.paintEvent

        def painted(window: Any, event: Any) -> None:
            paint(window, event)
            if "painted_s" not in self.results:
                self.results["painted_s"] = time.time() - self._born
                self._start_beating(window)

        StartWindow.paintEvent = painted  # type: ignore[method-assign, assignment]

    def _start_beating(self, window: Any) -> None:
        from PySide6.QtCore import Qt, QTimer

        timer = QTimer(window)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(_BEAT_MS)
        timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))
        timer.start()

    def end(self, window: Any) -> None:
        """The window of the desk is there."""
        from PySide6.QtCore import QTimer

        self.results["window_s"] = time.time() - self._born
        pauses = [after - before for before, after in zip(self._beats, self._beats[1:], strict=False)]
        self.results["pause_ms"] = max(pauses, default=0.0) * 1000
        QTimer.singleShot(0, window.close)


if __name__ == "__main__":
    sys.exit(main())
