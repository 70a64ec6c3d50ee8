"""Turns errors of the database and the operating system into the vault's own."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlcipher3 import dbapi2

from desktop.vault.errors import DiskFailed, DiskFull, FolderRefused, KeysDamaged, VaultError, VaultWrongKeyOrDamaged
from desktop.vault.sealing import SealBroken

log = structlog.get_logger("desktop.vault")

_FULL = 13
_IO_ERROR = 10
_CANNOT_OPEN = 14
_DAMAGED = frozenset({11, 26})  # SQLITE_CORRUPT, SQLITE_NOTADB
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_ALMOST_NOTHING = 256 * 1024  # bytes; SQLite reports some shortages of room as plain I/O errors


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Raise vault errors instead of those of SQLAlchemy, SQLCipher and the operating system."""
    try:
        yield
    except VaultError:
        raise
    except SealBroken as error:
        log.warning("vault.seal_broken")
        raise KeysDamaged(folder=folder) from error
    except (DBAPIError, dbapi2.Error, OSError) as error:
        mapped = vault_error(error, folder)
        if mapped is None:
            raise
        log.warning("vault.failure", kind=mapped.code, cause=type(error).__name__)
        raise mapped from error
    except PoolTimeout as error:
        log.warning("vault.readers_busy")
        raise DiskFailed(folder=folder) from error


def vault_error(error: BaseException, folder: Path) -> VaultError | None:
    """The vault error for a technical one; None if it is not about the disk or the file (then it is a bug)."""
    if isinstance(error, OSError):
        if error.errno in _REFUSED:
            return FolderRefused(folder=folder)
        return DiskFull() if error.errno in _NO_ROOM else DiskFailed(folder=folder)
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = int(code) & 0xFF
    if primary == _FULL:
        return DiskFull()
    if primary in _DAMAGED:
        return VaultWrongKeyOrDamaged(folder=folder)
    if primary in (_IO_ERROR, _CANNOT_OPEN):
        return DiskFull() if _is_full(folder) else DiskFailed(folder=folder)
    return None


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _ALMOST_NOTHING
    except OSError:
        return False
