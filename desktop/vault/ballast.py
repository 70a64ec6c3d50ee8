"""Room kept in reserve, so that people can still be removed when the disk is full."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.vault.files import PRIVATE, write_all

FILE_NAME = "ballast"
DEFAULT_BALLAST_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_SMALLEST = 64 * 1024


def reserve(folder: Path, size: int) -> None:
    """Make sure that a file of `size` bytes with real blocks behind it lies there.

    Raises OSError when there is no room; then no half ballast stays behind.
    """
    path = folder / FILE_NAME
    if size <= 0 or (path.exists() and path.stat().st_size == size):
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:
            # Random, because some file systems give zeros no blocks.
            for start in range(0, size, _CHUNK):
                write_all(descriptor, os.urandom(min(_CHUNK, size - start)))
        os.fsync(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def reserve_what_fits(folder: Path, size: int) -> int:
    """`reserve`, but of less where the disk is almost full, in steps of an eighth. The bytes reserved (0: none)."""
    while size >= _SMALLEST:
        try:
            reserve(folder, size)
        except OSError:
            size -= size // 8
        else:
            return size
    return 0


def release(folder: Path) -> bool:
    """Give the room back. False: there was none in reserve."""
    path = folder / FILE_NAME
    if not path.exists():
        return False
    path.unlink()
    return True
