"""Bringing a database to this version's tables with Alembic, all or nothing.

One transaction holds every step. Foreign keys are off while it runs, because Alembic's batch mode copies a table, drops
the original and renames the copy: with foreign keys on, that drop would delete the rows of every child table. Before
the commit the row counts are compared with those before, and every reference is checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.migration import RevisionStep
from alembic.script.base import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, table, text
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from desktop.vault import anchor, cipher
from desktop.vault.errors import DiskFull, MigrationFailed, VaultEmptied, VaultTooNew
from desktop.vault.failures import vault_error
from desktop.vault.migrations import REVISIONS
from desktop.vault.models import Base

log = structlog.get_logger("desktop.vault")

VERSION_TABLE = "alembic_version"


def current_revision(connection: cipher.RawConnection) -> str | None:
    """Revision of an open database; None if it has no tables of ours."""
    named = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (VERSION_TABLE,)).fetchone()
    row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() if named else None  # noqa: S608
    return str(row[0]) if row else None


def refuse_newer(revision: str | None, revisions: Sequence[ModuleType] | None = None) -> None:
    """Raise VaultTooNew for a revision that this program does not know."""
    if revision is not None and revision not in {module.revision for module in revisions or REVISIONS}:
        raise VaultTooNew


def refuse_incomplete(connection: cipher.RawConnection, revision: str, folder: Path) -> None:
    """Raise VaultEmptied for a database of this program's revision from which somebody took a table."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = Base.metadata.tables.keys() - there
    if revision == REVISIONS[-1].revision and missing:
        log.warning("vault.tables_missing", tables=sorted(missing))
        raise VaultEmptied(folder=folder)


def migrate(connection: cipher.RawConnection, folder: Path, revisions: Sequence[ModuleType] | None = None) -> bool:
    """Upgrade the database behind an idle raw connection; False if it was up to date.

    `revisions`: all known ones, oldest first; None: those of this program.
    Raises MigrationFailed (or DiskFull) with the database as it was before.
    """
    revisions = revisions or REVISIONS
    before = current_revision(connection)
    refuse_newer(before, revisions)
    if before == revisions[-1].revision:
        return False
    connection.execute("PRAGMA foreign_keys=OFF")
    if connection.execute("PRAGMA foreign_keys").fetchone()[0] != 0:
        raise MigrationFailed
    engine = engine_on(connection)
    try:
        with engine.begin() as live:
            _upgrade(live, revisions)
    except Exception as error:
        log.warning("vault.migration_failed", revision=before or "none", kind=type(error).__name__)
        mapped = vault_error(error, folder)
        raise (mapped if isinstance(mapped, DiskFull) else MigrationFailed()) from error
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
    log.info("vault.migrated", before=before or "none", now=revisions[-1].revision)
    return True


def engine_on(connection: cipher.RawConnection, *, begin: str = "BEGIN IMMEDIATE") -> Engine:
    """SQLAlchemy over one open raw connection, which stays open and the caller's. `begin` starts its transactions."""
    engine = create_engine(
        "sqlite://", module=dbapi2, creator=lambda: connection, poolclass=StaticPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def _begin(live: Connection) -> None:
        live.exec_driver_sql(begin)

    return engine


def _upgrade(live: Connection, revisions: Sequence[ModuleType]) -> None:
    existing = set(inspect(live).get_table_names())
    counts = _count(live, existing)
    steps = _run(live, revisions)
    anchor.recount(live)
    _compare(live, counts, steps)
    broken = live.execute(text("PRAGMA foreign_key_check")).fetchall()
    if broken:
        raise RuntimeError(f"{len(broken)} broken references after the migration")


def _run(live: Connection, revisions: Sequence[ModuleType]) -> list[ModuleType]:
    scripts = [Script(module, module.revision, module.__name__) for module in revisions]
    known = RevisionMap(lambda: scripts)
    done: list[ModuleType] = []

    def pending(heads: str | tuple[str, ...], _: MigrationContext) -> Iterable[RevisionStep]:
        found = list(known.iterate_revisions("heads", heads or "base"))
        for script in reversed(found):
            assert isinstance(script, Script)
            done.append(script.module)
            yield RevisionStep(known, script, is_upgrade=True)

    options: dict[str, Any] = {"fn": pending, "render_as_batch": True, "version_table": VERSION_TABLE}
    context = MigrationContext.configure(live, opts=options)
    with Operations.context(context):
        context.run_migrations()
    return done


def _count(live: Connection, names: Iterable[str]) -> dict[str, int]:
    skipped = {VERSION_TABLE, "row_counts"}
    return {
        name: int(live.scalar(select(func.count()).select_from(table(name))) or 0)
        for name in names
        if name not in skipped
    }


def _compare(live: Connection, before: dict[str, int], steps: Sequence[ModuleType]) -> None:
    expected = {name for module in steps for name in getattr(module, "changes_rows", ())}
    left = set(inspect(live).get_table_names())
    after = _count(live, (name for name in before if name in left))
    changed = [name for name, amount in before.items() if name not in expected and after.get(name) != amount]
    if changed:
        raise RuntimeError(f"the migration changed the number of rows of {', '.join(sorted(changed))}")
