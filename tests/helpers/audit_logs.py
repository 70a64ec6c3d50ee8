"""Audit logs for tests: a real SQLCipher file with the log's tables, its key, and hands that tamper with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditPoint
from desktop.domain.audit_verdict import Fault, Verdict
from desktop.domain.ids import random_id
from desktop.domain.permissions import Role
from desktop.domain.progress import UNWATCHED, Progress
from desktop.vault import cipher, migrate
from desktop.vault.audit import AuditLog
from desktop.vault.audit_verify import Expected, verify_database
from desktop.vault.engine import Store
from desktop.vault.signing import SigningKey, canonical_json

KEY = bytes(32)
VAULT = "6b2f0a52-8f8c-4f1e-9f6a-0d7b1a2c3d4e"
OFFICER = Actor("11111111-1111-4111-8111-111111111111", (Role.OFFICER,))


@dataclass
class Clock:
    """Stands still between calls to `tick`."""

    now: datetime = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def tick(self, step: timedelta = timedelta(seconds=1)) -> None:
        self.now += step

    def __call__(self) -> datetime:
        return self.now


@dataclass
class LogBook:
    """An open log. `raw` is the attacker's connection: whoever has the database key can open one."""

    store: Store
    log: AuditLog
    signer: SigningKey
    raw: cipher.RawConnection
    clock: Clock
    anchors: list[AuditPoint] = field(default_factory=list)

    def write(self, count: int = 1, action: AuditAction = AuditAction.PERSON_VIEWED, actor: Actor = OFFICER) -> None:
        """`count` entries in one transaction."""
        drafts = [AuditDraft(action, actor, random_id(), detail={"count": number}) for number in range(count)]
        self.store.write(lambda _: None, audit=drafts).result()

    def point(self) -> AuditPoint:
        return self.store.read(self.log.point)

    def anchor(self) -> None:
        """Remember the head outside the database, as the key place does."""
        self.anchors = [self.point()]

    def rows(self) -> list[tuple[int, str, bytes]]:
        return self.raw.execute("SELECT seq, body, head FROM audit_entries ORDER BY seq").fetchall()

    def verify(self, progress: Progress = UNWATCHED) -> Verdict:
        return verify_database(self.query, Expected(VAULT, self.signer.public_key, tuple(self.anchors)), progress)

    def query(self, sql: str, values: tuple[object, ...]) -> Sequence[tuple[Any, ...]]:
        return self.raw.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def faults(self) -> set[Fault]:
        return {finding.fault for finding in self.verify().findings}

    def tamper(self, sql: str, *values: object) -> None:
        """Run a statement as somebody who has the database key and takes the triggers away first."""
        for (name,) in self.raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            self.raw.execute(f"DROP TRIGGER {name}")
        self.raw.execute(sql, values)  # type: ignore[arg-type]

    def rechain(self, start: int, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the entry `start` and compute every head from there on anew: consistent in itself."""
        rows = self.rows()
        head = rows[start - 2][2] if start > 1 else self.log.genesis.head
        for seq, text, _ in rows[start - 1 :]:
            body = json.loads(text)
            if seq == start:
                change(body)
            data = canonical_json(body)
            head = hashlib.sha256(head + data).digest()
            self.tamper("UPDATE audit_entries SET body = ?, head = ? WHERE seq = ?", data.decode(), head, seq)


@cache
def _empty_database() -> bytes:
    """Made once: the migrations take half a second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "audit.db"
        raw = cipher.connect(path, KEY, create=True)
        migrate.migrate(raw, path.parent)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        return path.read_bytes()


@contextmanager
def open_log(folder: Path) -> Iterator[LogBook]:
    """A fresh log in an encrypted database of its own."""
    path = folder / "audit.db"
    path.write_bytes(_empty_database())
    raw = cipher.connect(path, KEY)
    clock, signer = Clock(), SigningKey.new()
    log = AuditLog(VAULT, signer, lambda _: (3, 7), now=clock)
    store = Store(path, KEY, record=log.append)
    try:
        yield LogBook(store, log, signer, raw, clock)
    finally:
        store.close()
        raw.close()
