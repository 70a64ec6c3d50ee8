"""What was looked at, on its way into the audit log: views and searches write nothing else, so they wait for a batch.

Nothing is dropped: while the log cannot be written, entries wait in memory and health says so; once very many wait,
nothing more is shown, because nobody could tell afterwards.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from desktop.domain.audit import AuditDraft
from desktop.domain.errors import ConsentryError
from desktop.services.errors import AuditLogStuck
from desktop.services.health import Health, ProblemKind

log = structlog.get_logger("desktop.services")

WAITING_LIMIT = 10_000
BATCH = 200  # entries a transaction
BATCH_WAIT = 0.5  # s between an entry and its write, so that several share a transaction
RETRY = 5.0  # s between tries while the log cannot be written
_REMEMBERED = 1000  # entries that a repeat is compared with
LATE = 5.0  # s after which an entry says how late it was written: its time is that of the writing


class AuditRecorder:
    """Runs a thread of its own between `start` and `close`.

    Args:
        write: chains a batch in one transaction; raises ConsentryError.
    """

    def __init__(
        self,
        write: Callable[[Sequence[AuditDraft]], object],
        health: Health,
        *,
        retry: float = RETRY,
        limit: int = WAITING_LIMIT,
    ) -> None:
        self._write = write
        self._health = health
        self._retry = retry
        self._limit = limit
        self._changed = threading.Condition()
        self._waiting: deque[tuple[AuditDraft, float]] = deque()
        self._newest: OrderedDict[object, float] = OrderedDict()
        self._failed = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="audit-recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def record(self, draft: AuditDraft, *, every: float = 0.0) -> None:
        """Take an entry; it is in the log within about half a second. Raises AuditLogStuck where too many wait.

        `every`: the same again within so many seconds says nothing new (a page that is only refreshed).
        """
        now = time.monotonic()
        with self._changed:
            if every and self._known(draft, now - every):
                return
            if len(self._waiting) >= self._limit:
                raise AuditLogStuck
            self._waiting.append((draft, now))
            self._changed.notify_all()
            if every:
                self._newest[_key(draft)] = now
                while len(self._newest) > _REMEMBERED:
                    self._newest.popitem(last=False)

    def _known(self, draft: AuditDraft, since: float) -> bool:
        at = self._newest.pop(_key(draft), None)
        if at is not None and at >= since:
            self._newest[_key(draft)] = at
            return True
        return False

    @property
    def waiting(self) -> int:
        """Entries that have not reached the log yet."""
        with self._changed:
            return len(self._waiting)

    def close(self) -> None:
        """Write what waits (one try) and join the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()
        if self.waiting:
            log.error("audit_entries_lost", count=self.waiting)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or bool(self._waiting))
                self._changed.wait_for(lambda: self._closing, self._retry if self._failed else BATCH_WAIT)
                closing = self._closing
            self._flush()
            if closing:
                return

    def _flush(self) -> None:
        """Write what waits, a batch at a time, until it is written or a write fails."""
        while True:
            with self._changed:
                batch = [self._waiting[index] for index in range(min(BATCH, len(self._waiting)))]
            if not batch:
                return
            now = time.monotonic()
            try:
                self._write([_timed(draft, now - taken) for draft, taken in batch])
            except (ConsentryError, OSError) as error:
                self._cannot_write(error)
                return
            with self._changed:
                for _ in batch:
                    self._waiting.popleft()
            if self._failed:
                self._failed = False
                self._health.clear(ProblemKind.AUDIT_WAITING)

    def _cannot_write(self, error: Exception) -> None:
        if not self._failed:
            log.warning("audit_not_written", error=type(error).__name__, waiting=self.waiting)
        self._failed = True
        self._health.report(ProblemKind.AUDIT_WAITING, count=self.waiting)


def _key(draft: AuditDraft) -> object:
    return draft.action, draft.actor, draft.object_id, tuple(sorted(draft.detail.items()))


def _timed(draft: AuditDraft, age: float) -> AuditDraft:
    return draft if age < LATE else replace(draft, detail={**draft.detail, "late_seconds": round(age)})
