"""The end of the process: in order, also with a thread stuck in a driver."""

from __future__ import annotations

import subprocess
import sys

STUCK = """
import threading, time
from desktop.__main__ import leave
threading.Thread(target=time.sleep, args=(60,), daemon={daemon}).start() if {started} else None
print("last words", end="")
leave(3)
"""


def _run(*, daemon: bool, started: bool) -> subprocess.CompletedProcess[str]:
    code = STUCK.format(daemon=daemon, started=started)
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)


def test_a_stuck_daemon_thread_does_not_hold_the_process_up() -> None:
    done = _run(daemon=True, started=True)
    assert (done.returncode, done.stdout, done.stderr) == (3, "last words", "")


def test_without_stuck_threads_the_interpreter_ends_as_usual() -> None:
    done = _run(daemon=False, started=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "last words", "")
