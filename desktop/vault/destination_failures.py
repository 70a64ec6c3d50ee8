"""Telling what goes wrong at a backup destination apart from what goes wrong with the vault."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import structlog
from sqlcipher3 import dbapi2

from desktop.vault.backup_errors import DestinationFull, DestinationRefused, DestinationUnreachable
from desktop.vault.errors import VaultError
from desktop.vault.failures import translated
from desktop.vault.files import write_aside

log = structlog.get_logger("desktop.vault")

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_SQL_FULL, _SQL_READ_ONLY, _SQL_OUTSIDE = 13, 8, (10, 14)  # an I/O error, or a file that cannot be opened
_ALMOST_NOTHING = 256 * 1024  # bytes; SQLite reports some shortages of room as plain I/O errors


@contextlib.contextmanager
def at_destination(path: Path, vault_folder: Path) -> Iterator[None]:
    """Raise a destination's errors for what fails there, the vault's own for everything else."""
    try:
        with translated(vault_folder), _here(path):
            yield
    except VaultError as error:
        log.warning("backup.failure", kind=error.code)
        raise


@contextlib.contextmanager
def _here(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _from_system(error, path) from error
    except dbapi2.Error as error:
        mapped = _from_database(error, path)
        if mapped is None:
            raise
        raise mapped from error


def _from_system(error: OSError, path: Path) -> VaultError:
    if error.errno in _FULL:
        return DestinationFull(path=path)
    return DestinationRefused(path=path) if error.errno in _REFUSED else DestinationUnreachable(path=path)


def _from_database(error: dbapi2.Error, path: Path) -> VaultError | None:
    code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
    if code == _SQL_FULL:
        return DestinationFull(path=path)
    if code == _SQL_READ_ONLY:
        return DestinationRefused(path=path)
    if code not in _SQL_OUTSIDE:
        return None
    return _probed(path)


def _probed(path: Path) -> VaultError | None:
    """Whether the destination takes a small file: if it does, the error was not there."""
    try:
        if shutil.disk_usage(path).free < _ALMOST_NOTHING:
            return DestinationFull(path=path)
        demand_writable(path)
    except OSError as error:
        return _from_system(error, path)
    return None


def demand_writable(path: Path) -> None:
    """Write a small file there and remove it. Raises OSError."""
    probe = path / f".probe-{secrets.token_hex(4)}"
    try:
        write_aside(probe, os.urandom(64))
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)
