"""Command line: `consentry`, or `python -m desktop`."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the process's exit code."""
    from desktop.cli.main import run

    return run(sys.argv[1:] if arguments is None else arguments)


def entry() -> NoReturn:
    """Run the command line and end the process."""
    leave(main())


def leave(code: int) -> NoReturn:
    """End the process, at once if a thread is still stuck in a camera's driver.

    Such threads are daemons that no longer own anything (vault and window are closed by now), but taking the
    interpreter down around them ends in an abort.
    """
    if any(thread.daemon and thread.is_alive() for thread in threading.enumerate()):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    entry()
