"""Who is still to be erased out of an order of many: a crash in the middle is carried on from."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, delete

from desktop.domain.bulk_erasure import Queue
from desktop.vault.models import Setting
from desktop.vault.room import Room
from desktop.vault.settings import SettingsRepository

_KEY: Final = "erasure_queue"


class ErasureQueue:
    """For any thread but the GUI's; `set` returns when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._settings = SettingsRepository(room)

    def get(self) -> Queue | None:
        """None: nobody waits."""
        found = self._settings.get(_KEY, dict[str, Any]())
        return Queue.from_values(found) if found else None

    def set(self, queue: Queue) -> None:
        """An empty one ends it."""
        self._settings.set(_KEY, queue.to_values() if queue.people else {})


def drop_queue(connection: Connection) -> None:
    """Of a backup that is restored: such an order is given anew, or not at all."""
    connection.execute(delete(Setting).where(Setting.key == _KEY))
