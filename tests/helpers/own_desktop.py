"""Runs a piece of Python in a desktop session of its own, whose keyring it may lock, stop or kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_in_own_desktop(script: str, *arguments: str, timeout: float = 90) -> str:
    """Standard output of `script`, run by scripts/with_desktop. Fails the test if it does not end with success."""
    return _run(["bash", str(ROOT / "scripts" / "with_desktop"), sys.executable, "-c", script, *arguments], timeout)


def run_without_desktop(script: str, *arguments: str, timeout: float = 60) -> str:
    """The same with neither a session bus nor a screen, as over a bare SSH connection."""
    return _run([sys.executable, "-c", script, *arguments], timeout, hide=("DBUS_SESSION_BUS_ADDRESS", "DISPLAY"))


def _run(command: list[str], timeout: float, hide: tuple[str, ...] = ()) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in hide}
    if hide:
        environment["XDG_RUNTIME_DIR"] = "/nonexistent"
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
