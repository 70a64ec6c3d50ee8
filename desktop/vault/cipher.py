"""Opening one SQLCipher connection: the key and the pragmas, in the order that works."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlcipher3 import dbapi2

if TYPE_CHECKING:
    import sqlite3

# sqlcipher3 has no types of its own; its classes mirror those of sqlite3.
RawConnection: TypeAlias = "sqlite3.Connection"

KEY_BYTES = 32
PLAINTEXT_HEADER = b"SQLite format 3\x00"

# The order matters: SQLCipher reads the first page at journal_mode, with everything above already in force.
PRAGMAS = (
    "cipher_memory_security=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "temp_store=MEMORY",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "busy_timeout=10000",
    "cipher_log_level=NONE",
    *(("fullfsync=ON",) if sys.platform == "darwin" else ()),
)

# Rows of one time lie all over the index by their random ids: with SQLite's own 2 MB every row deleted reads and
# decrypts pages anew, which takes twice as long.
_WRITER_CACHE_KIB = 16_000

_READING_PRAGMAS = tuple(
    pragma
    for pragma in PRAGMAS
    if pragma.split("=")[0] not in ("journal_mode", "synchronous", "secure_delete", "fullfsync")
)


def connect(path: Path, key: bytes, *, create: bool = False, read_only: bool = False) -> RawConnection:
    """A keyed connection in autocommit mode that may be handed between threads (one at a time).

    Args:
        path: the database file; it must exist unless `create` (an absent file is never made by opening).
        key: 32 bytes, the raw key (no derivation: opening costs 0.4 ms instead of 125 ms).
        read_only: statements that write are refused.

    Raises:
        sqlcipher3.dbapi2.DatabaseError: "file is not a database" for a wrong key and for a damaged first page alike.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    uri = f"{path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection: RawConnection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        else:
            connection.execute(f"PRAGMA cache_size=-{_WRITER_CACHE_KIB}")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_read_only(path: Path, key: bytes, *, still: bool) -> RawConnection:
    """A keyed connection that cannot change the file, unlike `connect(read_only=True)`, which may move its WAL.

    Args:
        still: nobody writes the file (a backup): neither lock nor WAL is looked at, so read-only media will do.
            Otherwise it may be read beside the process that has it open.

    Raises as `connect`; a wrong key shows only at the first statement that reads.
    """
    uri = f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if still else ''}"
    connection: RawConnection = dbapi2.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _READING_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def encrypt_anew(path: Path, old: bytes, new: bytes) -> None:
    """Re-encrypt a copy that nobody else has open; durable when this returns, and useless after an error.

    Raises sqlcipher3's errors, OSError.
    """
    uri = f"{path.resolve().as_uri()}?mode=rw"
    connection: RawConnection = dbapi2.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA key = \"x'{old.hex()}'\"")
        for pragma in ("cipher_memory_security=ON", "cipher_log_level=NONE", "journal_mode=OFF"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"").fetchall()
    finally:
        connection.close()
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def cipher_version(connection: RawConnection) -> str:
    """SQLCipher's version ("4.19.0 community")."""
    return str(connection.execute("PRAGMA cipher_version").fetchone()[0])
