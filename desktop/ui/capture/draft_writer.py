"""Writes a conversation's draft behind the window's back, the newest state last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from desktop.bridge.tasks import TaskRunner
from desktop.domain.conversation import Conversation
from desktop.domain.errors import ConsentryError
from desktop.services.capture import CaptureService


class DraftWriter(QObject):
    """One write at a time: the pool has several threads, and an older state must not overtake a newer one."""

    def __init__(
        self,
        capture: CaptureService,
        tasks: TaskRunner,
        on_failure: Callable[[ConsentryError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._capture = capture
        self._tasks = tasks
        self._on_failure = on_failure
        self._waiting: Conversation | None = None
        self._busy = False

    def write(self, talk: Conversation) -> None:
        self._waiting = talk
        if not self._busy:
            self._next()

    def drop(self) -> None:
        """Nothing more is written."""
        self._waiting = None

    def _next(self) -> None:
        talk, self._waiting = self._waiting, None
        self._busy = talk is not None
        if talk is not None:
            keep = talk
            self._tasks.run(lambda _: self._capture.keep(keep), lambda _: self._next(), self._failed, owner=self)

    def _failed(self, error: ConsentryError) -> None:
        self._busy = False
        self._on_failure(error)
        self._next()
