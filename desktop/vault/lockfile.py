"""One open vault per folder: an operating-system lock that a crash releases by itself."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from desktop.vault.errors import VaultInUse
from desktop.vault.files import PRIVATE

FILE_NAME = "lock"

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        # flock, not lockf: it belongs to the open file, so that a second opening in this very process is refused too.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FolderLock:
    """Held from construction to `release`. Raises VaultInUse if somebody else holds it, OSError without a file."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            _take(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
                raise VaultInUse(folder=folder) from None
            raise

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
