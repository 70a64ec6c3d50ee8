"""The runs of retention as rows: counts only, kept in the same transaction as what they count."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from datetime import datetime

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from desktop.domain.retention import Kept
from desktop.domain.retention_run import RetentionRun
from desktop.vault.engine import Drafts
from desktop.vault.retention_models import RetentionRunRow
from desktop.vault.room import Room

_Query = Select[str, datetime, datetime | None, str, dict[str, int], int, int, int]
_Row = Row[str, datetime, datetime | None, str, dict[str, int], int, int, int]


class RetentionRunRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def begin(self, run: RetentionRun) -> None:
        row = {"id": run.id, "begun_at": run.begun_at, "started_by": run.started_by, "interruptions": 0}
        values = {**row, "kept": 0, "waits": 0, "counts": {}}
        self._room.store.write(lambda live: live.execute(insert(RetentionRunRow).values(values))).result()

    def unfinished(self) -> RetentionRun | None:
        """One that was cut short, marked as interrupted once more."""
        row = RetentionRunRow

        def work(live: Connection) -> RetentionRun | None:
            found = live.scalar(select(row.id).where(row.ended_at.is_(None)).order_by(row.begun_at))
            if found is None:
                return None
            live.execute(update(row).where(row.id == found).values(interruptions=row.interruptions + 1))
            return _run(live, found)

        if self._room.store.read(lambda live: live.scalar(select(row.id).where(row.ended_at.is_(None)))) is None:
            return None
        return self._room.store.write(work).result()

    def end(self, run_id: str, at: datetime, kept: int, waits: int, *, audit: Drafts = ()) -> None:
        values = {"ended_at": at, "kept": kept, "waits": waits}
        statement = update(RetentionRunRow).where(RetentionRunRow.id == run_id).values(values)
        self._room.store.write(lambda live: live.execute(statement), audit=audit).result()

    def set_count(self, run_id: str, category: Kept, amount: int) -> None:
        """Of what is erased by the primitive, which has results of its own to count by."""

        def work(live: Connection) -> None:
            counts = dict(live.scalar(select(RetentionRunRow.counts).where(RetentionRunRow.id == run_id)) or {})
            if counts.get(category.value, 0) != amount:
                _write(live, run_id, counts | {category.value: amount})

        self._room.store.write(work).result()

    def get(self, run_id: str) -> RetentionRun | None:
        return self._room.store.read(lambda live: _run(live, run_id))

    def list(self, limit: int = 50) -> List[RetentionRun]:
        """Newest first."""
        row = RetentionRunRow
        query = _rows().order_by(row.begun_at.desc(), row.id).limit(limit)
        return self._room.store.read(lambda live: [_made(each) for each in live.execute(query)])

    def forget(self, before: datetime) -> int:
        """Delete the reports of runs that ended before that instant; how many."""
        row = RetentionRunRow
        statement = delete(row).where(row.ended_at < before)
        return self._room.store.write(lambda live: live.execute(statement).rowcount).result()


def add_count(live: Connection, run_id: str, category: Kept, more: int) -> None:
    """Inside the transaction that deletes what is counted."""
    counts = dict(live.scalar(select(RetentionRunRow.counts).where(RetentionRunRow.id == run_id)) or {})
    _write(live, run_id, counts | {category.value: counts.get(category.value, 0) + more})


def _write(live: Connection, run_id: str, counts: dict[str, int]) -> None:
    live.execute(update(RetentionRunRow).where(RetentionRunRow.id == run_id).values(counts=counts))


def _run(live: Connection, run_id: str) -> RetentionRun | None:
    found = live.execute(_rows().where(RetentionRunRow.id == run_id)).one_or_none()
    return None if found is None else _made(found)


def _rows() -> _Query:
    row = RetentionRunRow
    return select(
        row.id, row.begun_at, row.ended_at, row.started_by, row.counts, row.kept, row.waits, row.interruptions
    )


def _made(found: _Row) -> RetentionRun:
    counts = {Kept(name): int(amount) for name, amount in found.counts.items()}
    return RetentionRun(
        found.id, found.begun_at, found.ended_at, found.started_by, counts, found.kept, found.waits, found.interruptions
    )
