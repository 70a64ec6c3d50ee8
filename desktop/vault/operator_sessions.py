"""When which operator was signed in: random ids and times."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from concurrent.futures import Future
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from desktop.domain.ids import OperatorId, SessionId, random_id
from desktop.domain.operators import OperatorSession, SessionEnd
from desktop.vault.engine import Drafts
from desktop.vault.operator_models import OperatorSessionRow as Stay
from desktop.vault.room import Room


class OperatorSessionRepository:
    """`start` and `list` wait for the disk; `seen` and `end` return at once, so that locking never waits."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def start(self, operator_id: OperatorId, at: datetime, *, audit: Drafts = ()) -> SessionId:
        session_id = SessionId(random_id())

        def work(connection: Connection) -> None:
            values = {"id": session_id, "operator_id": operator_id, "started_at": at, "last_at": at}
            connection.execute(insert(Stay).values(**values))

        self._room.store.write(work, audit=audit).result()
        return session_id

    def seen(self, session_id: SessionId, at: datetime, *, audit: Drafts = ()) -> Future[None]:
        """The operator was there at that time."""
        return self._room.store.write(lambda c: self._set(c, session_id, last_at=at), audit=audit)

    def end(self, session_id: SessionId, at: datetime, why: SessionEnd, *, audit: Drafts = ()) -> Future[None]:
        ended = {"last_at": at, "ended_at": at, "end": why.value}
        return self._room.store.write(lambda c: self._set(c, session_id, **ended), audit=audit)

    def end_lost(self) -> None:
        """At opening: what a killed program left ended when its operator was last seen."""

        def work(connection: Connection) -> None:
            lost = update(Stay).where(Stay.ended_at.is_(None))
            connection.execute(lost.values(ended_at=Stay.last_at, end=SessionEnd.LOST.value))

        self._room.store.write(work).result()

    def list(self, limit: int = 200) -> List[OperatorSession]:
        """Newest first."""
        query = select(Stay.id, Stay.operator_id, Stay.started_at, Stay.last_at, Stay.ended_at, Stay.end)
        query = query.order_by(Stay.started_at.desc()).limit(limit)
        return self._room.store.read(
            lambda connection: [
                OperatorSession(
                    SessionId(row.id),
                    OperatorId(row.operator_id),
                    row.started_at,
                    row.last_at,
                    row.ended_at,
                    SessionEnd(row.end) if row.end is not None else None,
                )
                for row in connection.execute(query)
            ]
        )

    @staticmethod
    def _set(connection: Connection, session_id: SessionId, **values: object) -> None:
        connection.execute(update(Stay).where(Stay.id == session_id).values(**values))
