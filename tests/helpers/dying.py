"""Really kills a piece of work (-9) before one of its file operations, each in turn.

For a process without threads: the work runs in a forked child. A piece of work is one that touches files under one
folder; what counts as an operation is told by Python itself (audit events), so that none is forgotten.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

_NEVER = 1_000_000
_FAILED = 255
_CHANGING = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def operations_of(work: Callable[[], object], under: Path) -> int:
    """How many file operations the whole of `work` makes (at most 254)."""
    status = _run(work, _NEVER, under)
    code = os.waitstatus_to_exitcode(status)
    assert 0 <= code < _FAILED, code
    return code


def killed_before(operation: int, work: Callable[[], object], under: Path) -> None:
    """Kill `work` just before its file operation of that number, from 1."""
    status = _run(work, operation, under)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL, status


def _run(work: Callable[[], object], last: int, under: Path) -> int:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    done = [0]

    def look(event: str, arguments: tuple[object, ...]) -> None:
        writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if (writing or event in _CHANGING) and str(arguments[0]).startswith(str(under)):
            done[0] += 1
            if done[0] == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        traceback.print_exc()
        os._exit(_FAILED)
    os._exit(done[0])
