"""Every revision there is, and every one that will be added: filled tables, upgraded, and upgraded with a failure."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection

from desktop.vault import cipher, migrate
from desktop.vault.errors import MigrationFailed
from desktop.vault.migrations import REVISIONS
from tests.helpers.filled_tables import fill

KEY = bytes(range(32))
STEPS = range(1, len(REVISIONS))


def database_at(path: Path, revisions: tuple[ModuleType, ...]) -> tuple[cipher.RawConnection, dict[str, int]]:
    """A database as a program of that age left it, with rows in every table, and their numbers."""
    connection = cipher.connect(path, KEY, create=True)
    connection.execute("PRAGMA foreign_keys=OFF")
    with migrate.engine_on(connection).begin() as live:
        migrate._run(live, revisions)
        amounts = fill(live)
        _count_rows_then(live, amounts)
    connection.execute("PRAGMA foreign_keys=ON")
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return connection, amounts


def _count_rows_then(live: Connection, amounts: dict[str, int]) -> None:
    for name, amount in amounts.items():
        live.exec_driver_sql("INSERT INTO row_counts (name, amount) VALUES (?, ?)", (name, amount))


def content(connection: cipher.RawConnection) -> dict[str, list[Any]]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {**rows, "schema": connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()}


def failing(module: ModuleType) -> ModuleType:
    """The same revision, but it fails when all its work is done."""
    broken: Any = ModuleType(module.__name__)
    broken.__dict__.update(module.__dict__)

    def upgrade() -> None:
        module.upgrade()
        raise LookupError("injected")

    broken.upgrade = upgrade
    return broken  # type: ignore[no-any-return]


def number_of_rows(connection: cipher.RawConnection, name: str) -> int:
    return int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])


@pytest.mark.parametrize("last", range(1, len(REVISIONS) + 1), ids=lambda last: REVISIONS[last - 1].revision)
def test_the_filler_fills_every_table_of_every_revision(tmp_path: Path, last: int) -> None:
    connection, amounts = database_at(tmp_path / "old.db", REVISIONS[:last])
    connection.close()
    assert {"people", "templates", "sightings", "consent_events", "settings"} <= amounts.keys()
    assert all(amounts.values())


@pytest.mark.parametrize("start", STEPS, ids=lambda start: f"from-{REVISIONS[start - 1].revision}")
def test_every_upgrade_keeps_every_row_and_reference(tmp_path: Path, start: int) -> None:
    """From each revision to the newest, as an old vault goes through it when it is opened."""
    connection, amounts = database_at(tmp_path / "old.db", REVISIONS[:start])
    assert migrate.migrate(connection, tmp_path)
    assert migrate.current_revision(connection) == REVISIONS[-1].revision
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    changed = {name for module in REVISIONS[start:] for name in getattr(module, "changes_rows", ())}
    for name in amounts.keys() - changed:
        assert number_of_rows(connection, name) == amounts[name], name
    for name, amount in connection.execute("SELECT name, amount FROM row_counts").fetchall():
        assert number_of_rows(connection, name) == amount, name
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize("start", STEPS, ids=lambda start: f"into-{REVISIONS[start].revision}")
def test_a_failure_in_any_step_leaves_the_old_revision_whole(tmp_path: Path, start: int) -> None:
    connection, _ = database_at(tmp_path / "old.db", REVISIONS[:start])
    before = content(connection)
    steps = (*REVISIONS[:start], failing(REVISIONS[start]), *REVISIONS[start + 1 :])
    with pytest.raises(MigrationFailed):
        migrate.migrate(connection, tmp_path, steps)
    assert content(connection) == before
    assert migrate.current_revision(connection) == REVISIONS[start - 1].revision
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    connection.close()
