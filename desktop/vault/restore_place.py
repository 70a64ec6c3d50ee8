"""Putting a restored vault into its place, whole, and the former one aside, whole.

A restored vault is built in a hidden folder beside the place. Once it is complete it is renamed to `.<name>.restored`;
then the former vault is renamed aside and the restored one takes its place. After a crash
  - before the second step the former vault is in its place, and what was built is removed,
  - after it the place is empty, and the next look at it finishes the third step.
"""

from __future__ import annotations

import glob
import os
import secrets
import shutil
import time
from datetime import datetime
from pathlib import Path

from desktop.vault import layout
from desktop.vault.files import PRIVATE_FOLDER, sync_folder
from desktop.vault.lockfile import FolderLock

_STALE_SECONDS = 24 * 3600.0  # another process may be in the middle of a restore
_TIME = "%Y%m%dT%H%M%SZ"


def new_staging(folder: Path) -> Path:
    """An empty hidden folder beside the place. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for leftover in folder.parent.glob(f".{glob.escape(folder.name)}.restoring-*"):
        if time.time() - leftover.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)
    staging = folder.parent / f".{folder.name}.restoring-{secrets.token_hex(4)}"
    staging.mkdir(mode=PRIVATE_FOLDER)
    return staging


def put_in_place(staging: Path, folder: Path, lock: FolderLock | None, at: datetime) -> Path | None:
    """`staging` becomes `folder`; where the former folder lies now, None if there was none. Raises OSError.

    `lock`: held on the former vault.
    """
    ready = layout.restored_folder(folder)
    shutil.rmtree(ready, ignore_errors=True)
    sync_folder(staging)
    staging.rename(ready)
    sync_folder(folder.parent)
    if lock is not None and os.name == "nt":  # Windows does not rename a folder with an open file in it
        lock.release()
    aside = _move_aside(folder, at)
    finish_restore(folder)
    return aside


def finish_restore(folder: Path) -> None:
    """After a crash: if the place is empty and a complete restored vault waits, put it there. Raises OSError."""
    ready = layout.restored_folder(folder)
    if ready.is_dir() and not folder.exists():
        ready.rename(folder)
        sync_folder(folder.parent)


def discard_restored(folder: Path) -> None:
    """After a crash before the former vault was moved aside: the restore did not happen. The vault's lock is held."""
    shutil.rmtree(layout.restored_folder(folder), ignore_errors=True)


def forget_keys_aside(folder: Path) -> None:
    """An erasure reaches the vaults that restores moved aside, too: their keys go. Raises OSError."""
    for aside in folder.parent.glob(f"{glob.escape(folder.name)}.before-restore-*"):
        for name in (layout.KEYS, layout.NEW_KEYS, layout.ESCROW, layout.NEW_ESCROW):
            (aside / name).unlink(missing_ok=True)


def _move_aside(folder: Path, at: datetime) -> Path | None:
    if not folder.exists():
        return None
    if not any(folder.iterdir()):
        folder.rmdir()
        return None
    aside, number = folder.parent / f"{folder.name}.before-restore-{at.strftime(_TIME)}", 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name}-{number}")
    folder.rename(aside)
    sync_folder(folder.parent)
    return aside
