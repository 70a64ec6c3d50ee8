"""The housekeeper: deletes what is over, finishes erasures, and looks after disk, keyring and processor."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.progress import Progress
from desktop.services.health import Health, ProblemKind
from desktop.services.live import LiveService

log = structlog.get_logger("desktop.services")

LOOK = 2.0  # s between two looks at disk and processor
PURGE = 3600.0  # s between two purges: a period of 24 h is never overrun by more than an hour
FIRST = 10.0  # s until the first one: window and gallery come before it
FINISH = 60.0  # s between two tries to finish what an erasure lacks
DISK_LOW = 500  # MB
_MEGABYTE = 1_000_000


class _UntilStopped:
    """The progress of work that the end of the keeper cuts short."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def report(self, share: float) -> None:
        del share

    def cancelled(self) -> bool:
        return self._stop.is_set()


class Keeper:
    """Runs a thread of its own between `start` and `close`.

    Args:
        purge: deletes what is over, until the given progress says that it is cancelled; returns how much went. May
            raise ConsentryError: tried again next time.
        finish_erasures: tries what incomplete erasures lack, until the given progress says that it is cancelled.
        keyring_failing: whether the keyring refuses to take what it is given.
    """

    def __init__(
        self,
        folder: Path,
        live: LiveService,
        health: Health,
        purge: Callable[[Progress], int],
        finish_erasures: Callable[[Progress], int],
        keyring_failing: Callable[[], bool],
        *,
        look: float = LOOK,
    ) -> None:
        self._folder = folder
        self._live = live
        self._health = health
        self._purge = purge
        self._finish_erasures = finish_erasures
        self._keyring_failing = keyring_failing
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-keeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        next_finish = time.monotonic()
        next_purge = next_finish + FIRST
        while not self._stop.is_set():
            if time.monotonic() >= next_purge:
                next_purge = time.monotonic() + PURGE
                self._delete_what_is_over()
            if time.monotonic() >= next_finish:
                next_finish = time.monotonic() + FINISH
                self._finish_what_was_begun()
            self._look_at_disk()
            self._look_at_keyring()
            self._look_at_processor()
            self._stop.wait(self._look)

    def _delete_what_is_over(self) -> None:
        try:
            count = self._purge(_UntilStopped(self._stop))
        except Cancelled:
            return
        except (ConsentryError, OSError) as error:
            log.warning("purge_failed", error=type(error).__name__)
            return
        if count:
            log.info("purged", count=count)

    def _finish_what_was_begun(self) -> None:
        try:
            count = self._finish_erasures(_UntilStopped(self._stop))
        except (ConsentryError, OSError) as error:
            log.warning("erasures_wait", error=type(error).__name__)
            return
        if count:
            log.info("erasures_finished", count=count)

    def _look_at_disk(self) -> None:
        try:
            free = shutil.disk_usage(self._folder).free // _MEGABYTE
        except OSError as error:
            log.warning("disk_unknown", error=type(error).__name__)
            return
        if free < DISK_LOW:
            # In steps, so that the window is not told about every megabyte.
            self._health.report(ProblemKind.DISK_LOW, count=free - free % 50)
        else:
            self._health.clear(ProblemKind.DISK_LOW)

    def _look_at_keyring(self) -> None:
        if self._keyring_failing():
            self._health.report(ProblemKind.KEYRING)
        else:
            self._health.clear(ProblemKind.KEYRING)

    def _look_at_processor(self) -> None:
        slowed = {view.camera.id for view in self._live.views() if view.stats is not None and view.stats.slowed}
        for problem in self._health.problems():
            if problem.kind is ProblemKind.SLOWED and problem.camera_id not in slowed:
                self._health.clear(ProblemKind.SLOWED, camera_id=problem.camera_id)
        for camera_id in slowed:
            self._health.report(ProblemKind.SLOWED, camera_id=camera_id)
