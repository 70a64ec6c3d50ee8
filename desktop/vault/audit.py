"""The audit log's writing side: entries chained inside the transaction of what they tell of.

An entry's body is canonical JSON (RFC 8785); its head is SHA-256(previous head, body). Every thousandth entry carries a
signed checkpoint; others are made daily and when the vault is closed. The log may be shortened at its old end: the
signed prune keeps the head from which the rest goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, text

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditPoint, AuditValue
from desktop.vault.audit_statement import Statement, StatementKind, genesis, instant_from, instant_text
from desktop.vault.models import AuditCheckpointRow, AuditEntryRow, AuditPruneRow
from desktop.vault.records import JsonValue, utc_now
from desktop.vault.signing import SigningKey, canonical_json, verify

CHECKPOINT_EVERY = 1000  # entries
PRUNE_BATCH = 2000  # entries a transaction: about half a second of the writer


class AuditLog:
    """What writes belongs inside a write transaction of the vault; the rest inside any.

    Args:
        standing: the epoch of the keys and the number of recorded erasures, for signed statements.
        now: the clock; for tests.
    """

    def __init__(
        self,
        vault_id: str,
        signer: SigningKey,
        standing: Callable[[Connection], tuple[int, int]],
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.vault_id = vault_id
        self.signer = signer
        self._standing = standing
        self._now = now
        self.genesis = genesis(vault_id)

    def append(self, connection: Connection, drafts: Sequence[AuditDraft]) -> None:
        """Chain one entry for each draft."""
        if not drafts:
            return
        seq, head, last_at = self._tail(connection)
        now = instant_text(self._now())
        rows: list[tuple[int, str, bytes]] = []
        for draft in drafts:
            seq += 1
            body = canonical_json(_fields(draft, max(now, last_at), clock_back=now < last_at))
            head = hashlib.sha256(head + body).digest()
            rows.append((seq, body.decode(), head))
        connection.exec_driver_sql("INSERT INTO audit_entries (seq, body, head) VALUES (?, ?, ?)", rows)
        for full in (row for row in rows if row[0] % CHECKPOINT_EVERY == 0):
            self._state(connection, AuditCheckpointRow, StatementKind.CHECKPOINT, AuditPoint(full[0], full[2]))

    def point(self, connection: Connection) -> AuditPoint:
        """Where the chain stands."""
        seq, head, _ = self._tail(connection)
        return AuditPoint(seq, head)

    def signed(self, connection: Connection) -> bool:
        """Whether a checkpoint covers the whole chain."""
        newest = connection.scalar(select(func.max(AuditCheckpointRow.seq))) or 0
        return newest >= self.point(connection).seq

    def checkpoint(self, connection: Connection) -> None:
        """Sign where the chain stands, unless that is done."""
        if not self.signed(connection):
            self._state(connection, AuditCheckpointRow, StatementKind.CHECKPOINT, self.point(connection))

    def statement(self, connection: Connection, kind: StatementKind, point: AuditPoint) -> tuple[Statement, bytes]:
        """A statement as of now and its signature. Also in a read transaction."""
        epoch, ledger = self._standing(connection)
        made = Statement(kind, self.vault_id, point, self._now(), epoch, ledger)
        return made, self.signer.sign(made.text().encode())

    def begin_prune(self, connection: Connection, before: datetime, actor: Actor) -> int:
        """Let go of the entries older than `before`, up to a signed point; how many. `prune_some` deletes them."""
        kept = connection.scalar(
            select(AuditEntryRow.seq)
            .where(AuditEntryRow.at >= instant_text(before))
            .order_by(AuditEntryRow.at, AuditEntryRow.seq)
            .limit(1)
        )
        last = (kept or self.point(connection).seq + 1) - 1
        begun = self.pruned(connection).seq
        head = connection.scalar(select(AuditEntryRow.head).where(AuditEntryRow.seq == last))
        if last <= begun or head is None:
            return 0
        count = last - begun
        self._state(connection, AuditPruneRow, StatementKind.PRUNE, AuditPoint(last, head))
        detail: dict[str, AuditValue] = {"up_to": last, "entries": count}
        self.append(connection, [AuditDraft(AuditAction.AUDIT_PRUNED, actor, detail=detail)])
        return count

    def prune_some(self, connection: Connection) -> bool:
        """Delete a batch of what a prune has let go; whether there may be more."""
        up_to = self.pruned(connection).seq
        batch = {"up_to": up_to, "most": PRUNE_BATCH}
        first = "SELECT seq FROM audit_entries WHERE seq <= :up_to ORDER BY seq LIMIT :most"
        gone = connection.execute(text(f"DELETE FROM audit_entries WHERE seq IN ({first})"), batch)  # noqa: S608
        if gone.rowcount:
            return True
        connection.execute(text("DELETE FROM audit_checkpoints WHERE seq <= :up_to"), {"up_to": up_to})
        return False

    def pruned(self, connection: Connection) -> AuditPoint:
        """Before the first entry that must be there."""
        prune = self.newest_prune(connection)
        return self.genesis if prune is None else Statement.from_text(prune[0]).point

    def newest_prune(self, connection: Connection) -> tuple[str, bytes] | None:
        """Text and signature of the newest prune that this vault signed."""
        query = select(AuditPruneRow.body, AuditPruneRow.signature).order_by(AuditPruneRow.seq.desc())
        for body, signature in connection.execute(query):
            if verify(self.signer.public_key, signature, body.encode()):
                return body, signature
        return None

    def missing(self, connection: Connection, remembered: AuditPoint) -> bool:
        """Whether the chain no longer goes through a point that it once had."""
        begin = self.pruned(connection)
        if remembered.seq <= begin.seq:
            return remembered.seq == begin.seq and remembered.head != begin.head
        head = connection.scalar(select(AuditEntryRow.head).where(AuditEntryRow.seq == remembered.seq))
        return head != remembered.head

    def _tail(self, connection: Connection) -> tuple[int, bytes, str]:
        row = connection.exec_driver_sql("SELECT seq, head, at FROM audit_entries ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], row[1], _time_of(row[2])) if row is not None else (0, self.genesis.head, "")

    def _state(
        self,
        connection: Connection,
        row: type[AuditCheckpointRow] | type[AuditPruneRow],
        kind: StatementKind,
        point: AuditPoint,
    ) -> None:
        made, signature = self.statement(connection, kind, point)
        connection.execute(insert(row).values(seq=point.seq, body=made.text(), signature=signature))


def _time_of(at: str | None) -> str:
    """The time of an entry; empty, which is before any, for what this program did not write."""
    try:
        return instant_text(instant_from(at or ""))
    except (ValueError, TypeError):
        return ""


def _fields(draft: AuditDraft, at: str, *, clock_back: bool) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {
        "at": at,
        "actor": draft.actor.id,
        "roles": [role.value for role in draft.actor.roles],
        "action": draft.action.value,
        "object": draft.object_id,
        "reason": draft.reason,
        "detail": {name: _plain(value) for name, value in draft.detail.items()},
    }
    if clock_back:
        fields["clock_back"] = True
    return fields


def _plain(value: AuditValue) -> JsonValue:
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, str) else value
