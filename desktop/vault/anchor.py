"""Noticing that the database was emptied, swapped or put back to an older copy.

An old, valid database passes every integrity check, and so does a database with one old page put back. Against that
  - every write transaction raises `vault_state.changes` by one and draws a new random `mark`,
  - the rows of each table are counted in the same transaction, and the counts are compared with the rows at open,
  - a copy of the counter, the mark and the counts lies in the keyring, outside the reach of whoever copies files.
The keyring's copy is written after the commit, never before it, so it is never ahead of an honest database and any
database behind it is an older one. It may lag: by about a second after a change to people, consent or templates, by up
to half a minute after others, and by that much more if the program is killed. An older copy from within that lag is
not noticed; anything older is refused.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, bindparam, delete, event, func, insert, select, table, update

from desktop.domain.audit import AuditPoint
from desktop.domain.errors import ConsentryError
from desktop.vault.errors import VaultEmptied, VaultRolledBack, VaultSwapped
from desktop.vault.keystore import BACKGROUND_TIMEOUT, KeyStore, anchor_name
from desktop.vault.models import RowCount, VaultState

log = structlog.get_logger("desktop.vault")

URGENT_DELAY = 0.5  # seconds; gathers a burst of enrolments into one write to the keyring
LAZY_DELAY = 30.0

LEDGER = "erasure_ledger"
COUNTED = (
    "people",
    "photos",
    "templates",
    "consent_events",
    "consent_proofs",
    "watchlist_authorities",
    "cameras",
    "sightings",
    "operators",
    "operator_sessions",
    "approvals",
    LEDGER,
    "notices",
    "notice_texts",
    "purposes",
    "restrictions",
    "receipts",
    "consent_archive",
    "passes",
    "legal_holds",
    "exports",
    "retention_runs",
    "rights_requests",
    "request_details",
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a database stands: `changes` transactions after its creation, `mark` random hex of the last one.

    `epoch` is that of keys.bin; None where only the database was asked (or in an anchor of an earlier version).
    `audit`: where the audit log stood; None likewise. `disputed`: a point that the log once had and has no more, until
    somebody has taken note of it.
    """

    vault_id: str
    changes: int
    mark: str
    counts: dict[str, int]
    epoch: int | None = None
    audit: AuditPoint | None = None
    disputed: AuditPoint | None = None

    @property
    def audit_points(self) -> tuple[AuditPoint, ...]:
        """What the audit log must go through."""
        return tuple(point for point in (self.audit, self.disputed) if point is not None)

    def to_text(self) -> str:
        data = {"v": 2, "id": self.vault_id, "n": self.changes, "m": self.mark, "rows": self.counts, "e": self.epoch}
        points = {"a": self.audit, "x": self.disputed}
        named = {name: [point.seq, point.head.hex()] for name, point in points.items() if point is not None}
        return json.dumps({**data, **named})

    @staticmethod
    def from_text(value: str) -> Anchor:
        """Raises ValueError."""
        try:
            data = json.loads(value)
            epoch = data.get("e")
            return Anchor(
                str(data["id"]),
                int(data["n"]),
                str(data["m"]),
                {name: int(amount) for name, amount in data["rows"].items()},
                None if epoch is None else int(epoch),
                _point(data.get("a")),
                _point(data.get("x")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not an anchor") from error


def _point(value: Any) -> AuditPoint | None:
    return None if value is None else AuditPoint(int(value[0]), bytes.fromhex(value[1]))


def ledger_length(connection: Connection) -> int:
    """How many erasures are recorded."""
    return int(connection.scalar(select(RowCount.amount).where(RowCount.name == LEDGER)) or 0)


def new_mark() -> str:
    return secrets.token_hex(8)


def read_anchor(connection: Connection) -> Anchor | None:
    """The database's own account of itself, without the audit log's; None if the row is gone."""
    state = connection.execute(select(VaultState.vault_id, VaultState.changes, VaultState.mark)).one_or_none()
    if state is None:
        return None
    counts = connection.execute(select(RowCount.name, RowCount.amount)).all()
    return Anchor(state.vault_id, state.changes, state.mark, {row.name: row.amount for row in counts})


def count_rows(connection: Connection, names: Iterable[str] = COUNTED) -> dict[str, int]:
    """Rows that are really there, by table."""
    return {name: int(connection.scalar(select(func.count()).select_from(table(name))) or 0) for name in names}


def recount(connection: Connection) -> None:
    """Set the counts to what is there (a new or migrated database)."""
    connection.execute(delete(RowCount))
    rows = [{"name": name, "amount": amount} for name, amount in count_rows(connection).items()]
    connection.execute(insert(RowCount), rows)


class ChangeCounter:
    """Keeps counter, mark and row counts, inside each write transaction.

    It follows the inserts and deletes that SQLAlchemy builds. A trigger would do the same for any statement but costs
    0.17 ms a row (SQLCipher encrypts the journal of every statement that fires one): ten times the insert itself.
    Rows that a foreign key would delete by itself are not seen, therefore none of the tables cascades.
    """

    def __init__(self) -> None:
        self._changed: Counter[str] = Counter()

    def watch(self, writer: Engine) -> None:
        @event.listens_for(writer, "begin")
        def _begin(_: Connection) -> None:
            self._changed.clear()

        @event.listens_for(writer, "after_cursor_execute")
        def _count(*arguments: Any) -> None:
            cursor, context = arguments[1], arguments[4]
            if context.compiled is not None and (context.isinsert or context.isdelete):
                name = context.compiled.statement.table.name
                if name in COUNTED:
                    self._changed[name] += cursor.rowcount if context.isinsert else -cursor.rowcount

    def settle(self, connection: Connection) -> None:
        """One more change; belongs at the end of every write transaction."""
        changed = {name: amount for name, amount in self._changed.items() if amount}
        for name, amount in changed.items():
            connection.execute(_ADD_ROWS, {"table": name, "more": amount})
        next_change(connection)


def next_change(connection: Connection) -> None:
    """Count one transaction more."""
    connection.execute(_NEXT_CHANGE, {"new_mark": new_mark()})


_ADD_ROWS = (
    update(RowCount).where(RowCount.name == bindparam("table")).values(amount=RowCount.amount + bindparam("more"))
)
_NEXT_CHANGE = update(VaultState).values(changes=VaultState.changes + 1, mark=bindparam("new_mark"))


def compare(found: Anchor, rows: dict[str, int], remembered: Anchor, folder: Path) -> None:
    """Raise VaultSwapped, VaultEmptied or VaultRolledBack unless this is the remembered database, or newer."""
    if found.vault_id != remembered.vault_id:
        raise VaultSwapped(folder=folder)
    if any(rows.get(name, 0) < amount for name, amount in found.counts.items()):
        raise VaultEmptied(folder=folder)
    older = found.changes < remembered.changes
    forked = found.changes == remembered.changes and found.mark != remembered.mark
    if older or forked or rows != found.counts:
        raise VaultRolledBack(folder=folder)


class AnchorKeeper:
    """Copies the anchor to the keyring, in its own thread, because a keyring may be slow.

    A failure is logged and tried again later: it costs freshness of the anchor, never a write. `failing` says whether
    the last copy failed.
    """

    def __init__(self, keystore: KeyStore, read: Callable[[], Anchor | None]) -> None:
        self._keystore = keystore
        self._read = read
        self._condition = threading.Condition()
        self._due: float | None = None
        self._stopped = False
        self._stored: Anchor | None = None
        self.failing = False
        self._thread = threading.Thread(target=self._run, name="vault-anchor", daemon=True)
        self._thread.start()

    def note(self, urgent: bool) -> None:
        """The database has changed."""
        due = time.monotonic() + (URGENT_DELAY if urgent else LAZY_DELAY)
        with self._condition:
            if self._due is None or due < self._due:
                self._due = due
                self._condition.notify()

    def remembered(self, vault_id: str) -> Anchor | None:
        """The key place's copy, read anew; None where there is none or something else. Raises keyring errors."""
        found = self._keystore.get(anchor_name(vault_id), timeout=BACKGROUND_TIMEOUT)
        try:
            return None if found is None else Anchor.from_text(found)
        except ValueError:
            return None

    def stop(self) -> None:
        """No more copies in the background; waits for one under way."""
        with self._condition:
            self._stopped = True
            self._condition.notify()
        self._thread.join(BACKGROUND_TIMEOUT + 2)

    def store(self, anchor: Anchor) -> bool:
        """Copy `anchor` to the keyring now; whether that worked."""
        if anchor == self._stored:
            return True
        try:
            self._keystore.set(anchor_name(anchor.vault_id), anchor.to_text(), timeout=BACKGROUND_TIMEOUT)
        except ConsentryError as error:
            log.warning("vault.anchor_not_stored", kind=error.code)
            self.failing = True
            return False
        self._stored = anchor
        self.failing = False
        return True

    def _run(self) -> None:
        while self._wait():
            try:
                anchor = self._read()
            except ConsentryError as error:
                log.warning("vault.anchor_not_read", kind=error.code)
                anchor = None
            if anchor is not None and not self.store(anchor):
                self.note(urgent=False)

    def _wait(self) -> bool:
        """Sleep until a copy is due; False once stopped."""
        with self._condition:
            while not self._stopped:
                if self._due is None:
                    self._condition.wait()
                elif (left := self._due - time.monotonic()) > 0:
                    self._condition.wait(left)
                else:
                    self._due = None
                    return True
            return False
