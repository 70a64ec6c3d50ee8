"""Settings as JSON values under a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from desktop.vault.engine import Drafts
from desktop.vault.models import Setting
from desktop.vault.records import JsonValue, utc_now
from desktop.vault.room import Room

T = TypeVar("T")


class SettingsRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def get(self, key: str, default: T) -> T:
        """The stored value, or `default` where none is stored or the stored one has another type (None: any type)."""
        query = select(Setting.value).where(Setting.key == key)
        rows = self._room.store.read(lambda connection: connection.execute(query).all())
        if not rows:
            return default
        value = rows[0][0]
        if isinstance(default, float) and type(value) is int:  # JSON keeps 2.0 as it was given, perhaps as 2
            value = float(value)
        # The exact type, because bool is an int to isinstance().
        return cast(T, value) if default is None or type(value) is type(default) else default

    def set(self, key: str, value: JsonValue, *, audit: Drafts = ()) -> None:
        """Store a value in place of the former one."""
        self.set_many({key: value}, audit=audit)

    def set_many(self, values: Mapping[str, JsonValue], *, audit: Drafts = ()) -> None:
        """Store values in place of the former ones, all or none."""
        now = utc_now()
        rows = [{"key": key, "value": value, "changed_at": now} for key, value in values.items()]
        statement = insert(Setting)
        replaced = {"value": statement.excluded.value, "changed_at": statement.excluded.changed_at}
        upsert = statement.on_conflict_do_update(index_elements=[Setting.key], set_=replaced)

        def work(connection: Connection) -> None:
            if rows:
                connection.execute(upsert, rows)

        self._room.store.write(work, audit=audit).result()

    def all(self) -> dict[str, JsonValue]:
        query = select(Setting.key, Setting.value)
        return self._room.store.read(lambda connection: {row.key: row.value for row in connection.execute(query)})
