"""Two SQLAlchemy engines on one encrypted file: a serial writer and a small pool of readers.

The writer takes the write lock when its transaction begins (BEGIN IMMEDIATE), so a transaction never fails half-way
for want of it. Readers begin deferred and may not write: an immediate reader would lock the writer out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from desktop.domain.audit import AuditDraft
from desktop.vault import cipher
from desktop.vault.errors import VaultClosed
from desktop.vault.failures import translated
from desktop.vault.pages import PageReader

T = TypeVar("T")
Drafts = AuditDraft | Sequence[AuditDraft]
log = structlog.get_logger("desktop.vault")

READERS = 5
_DRAIN_SECONDS = 10.0


def make_engine(connector: Callable[[], cipher.RawConnection], *, size: int, begin: str) -> Engine:
    """An engine whose transactions start with the statement `begin`. Values never appear in its errors."""
    engine = create_engine(
        "sqlite://",
        module=dbapi2,
        creator=connector,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=30,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


class Store:
    """Transactions on the vault's database. Functions given to it get a SQLAlchemy Core connection.

    Args:
        path: the database file.
        key: the raw database key.
        record: chains audit entries, inside the transaction they tell of.
        before_commit: runs at the end of every write transaction, inside it.
        after_commit: runs after every committed write transaction, in the writer's thread; it is told whether the
            transaction may have changed who can be matched.
    """

    def __init__(
        self,
        path: Path,
        key: bytes,
        *,
        record: Callable[[Connection, Sequence[AuditDraft]], None] = lambda _connection, _drafts: None,
        before_commit: Callable[[Connection], None] = lambda _: None,
        after_commit: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self.path = path
        self._key = key
        self._pages: PageReader | None = None
        self.record = record
        self.before_commit = before_commit
        self.after_commit = after_commit
        self.writer = make_engine(self._connect, size=1, begin="BEGIN IMMEDIATE")
        self._readers = make_engine(partial(self._connect, read_only=True), size=READERS, begin="BEGIN")
        self._executor = ThreadPoolExecutor(1, "vault-writer")
        self._thread: int | None = None
        self._gate = threading.Condition()
        self._reading = 0
        self._draining = False
        self._closed = False

    @property
    def key(self) -> bytes:
        """The raw database key in force."""
        return self._key

    def submit(self, task: Callable[[], T]) -> Future[T]:
        """Run `task` in the writer's thread after everything submitted before it."""

        def run() -> T:
            self._thread = threading.get_ident()
            with translated(self.path.parent):
                return task()

        try:
            return self._executor.submit(run)
        except RuntimeError:  # the executor was shut down
            raise VaultClosed from None

    def call(self, task: Callable[[], T]) -> T:
        """`submit` and wait; inside the writer's thread it runs at once."""
        if threading.get_ident() == self._thread:
            return task()
        return self.submit(task).result()

    def transact(self, work: Callable[[Connection], T], *, matching: bool = False, audit: Drafts = ()) -> T:
        """One write transaction; only in the writer's thread. An exception undoes all of it.

        `matching`: the change bears on who may be matched. `audit`: what the audit log says of it.
        """
        if threading.get_ident() != self._thread:
            raise RuntimeError("transact() belongs to the writer's thread")
        with self.writer.begin() as connection:
            result = work(connection)
            self.record(connection, [audit] if isinstance(audit, AuditDraft) else audit)
            self.before_commit(connection)
        self.after_commit(matching)
        return result

    def write(self, work: Callable[[Connection], T], *, matching: bool = False, audit: Drafts = ()) -> Future[T]:
        """One write transaction as a future; the result is there once it is durable."""
        return self.submit(lambda: self.transact(work, matching=matching, audit=audit))

    def read(self, work: Callable[[Connection], T]) -> T:
        """One read transaction on a snapshot, in the calling thread."""
        with translated(self.path.parent), self.reading(), self._readers.begin() as connection:
            return work(connection)

    def pages(self) -> PageReader:
        """The pages of database and WAL, decrypted; the reader lives as long as the store. Raises OSError."""
        with self._gate:
            if self._closed:
                raise VaultClosed
            if self._pages is None:
                self._pages = PageReader(self.path, self._key)
            return self._pages

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count as a reader meanwhile: a checkpoint waits, and so does this while one is under way."""
        with self._gate:
            self._gate.wait_for(lambda: not self._draining)
            if self._closed:
                raise VaultClosed
            self._reading += 1
        try:
            yield
        finally:
            with self._gate:
                self._reading -= 1
                self._gate.notify_all()

    @property
    def draining(self) -> bool:
        """Whether a checkpoint waits for readers: long ones should give way."""
        return self._draining

    def checkpoint(self) -> bool:
        """Move the WAL into the database and cut it to nothing; only in the writer's thread.

        New readers wait meanwhile. False: a reader stayed for more than 10 s and the WAL still holds old pages.
        """
        with self._drained() as drained:
            return drained and self._truncate_wal()

    @contextmanager
    def offline(self) -> Iterator[bool]:
        """With the WAL emptied and every connection closed, so that the file may be exchanged; only in the writer's
        thread. New readers wait meanwhile; afterwards connections are opened anew.

        False: a reader stayed, and the connections stay open.
        """
        with self._drained() as drained:
            alone = drained and self._truncate_wal()
            if alone:
                self._disconnect()
            yield alone

    def use_key(self, key: bytes) -> None:
        """Open connections with this key from now on; only while `offline`."""
        self._key = key

    def close(self) -> None:
        """Finish what was submitted, then close every connection. Reading afterwards raises VaultClosed."""
        self._closed = True
        self._executor.shutdown(wait=True)
        self._thread = None  # the system may give the ended thread's number to a new one
        with self._gate:
            self._draining = True
            self._gate.wait_for(lambda: self._reading == 0, _DRAIN_SECONDS)
            self._draining = False
            self._gate.notify_all()
        self._disconnect()

    def _connect(self, *, read_only: bool = False) -> cipher.RawConnection:
        return cipher.connect(self.path, self._key, read_only=read_only)

    def _disconnect(self) -> None:
        self._readers.dispose()
        self.writer.dispose()
        if self._pages is not None:
            self._pages.close()
            self._pages = None

    @contextmanager
    def _drained(self) -> Iterator[bool]:
        """New readers wait meanwhile. False: an old one stayed for more than 10 s."""
        with self._gate:
            self._draining = True
            drained = self._gate.wait_for(lambda: self._reading == 0, _DRAIN_SECONDS)
        try:
            yield drained
        finally:
            with self._gate:
                self._draining = False
                self._gate.notify_all()

    def _truncate_wal(self) -> bool:
        raw = self.writer.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, _, _) = cursor.fetchall()[0]
            cursor.close()
        finally:
            raw.close()
        if busy:
            log.warning("vault.checkpoint_busy")
        return bool(busy == 0)
