"""The audit log at 1,000,000 entries: verified, listed, exported, and what an entry costs.

python -m benchmarks.vault_audit
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditFilter, AuditPoint
from desktop.domain.ids import random_id
from desktop.domain.permissions import Role
from desktop.vault.audit import CHECKPOINT_EVERY
from desktop.vault.audit_export import verify_file
from desktop.vault.audit_statement import StatementKind, instant_text
from desktop.vault.signing import canonical_json
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault

ENTRIES = 1_000_000
ENTRIES_EACH = 10
APPENDED, BATCH = 20_000, 200
SERVICE = "consentry-bench-audit"
OFFICER = Actor(random_id(), (Role.OFFICER,))
_READ_OUT = ("at", "action", "actor", "object")
_CHUNK = 20_000

Figure = tuple[str, float, str, str]  # see benchmarks.vault


def measure(people: int = ENTRIES // ENTRIES_EACH) -> list[Figure]:
    """Every figure of an audit log with ten entries a person; most of the time goes into filling it."""
    entries = people * ENTRIES_EACH
    keystore = SystemKeyStore(SERVICE)
    with tempfile.TemporaryDirectory(prefix="consentry-bench-") as name:
        folder = Path(name) / "desk"
        with Vault.create(folder, keystore) as vault:
            fill(vault, entries)
        try:
            with Vault.open(folder, keystore) as vault:
                return _figures(vault, Path(name), entries)
        finally:
            Vault.destroy(folder, keystore)


def fill(vault: Vault, entries: int) -> None:
    """That many entries over a year, chained and signed as the program does, but without the indexes meanwhile."""
    vault.write(lambda connection: _fill(connection, vault, entries)).result()


def _fill(connection: Connection, vault: Vault, entries: int) -> None:
    for name in _READ_OUT:
        connection.exec_driver_sql(f"DROP INDEX ix_audit_entries_{name}")
    log = vault.audit.log
    head, start, step = log.genesis.head, datetime.now(UTC) - timedelta(days=330), timedelta(days=330) / entries
    pick = random.Random(1)
    actors, objects = [random_id() for _ in range(20)], [random_id() for _ in range(5000)]
    actions = [action.value for action in AuditAction]
    rows: list[tuple[int, str, bytes]] = []
    for seq in range(1, entries + 1):
        body = canonical_json(
            {
                "at": instant_text(start + seq * step),
                "actor": pick.choice(actors),
                "roles": ["officer"],
                "action": pick.choice(actions),
                "object": pick.choice(objects),
                "reason": "",
                "detail": {"count": seq % 7},
            }
        )
        head = hashlib.sha256(head + body).digest()
        rows.append((seq, body.decode(), head))
        if seq % CHECKPOINT_EVERY == 0:
            made, signature = log.statement(connection, StatementKind.CHECKPOINT, AuditPoint(seq, head))
            insert = "INSERT INTO audit_checkpoints (seq, body, signature) VALUES (?, ?, ?)"
            connection.exec_driver_sql(insert, (seq, made.text(), signature))
        if len(rows) == _CHUNK or seq == entries:
            connection.exec_driver_sql("INSERT INTO audit_entries (seq, body, head) VALUES (?, ?, ?)", rows)
            rows = []
    for name in _READ_OUT:
        connection.exec_driver_sql(f"CREATE INDEX ix_audit_entries_{name} ON audit_entries ({name})")


def _figures(vault: Vault, folder: Path, entries: int) -> list[Figure]:
    size = f"audit log of {entries:,} entries"
    file = folder / "log.jsonl"
    verified = _timed(lambda: _demand(vault.verify_audit().intact))
    exported = _timed(lambda: vault.audit.export(file))
    checked = _timed(lambda: _demand(verify_file(file, vault.signing_key.fingerprint).intact))
    return [
        (f"{size}: verified", verified, " s", "<= 5"),
        (f"{size}: exported", exported, " s", ""),
        (f"{size}: exported file verified", checked, " s", ""),
        (f"{size}: slowest page of the list", _slowest_page(vault, entries) * 1000, " ms", ""),
        (f"{size}: entries appended in batches of {BATCH}", _appending(vault), "/s", ">= 1000"),
    ]


def _slowest_page(vault: Vault, entries: int) -> float:
    """Newest, middle and oldest page, with and without filters, counted too."""
    action = AuditFilter(action=AuditAction.LOGIN)
    recent = AuditFilter(since=datetime.now(UTC) - timedelta(days=60), action=AuditAction.LOGIN)
    slowest = 0.0
    for wanted in (AuditFilter(), action, recent):
        count = vault.audit.count(wanted)
        slowest = max(slowest, _timed(lambda wanted=wanted: vault.audit.count(wanted)))  # type: ignore[misc]
        for offset in (0, count // 2, count - 200):
            page = _timed(lambda wanted=wanted, offset=offset: vault.audit.list(wanted, offset, 200))  # type: ignore[misc]
            slowest = max(slowest, page)
    _demand(vault.audit.count(AuditFilter()) == entries)
    return slowest


def _appending(vault: Vault) -> float:
    drafts = [AuditDraft(AuditAction.PERSON_VIEWED, OFFICER, random_id()) for _ in range(APPENDED)]
    began = time.perf_counter()
    for start in range(0, APPENDED, BATCH):
        vault.audit.append(drafts[start : start + BATCH])
    return APPENDED / (time.perf_counter() - began)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _demand(right: bool) -> None:
    if not right:
        raise AssertionError("the audit log does not verify")


if __name__ == "__main__":
    for name, value, unit, goal in measure():
        print(f"{name}: {value:.2f}{unit}" + (f" (goal {goal})" if goal else ""))
