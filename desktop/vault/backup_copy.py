"""Copying the open database with VACUUM INTO, and proving that a copy reads back as what it should be.

The copy is under the same key and has no WAL. What was deleted is not in it: VACUUM writes living rows only.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from desktop.domain.audit import AuditPoint
from desktop.domain.errors import Cancelled
from desktop.domain.progress import Progress, checkpoint
from desktop.vault import anchor, cipher, migrate
from desktop.vault.anchor import Anchor
from desktop.vault.audit_statement import genesis
from desktop.vault.engine import Store
from desktop.vault.files import PRIVATE

_STEPS = 2000  # instructions of SQLite's machine between two looks at progress; a look costs about 10 us
_CACHE_KIB = 2000  # what is written goes to the disk as it comes, where progress is read from
_CHUNK = 1024 * 1024
_INTERRUPTED = 9
_TRIES = 5


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy holds. `counts` are rows by table, really counted; `anchor` is its own account."""

    vault_id: str
    revision: str
    counts: dict[str, int]
    anchor: Anchor


def copy_database(store: Store, target: Path, progress: Progress) -> bytes:
    """Write a compact copy of the open database to `target`, durably; the vault goes on meanwhile. The key it is under.

    It gives way to a checkpoint (an erasure waits for readers to leave) and begins anew then.
    Raises Cancelled, OSError, sqlcipher3's errors; `target` may be half-written then.
    """
    for _ in range(_TRIES):
        target.unlink(missing_ok=True)
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        with store.reading():
            key = store.key
            if _vacuum_into(store, key, target, progress):
                break
    else:
        raise Cancelled
    _sync(target)
    return key


def _vacuum_into(store: Store, key: bytes, target: Path, progress: Progress) -> bool:
    """False: it gave way to a checkpoint."""
    connection = cipher.connect(store.path, key)
    connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    pages, page_size = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    size = pages * page_size  # not the file's: much may still be in the WAL

    def look() -> int:
        progress.report(min(1.0, target.stat().st_size / size))
        return int(progress.cancelled() or store.draining)

    try:
        connection.set_progress_handler(look, _STEPS)
        connection.execute("VACUUM INTO ?", (str(target),))
    except dbapi2.OperationalError as error:
        if getattr(error, "sqlite_errorcode", None) != _INTERRUPTED:
            raise
        if progress.cancelled():
            raise Cancelled from None
        return False
    finally:
        connection.close()
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
        if hasattr(os, "posix_fadvise"):  # what is checked is then read from the disk, not from memory
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def read_facts(path: Path, key: bytes) -> CopyFacts | None:
    """Check every page of a copy and read what it holds; None if it is not whole or the key is another.

    Raises OSError where there is no file any more.
    """
    path.stat()
    try:
        connection = cipher.connect_read_only(path, key, still=True)
    except dbapi2.Error:
        return None
    try:
        if connection.execute("PRAGMA cipher_integrity_check").fetchall():
            return None
        if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            return None
        revision = migrate.current_revision(connection)
        with migrate.engine_on(connection, begin="BEGIN").connect() as live:
            found = anchor.read_anchor(live)
            if revision is None or found is None:
                return None
            counts = anchor.count_rows(live, found.counts)
        stood = replace(found, audit=_audit_end(connection, found.vault_id))
        return CopyFacts(found.vault_id, revision, counts, stood) if counts == found.counts else None
    except (DBAPIError, dbapi2.Error):
        return None
    finally:
        connection.close()


def _audit_end(connection: cipher.RawConnection, vault_id: str) -> AuditPoint | None:
    """The last entry of the audit log; None in a copy of a version that had none."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'audit_entries'").fetchone():
        return None
    row = connection.execute("SELECT seq, head FROM audit_entries ORDER BY seq DESC LIMIT 1").fetchone()
    return AuditPoint(int(row[0]), bytes(row[1])) if row is not None else genesis(vault_id)


def hash_file(path: Path, progress: Progress) -> str:
    """SHA-256 in hex. Raises OSError, Cancelled."""
    digest = hashlib.sha256()
    size, done = max(1, path.stat().st_size), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            checkpoint(progress, min(1.0, done / size))
    return digest.hexdigest()
