"""Makes the backups that are due, and writes companions anew where an erasure could not reach them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from desktop.domain.backups import Destination, DestinationId, is_due
from desktop.domain.errors import ConsentryError
from desktop.domain.progress import Progress
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import BackupsChanged, Hub
from desktop.vault.backup import BackupKeeper

log = structlog.get_logger("desktop.services")

LOOK = 30.0  # s between two looks
RETRY = 900.0  # s after which a backup that failed is tried again


def _local_now() -> datetime:
    return datetime.now().astimezone()


class BackupSchedule:
    """Runs a thread of its own between `start` and `close`, which cancels a backup under way.

    Args:
        site: the desk's name.
        now: the local time, aware.
    """

    def __init__(
        self,
        keeper: BackupKeeper,
        health: Health,
        hub: Hub,
        site: Callable[[], str],
        *,
        now: Callable[[], datetime] = _local_now,
        look: float = LOOK,
        retry: float = RETRY,
    ) -> None:
        self._keeper = keeper
        self._health = health
        self._hub = hub
        self._site = site
        self._now = now
        self._look = look
        self._retry = retry
        self._stop = threading.Event()
        self._again: dict[DestinationId, float] = {}
        self._thread = threading.Thread(target=self._run, name="desk-backups", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        progress = _UntilStopped(self._stop)
        while not self._stop.is_set():
            try:
                self._write_companions()
                for destination in self._keeper.destinations.list():
                    if self._is_due(destination):
                        self._back_up(destination, progress)
                self._tell()
            except ConsentryError as error:
                log.warning("backup_schedule_failed", kind=error.code)
            self._stop.wait(self._look)

    def _write_companions(self) -> None:
        left = self._keeper.companions.write_behind()
        if left:
            self._health.report(ProblemKind.COMPANIONS, count=len(left))
        else:
            self._health.clear(ProblemKind.COMPANIONS)

    def _is_due(self, destination: Destination) -> bool:
        waiting = time.monotonic() < self._again.get(destination.id, 0.0)
        return not waiting and not self._stop.is_set() and is_due(destination, self._now())

    def _back_up(self, destination: Destination, progress: Progress) -> None:
        try:
            self._keeper.make(destination.id, self._site(), progress)
            self._again.pop(destination.id, None)
        except ConsentryError as error:
            log.warning("scheduled_backup_failed", kind=error.code)
            self._again[destination.id] = time.monotonic() + self._retry
        self._hub.publish(BackupsChanged())

    def _tell(self) -> None:
        failing = sum(one.last_error is not None for one in self._keeper.destinations.list())
        if failing:
            self._health.report(ProblemKind.BACKUP, count=failing)
        else:
            self._health.clear(ProblemKind.BACKUP)


class _UntilStopped:
    """A progress that nobody watches; it is cancelled when the desk is closed."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def report(self, share: float) -> None:
        del share

    def cancelled(self) -> bool:
        return self._stop.is_set()
