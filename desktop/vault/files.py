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


def sync_folder(folder: Path) -> None:
    """Make a new or changed name in `folder` durable. Windows has no such call; NTFS journals names by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
