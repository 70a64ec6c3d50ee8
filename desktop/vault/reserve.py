"""Steps that must work on a full disk: the ballast makes room for them, and is put back afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

import structlog

from desktop.vault import ballast
from desktop.vault.errors import DiskFull, VaultError
from desktop.vault.failures import translated
from desktop.vault.room import Room

T = TypeVar("T")
log = structlog.get_logger("desktop.vault")


class Reserve:
    """As a context manager around steps that undo themselves where they fail."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._used = False

    def run(self, step: Callable[[], T]) -> T:
        """Run `step`; on a full disk give the ballast back and run it once more. Raises vault errors."""
        try:
            with translated(self._room.folder):
                return step()
        except DiskFull:
            if not ballast.release(self._room.folder):
                raise
            self._used = True
            log.warning("vault.ballast_released")
        with translated(self._room.folder):
            return step()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._used:
            with suppress(VaultError):  # what the steps left in the write-ahead log takes the ballast's room
                self._room.store.call(self._room.store.checkpoint)
            reserved = ballast.reserve_what_fits(self._room.folder, self._room.ballast_bytes)
            log.info("vault.ballast_reserved", bytes=reserved)
