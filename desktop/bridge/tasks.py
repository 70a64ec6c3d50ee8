"""Runs long operations on a pool and brings their results back to the GUI thread.

An operation is a plain function that takes a `TaskHandle` (a `desktop.domain.progress.Progress`). Its result, failure
and progress are delivered on the thread the runner lives in, never in the worker, and never after the owner is gone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Generic, TypeVar

import structlog
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, Signal
from shiboken6 import Shiboken

from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.faults import without_message
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.progress import checkpoint

log = structlog.get_logger("desktop.bridge")
R = TypeVar("R")
_STEP: Final = 0.005  # smaller steps of progress than half a percent are not worth an event


class UnexpectedError(ConsentryError):
    """A fault nobody foresaw; `kind` is the exception's class, which names no person."""

    happened = T("errors", "The program met a fault of its own ({kind}).")
    kept = T("errors", "What was saved before is kept; this action may be incomplete.")
    todo = T("errors", "Try again; if it happens again, tell your administrator.")


class TaskHandle(Generic[R]):
    """One running operation: progress and cancelling. Every method may be called from any thread."""

    def __init__(self, runner: TaskRunner) -> None:
        self._runner = runner
        self._cancel = threading.Event()
        self._lock = threading.Lock()
        self._share = 0.0
        self._announced = -1.0
        self._queued = False
        self.finished = False
        self.forgotten = False

    def report(self, share: float) -> None:
        """Report `share` (0 to 1); many reports become one event while the GUI thread is busy."""
        with self._lock:
            self._share = min(1.0, max(0.0, share))
            if self._queued or abs(self._share - self._announced) < _STEP:
                return
            self._queued = True
        self._runner.progressed.emit(self)

    def take_share(self) -> float:
        """The newest share; called on the GUI thread when the queued event arrives."""
        with self._lock:
            self._queued = False
            self._announced = self._share
            return self._share

    def cancelled(self) -> bool:
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Ask the operation to stop. It still ends with a result or a failure (usually `Cancelled`)."""
        self._cancel.set()

    def forget(self) -> None:
        """Cancel, and deliver nothing more: for questions whose answer no longer matters."""
        self.forgotten = True
        self._cancel.set()


class _Job(Generic[R]):
    """The callbacks of one operation and, at its end, its outcome."""

    def __init__(
        self,
        handle: TaskHandle[R],
        on_success: Callable[[R], None] | None,
        on_failure: Callable[[ConsentryError], None] | None,
        on_progress: Callable[[float], None] | None,
        owner: QObject | None,
    ) -> None:
        self.handle = handle
        self.on_success = on_success
        self.on_failure = on_failure
        self.on_progress = on_progress
        self.owner = owner
        self.outcome: R | None = None
        self.error: ConsentryError | None = None

    @property
    def wanted(self) -> bool:
        return not self.handle.forgotten and (self.owner is None or Shiboken.isValid(self.owner))


class TaskRunner(QObject):
    """A small pool of worker threads. Lives in the GUI thread; closed by `close()`.

    `run` starts an operation; `failed` is emitted for failures that nobody handles (no `on_failure` given).
    """

    progressed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(self, threads: int = 4, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="consentry-task")
        self._jobs: dict[TaskHandle[Any], _Job[Any]] = {}
        self._closed = False
        self.progressed.connect(self._on_progress, Qt.ConnectionType.QueuedConnection)
        self.ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> int:
        """Operations that have not delivered their end yet."""
        return len(self._jobs)

    def run(
        self,
        operation: Callable[[TaskHandle[R]], R],
        on_success: Callable[[R], None] | None = None,
        on_failure: Callable[[ConsentryError], None] | None = None,
        on_progress: Callable[[float], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> TaskHandle[R]:
        """Start `operation` on the pool; call on the GUI thread.

        Args:
            operation: runs in a worker; its handle reports progress and tells whether to stop.
            on_success: gets the result on the GUI thread.
            on_failure: gets a ConsentryError (`Cancelled` included; anything unforeseen as `UnexpectedError`).
            on_progress: gets shares from 0 to 1.
            owner: when this object is gone, nothing is delivered.

        Raises RuntimeError after `close()`.
        """
        if self._closed:
            raise RuntimeError("the task runner is closed")
        handle: TaskHandle[R] = TaskHandle(self)
        job = _Job(handle, on_success, on_failure, on_progress, owner)
        self._jobs[handle] = job
        self._pool.submit(self._work, job, operation)
        return handle

    def _work(self, job: _Job[R], operation: Callable[[TaskHandle[R]], R]) -> None:
        try:
            checkpoint(job.handle, 0.0)
            job.outcome = operation(job.handle)
        except ConsentryError as error:
            job.error = error
        except Exception as error:  # noqa: BLE001 - the one place where unforeseen faults of workers end up
            job.error = wrapped(error)
        self.ended.emit(job.handle)

    def _on_progress(self, handle: TaskHandle[Any]) -> None:
        share = handle.take_share()
        job = self._jobs.get(handle)
        if job is not None and job.on_progress is not None and job.wanted:
            job.on_progress(share)

    def _on_ended(self, handle: TaskHandle[Any]) -> None:
        handle.finished = True
        job = self._jobs.pop(handle, None)
        if job is None or not job.wanted:
            return
        if job.error is None:
            if job.on_success is not None:
                job.on_success(job.outcome)
        elif job.on_failure is not None:
            job.on_failure(job.error)
        elif not isinstance(job.error, Cancelled):
            self.failed.emit(job.error)

    def cancel_all(self) -> None:
        for handle in list(self._jobs):
            handle.cancel()

    def wait_idle(self, timeout: float) -> bool:
        """Let the GUI thread work until nothing runs any more; whether that happened within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while self._jobs and time.monotonic() < deadline:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        return not self._jobs

    def close(self, wait: bool = True) -> None:
        """Cancel what runs and end the threads. `wait` blocks until the workers have returned."""
        self._closed = True
        for handle in list(self._jobs):
            handle.forget()
        self._pool.shutdown(wait=wait, cancel_futures=True)
        self._jobs.clear()
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall.value)


def wrapped(error: Exception) -> ConsentryError:
    """An unforeseen exception as one that can be shown. Its message may name people: only kind and place are logged."""
    log.error("task_fault", **without_message(error))
    return UnexpectedError(kind=type(error).__name__)
