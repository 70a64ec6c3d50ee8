"""The audit log as the window and the services use it: listed with filters, anchored, shortened."""

from __future__ import annotations

import json
import threading
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from desktop.domain.audit import (
    UNREADABLE,
    Actor,
    AuditAction,
    AuditDraft,
    AuditEntry,
    AuditFilter,
    AuditPoint,
    AuditValue,
)
from desktop.domain.audit_verdict import Verdict
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault.audit import AuditLog
from desktop.vault.audit_export import ExportFrame, write_export
from desktop.vault.audit_statement import Statement, StatementKind, instant_from, instant_text
from desktop.vault.audit_verify import Expected, chunks, verify_database
from desktop.vault.engine import Store
from desktop.vault.errors import AuditCutOrRewritten
from desktop.vault.models import AuditEntryRow

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_Bounds = tuple[int, int]  # first and last seq, both included


class AuditRepository:
    """Safe from any thread but the GUI's."""

    def __init__(self, store: Store, log: AuditLog, disputed: AuditPoint | None = None) -> None:
        """`disputed`: a point that the chain must have and has not (see `broken`)."""
        self._store = store
        self.log = log
        self.disputed = disputed
        self._whole = threading.Lock()  # an export reads in parts and must not lose its beginning meanwhile

    @property
    def broken(self) -> AuditCutOrRewritten | None:
        """What was noticed when the vault was opened; it stands until `acknowledge`."""
        return None if self.disputed is None else AuditCutOrRewritten(seq=self.disputed.seq)

    def acknowledge(self, actor: Actor, reason: str) -> None:
        """Somebody has taken note of the break. The log says so for as long as it lasts; the warning ends."""
        disputed = self.disputed
        if disputed is None:
            return
        detail: dict[str, AuditValue] = {"entry": disputed.seq, "head": disputed.head}
        self.append(AuditDraft(AuditAction.AUDIT_BREAK_ACKNOWLEDGED, actor, reason=reason, detail=detail))
        self.disputed = None

    def append(self, drafts: AuditDraft | Sequence[AuditDraft]) -> None:
        """Record what no other transaction tells of. Returns when it is durable."""
        self._store.write(lambda _: None, audit=drafts).result()

    def count(self, wanted: AuditFilter) -> int:
        """How many entries fit."""

        def work(connection: Connection) -> int:
            first, last = _bounds(connection, wanted)
            if not _conditions(wanted):
                return max(0, last - first + 1)
            query = select(func.count()).select_from(AuditEntryRow).where(*_conditions(wanted, (first, last)))
            return int(connection.scalar(query) or 0)

        return self._store.read(work)

    def list(self, wanted: AuditFilter, offset: int, limit: int) -> List[AuditEntry]:
        """A page of the entries that fit, newest first."""
        row = AuditEntryRow

        def work(connection: Connection) -> List[AuditEntry]:
            bounds = _bounds(connection, wanted)
            query = select(row.seq, row.body, row.head).order_by(row.seq.desc())
            if _conditions(wanted):
                query = query.where(*_conditions(wanted, bounds)).offset(offset)
            else:  # without gaps: the place is known, nothing is skipped over
                query = query.where(row.seq.between(bounds[0], bounds[1] - offset))
            return [entry_from(*found) for found in connection.execute(query.limit(limit))]

        return self._store.read(work)

    def actors(self) -> List[str]:
        """The id of everybody of whom there are entries."""
        # One step in the index for each: SELECT DISTINCT would read all of it.
        query = "SELECT min(actor) FROM audit_entries WHERE actor > ?"

        def work(connection: Connection) -> List[str]:
            found = [""]
            while (following := connection.exec_driver_sql(query, (found[-1],)).scalar()) is not None:
                found.append(str(following))
            return found[1:]

        return self._store.read(work)

    def point(self) -> AuditPoint:
        """Where the chain stands."""
        return self._store.read(self.log.point)

    def anchor(self) -> tuple[Statement, bytes]:
        """Where the chain stands, signed: for backups, certificates and the printed sheet."""
        return self._store.read(lambda c: self.log.statement(c, StatementKind.ANCHOR, self.log.point(c)))

    def checkpoint(self) -> None:
        """Sign where the chain stands, unless that is done."""
        if not self._store.read(self.log.signed):
            self._store.write(self.log.checkpoint).result()

    def verify(self, expected: Expected, progress: Progress = UNWATCHED) -> Verdict:
        """Check every entry and signature. Reads in parts, so that nobody waits for it. Raises Cancelled."""
        return verify_database(self._query, expected, progress)

    def export(self, target: Path, progress: Progress = UNWATCHED) -> Statement:
        """Write the whole log to a file that can be checked elsewhere; what its signed end says.

        Raises AuditExportUnwritable, Cancelled.
        """

        def read_frame(connection: Connection) -> tuple[ExportFrame, int]:
            log = self.log
            anchor, signature = log.statement(connection, StatementKind.ANCHOR, log.point(connection))
            prune = log.newest_prune(connection)
            frame = ExportFrame(log.vault_id, prune, anchor, signature, log.signer.public_key)
            return frame, log.pruned(connection).seq

        with self._whole:
            frame, start = self._store.read(read_frame)
            rows = chunks(self._query, start, frame.anchor.point.seq)
            write_export(target, frame, rows, progress)
        return frame.anchor

    def prune(self, before: datetime, actor: Actor, pause: Callable[[], None] = lambda: None) -> int:
        """Delete the entries older than `before`; how many. The rest stays provable.

        `pause` is called between batches. What an interruption leaves undeleted goes next time.
        """
        with self._whole:
            count = self._store.write(lambda connection: self.log.begin_prune(connection, before, actor)).result()
            while self._store.write(self.log.prune_some).result():
                pause()
        return count

    def _query(self, sql: str, values: tuple[object, ...]) -> Sequence[tuple[Any, ...]]:
        def work(connection: Connection) -> Sequence[tuple[Any, ...]]:
            cursor = connection.connection.cursor()
            try:
                cursor.execute(sql, values)
                return cursor.fetchall()
            finally:
                cursor.close()

        return self._store.read(work)


