"""Backup destinations and what is known of the backups there."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Insert, Update, delete, insert, select, update
from sqlalchemy.engine import Row

from desktop.domain.audit import AuditDraft
from desktop.domain.backups import Backup, BackupId, Destination, DestinationId, DestinationPlan, Schedule
from desktop.domain.ids import random_id
from desktop.vault.backup_errors import DestinationInvalid, DestinationUnknown
from desktop.vault.engine import Drafts
from desktop.vault.models import BackupDestinationRow, BackupRow
from desktop.vault.room import Room


class DestinationRepository:
    """Rows only: nothing here looks at a destination's files."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def list(self) -> List[Destination]:
        """By path."""
        return self._room.store.read(read_destinations)

    def get(self, destination_id: DestinationId) -> Destination:
        """Raises DestinationUnknown."""
        found = next((one for one in self.list() if one.id == destination_id), None)
        if found is None:
            raise DestinationUnknown
        return found

    def add(self, plan: DestinationPlan) -> DestinationId:
        """Raises DestinationInvalid."""
        self.demand_valid(plan)
        path = Path(plan.path)
        destination_id = DestinationId(random_id())
        values = {"id": destination_id, "path": str(path), **planned(plan)}
        self._run(insert(BackupDestinationRow).values(**values))
        return destination_id

    def demand_valid(self, plan: DestinationPlan) -> None:
        """Raises DestinationInvalid: a relative path, one inside the vault's folder, or one that is listed already."""
        path = Path(plan.path)
        home = self._room.folder.resolve()
        listed = {one.plan.path for one in self.list()}
        if not path.is_absolute() or home in (path.resolve(), *path.resolve().parents) or str(path) in listed:
            raise DestinationInvalid(path=plan.path)

    def change(self, destination_id: DestinationId, plan: DestinationPlan) -> None:
        """Everything but the path. Raises DestinationUnknown."""
        self.get(destination_id)
        self._update(destination_id, (), **planned(plan))

    def remove(self, destination_id: DestinationId) -> None:
        """Forget a destination and its backups; the files there stay. Fine when it is gone already."""

        def work(connection: Connection) -> None:
            connection.execute(delete(BackupRow).where(BackupRow.destination_id == destination_id))
            connection.execute(delete(BackupDestinationRow).where(BackupDestinationRow.id == destination_id))

        self._transact(work)

    def backups(self, destination_id: DestinationId) -> List[Backup]:
        """Newest first."""
        return self._room.store.read(lambda connection: read_backups(connection, destination_id))

    def replace_backups(self, destination_id: DestinationId, backups: Iterable[Backup]) -> None:
        """Set what is known of a destination's backups."""
        rows = [_backup_values(backup) for backup in backups]

        def work(connection: Connection) -> None:
            connection.execute(delete(BackupRow).where(BackupRow.destination_id == destination_id))
            if rows:
                connection.execute(insert(BackupRow), rows)

        self._transact(work)

    def succeeded(self, destination_id: DestinationId, at: datetime, audit: AuditDraft) -> None:
        self._update(destination_id, audit, last_success=at, last_error=None)

    def failed(self, destination_id: DestinationId, code: str, audit: AuditDraft) -> None:
        """The newest attempt failed with the error of that code."""
        self._update(destination_id, audit, last_error=code)

    def companion_written(self, destination_id: DestinationId, epoch: int) -> None:
        self._update(destination_id, (), companion_epoch=epoch)

    def _update(self, destination_id: DestinationId, audit: Drafts, **values: object) -> None:
        self._run(update(BackupDestinationRow).where(BackupDestinationRow.id == destination_id).values(**values), audit)

    def _run(self, statement: Insert | Update, audit: Drafts = ()) -> None:
        self._transact(lambda connection: connection.execute(statement), audit)

    def _transact(self, work: Callable[[Connection], object], audit: Drafts = ()) -> None:
        """Also from within the writer's thread, where an erasure writes its companions."""
        store = self._room.store
        store.call(lambda: store.transact(work, audit=audit))


def read_destinations(connection: Connection) -> list[Destination]:
    """By path."""
    query = select(BackupDestinationRow.__table__).order_by(BackupDestinationRow.path)
    return [_destination(row) for row in connection.execute(query)]


def read_backups(connection: Connection, destination_id: DestinationId) -> list[Backup]:
    """Newest first."""
    query = select(BackupRow.__table__).where(BackupRow.destination_id == destination_id)
    return [_backup(row) for row in connection.execute(query.order_by(BackupRow.at.desc(), BackupRow.id))]


def planned(plan: DestinationPlan) -> dict[str, object]:
    """The columns of what a person decides, but for the path."""
    return {"keep": plan.keep, "schedule": plan.schedule.value, "hour": plan.hour}


def _destination(row: Row[tuple[object, ...]]) -> Destination:
    plan = DestinationPlan(row.path, row.keep, Schedule(row.schedule), row.hour)
    return Destination(DestinationId(row.id), plan, row.last_success, row.last_error, row.companion_epoch)


def _backup(row: Row[tuple[object, ...]]) -> Backup:
    return Backup(
        BackupId(row.id), DestinationId(row.destination_id), row.folder, row.at, row.size, row.sha256, row.verified_at
    )


def _backup_values(backup: Backup) -> dict[str, object]:
    return {
        "id": backup.id,
        "destination_id": backup.destination_id,
        "folder": backup.folder,
        "at": backup.at,
        "size": backup.size,
        "sha256": backup.sha256,
        "verified_at": backup.verified_at,
    }
