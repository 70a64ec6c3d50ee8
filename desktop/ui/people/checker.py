"""Checks pictures one after the other in a worker, so that each verdict appears as soon as it is known."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from shiboken6 import Shiboken

from desktop.bridge.tasks import TaskHandle, TaskRunner
from desktop.domain.errors import ConsentryError
from desktop.services.photo_check import PhotoCheck
from desktop.ui.people.photo_list import PhotoRow

Check = Callable[[], PhotoCheck]


class PhotoChecker(QObject):
    """A queue of (row, check). A verdict that nobody wants any more is wiped on arrival."""

    checked = Signal(object, object)  # PhotoRow, PhotoCheck
    failed = Signal(object, object)  # PhotoRow, ConsentryError
    advanced = Signal(int, int)  # done, all
    idle = Signal()

    def __init__(self, tasks: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._waiting: deque[tuple[PhotoRow, Check]] = deque()
        self._current: PhotoRow | None = None
        self._dropped = False
        self._done = 0
        self._all = 0

    @property
    def busy(self) -> bool:
        return self._current is not None

    def add(self, photo: PhotoRow, check: Check) -> None:
        self._waiting.append((photo, check))
        self._all += 1
        self.advanced.emit(self._done, self._all)
        if self._current is None:
            self._next()

    def cancel(self) -> list[PhotoRow]:
        """Give up what waits and what runs; returns the rows without a verdict."""
        left = [photo for photo, _ in self._waiting]
        self._waiting.clear()
        if self._current is not None:
            left.append(self._current)
            self._dropped = True
        return left

    def forget(self, photo: PhotoRow) -> None:
        """The row was taken out."""
        kept = [entry for entry in self._waiting if entry[0] is not photo]
        self._all -= len(self._waiting) - len(kept)
        self._waiting = deque(kept)
        if photo is self._current:
            self._dropped = True

    def _next(self) -> None:
        if not Shiboken.isValid(self):
            return
        if not self._waiting:
            self._done = self._all = 0
            self.idle.emit()
            return
        self._current, check = self._waiting.popleft()
        self._dropped = False

        # No owner: a verdict must come back to be wiped even when the dialog has gone.
        def work(_: TaskHandle[PhotoCheck]) -> PhotoCheck:
            return check()

        self._tasks.run(work, self._on_checked, self._on_failed)

    def _on_checked(self, check: PhotoCheck) -> None:
        photo = self._finish()
        if photo is None:
            check.discard()
        else:
            self.checked.emit(photo, check)
        self._next()

    def _on_failed(self, error: ConsentryError) -> None:
        photo = self._finish()
        if photo is not None:
            self.failed.emit(photo, error)
        self._next()

    def _finish(self) -> PhotoRow | None:
        photo, self._current = self._current, None
        if not Shiboken.isValid(self):  # the dialog has gone
            return None
        self._done += 1
        self.advanced.emit(self._done, self._all)
        return None if self._dropped else photo
