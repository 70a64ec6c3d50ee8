"""Small file operations that must survive a power cut."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o600
PRIVATE_FOLDER = 0o700


def write_all(descriptor: int, data: bytes) -> None:
    """`os.write` until everything is written. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def write_aside(path: Path, data: bytes) -> None:
    """Write a file that will take another one's place; what a crash left there is replaced.

    Durable when this returns. Raises OSError with nothing left behind.
    """
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), PRIVATE)
    try:
        try:
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def take_place(new: Path, old: Path) -> None:
    """`new` becomes `old`: after a crash either is there, whole. Raises OSError with both as they were."""
    new.replace(old)
    sync_folder(old.parent)


def sync_folder(folder: Path) -> None:
    """Make a new or changed name in `folder` durable. Windows has no such call; NTFS journals names by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