def entries_about(connection: Connection, object_id: str) -> List[AuditEntry]:
    """All entries about one thing or person, oldest first."""
    row = AuditEntryRow
    query = select(row.seq, row.body, row.head).where(row.object == object_id).order_by(row.seq)
    return [entry_from(*found) for found in connection.execute(query)]


def entry_from(seq: int, body: str, head: bytes) -> AuditEntry:
    """An entry for reading; what this program did not write comes as UNREADABLE, so that the others stay readable."""
    try:
        return _parsed(seq, body, head)
    except (ValueError, KeyError, TypeError, AttributeError):
        return AuditEntry(seq, _NO_TIME, UNREADABLE, UNREADABLE, (), None, "", {}, head)


def _parsed(seq: int, body: str, head: bytes) -> AuditEntry:
    fields = json.loads(body)
    return AuditEntry(
        seq=seq,
        at=instant_from(fields["at"]),
        action=str(fields["action"]),
        actor=str(fields["actor"]),
        roles=tuple(fields["roles"]),
        object_id=fields["object"],
        reason=str(fields["reason"]),
        detail=dict(fields["detail"]),
        head=head,
        clock_back=fields.get("clock_back") is True,
    )


def _bounds(connection: Connection, wanted: AuditFilter) -> _Bounds:
    """First and last entry of the time that is asked for; first > last: none. Times never fall along the chain."""
    row = AuditEntryRow
    first = connection.scalar(select(func.min(row.seq))) or 1
    last = connection.scalar(select(func.max(row.seq))) or 0
    if wanted.up_to is not None:
        last = min(last, wanted.up_to)
    by_time = select(row.seq).order_by(row.at, row.seq).limit(1)
    if wanted.since is not None:
        first = connection.scalar(by_time.where(row.at >= instant_text(wanted.since))) or last + 1
    if wanted.until is not None:
        after = connection.scalar(by_time.where(row.at >= instant_text(wanted.until)))
        last = last if after is None else min(last, after - 1)
    return first, last


def _conditions(wanted: AuditFilter, bounds: _Bounds | None = None) -> List[ColumnElement[bool]]:
    row = AuditEntryRow
    found: List[ColumnElement[bool]] = []
    if wanted.action is not None:
        found.append(row.action == wanted.action.value)
    if wanted.actor is not None:
        found.append(row.actor == wanted.actor)
    if wanted.object_id is not None:
        found.append(row.object == wanted.object_id)
    if bounds is not None:
        found.append(row.seq.between(*bounds))
    return found
