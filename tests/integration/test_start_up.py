"""What the program has imported when its first window is painted, and that the rest follows behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_HEAVY = (
    "cv2", "numpy", "scipy", "onnxruntime", "sqlalchemy", "alembic", "sqlcipher3", "cryptography", "keyring",
    "desktop.services.desk", "desktop.vault.vault", "desktop.ui.main_window", "desktop.ui.first_run.wizard",
)  # fmt: skip
_PROGRAM = """
import json, os, sys
from desktop.cli import main as cli
from desktop.ui.first_run.start_window import StartWindow
from PySide6.QtCore import QTimer

heavy, found = sys.argv[1].split(","), {}
paint = StartWindow.paintEvent

def painted(window, event):
    paint(window, event)
    if not found:
        found["first"] = [name for name in heavy if name in sys.modules]
        look(window)

def look(window):
    if window._tasks.running or heavy[-1] not in sys.modules:
        QTimer.singleShot(20, lambda: look(window))
        return
    found["qt"] = [name for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR") if name in os.environ]
    window.close()

StartWindow.paintEvent = painted
code = cli.run([])
print(json.dumps(found))
sys.exit(code)
"""


def test_the_first_window_waits_for_qt_alone(tmp_path: Path) -> None:
    """Everything heavy comes behind it, and OpenCV leaves no plug-in folder of its own to child processes."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CONSENTRY_DATA": str(tmp_path)}
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        environment.pop(name, None)
    command = [sys.executable, "-c", _PROGRAM, ",".join(_HEAVY)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {"first": [], "qt": []}
