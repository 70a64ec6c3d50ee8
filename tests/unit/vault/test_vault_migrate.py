"""Migrations on filled data: all or nothing, and no row lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.schema import CreateTable

from desktop.vault import cipher, migrate
from desktop.vault.anchor import COUNTED
from desktop.vault.errors import DiskFull, MigrationFailed, VaultTooNew
from desktop.vault.migrations import REVISIONS
from desktop.vault.models import Base
from desktop.vault.vault import Vault
from tests.helpers.vaults import MemoryKeyStore, new_person

KEY = bytes(32)


def revision(name: str, upgrade: Callable[[], None], **extra: object) -> ModuleType:
    module: Any = ModuleType(name)
    module.revision, module.down_revision, module.upgrade = name, REVISIONS[-1].revision, upgrade
    for key, value in extra.items():
        setattr(module, key, value)
    return module  # type: ignore[no-any-return]


@pytest.fixture
def filled(vault: Vault, vault_folder: Path, keystore: MemoryKeyStore) -> cipher.RawConnection:
    """A raw connection to a closed vault with five people in it."""
    vault.people.add_many([new_person(number, photo=b"photo") for number in range(5)])
    vault.close()
    key = next(value for name, value in keystore.values.items() if name.endswith("/database-key"))
    connection = cipher.connect(vault_folder / "vault.db", bytes.fromhex(key))
    yield connection
    connection.close()


def snapshot(connection: cipher.RawConnection) -> dict[str, object]:
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    content: dict[str, object] = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    content["schema"] = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()
    return content


def upgrade_with(connection: cipher.RawConnection, *steps: ModuleType) -> bool:
    return migrate.migrate(connection, Path(), (*REVISIONS, *steps))


def fails_afterwards() -> None:
    op.create_table("another", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("DELETE FROM photos")
    raise LookupError("injected")


def loses_rows() -> None:
    op.execute("DELETE FROM photos WHERE id = (SELECT id FROM photos LIMIT 1)")


def breaks_references() -> None:
    op.execute("UPDATE photos SET person_id = 'nobody'")


@pytest.mark.parametrize("step", [fails_afterwards, loses_rows, breaks_references])
def test_a_failing_migration_leaves_the_old_revision_and_every_row(
    filled: cipher.RawConnection, step: Callable[[], None], vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    before = snapshot(filled)
    with pytest.raises(MigrationFailed):
        upgrade_with(filled, revision("next", step))
    assert snapshot(filled) == before
    assert filled.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    assert migrate.current_revision(filled) == REVISIONS[-1].revision
    filled.close()
    with Vault.open(vault_folder, keystore) as again:
        assert again.people.count() == again.templates.count() == 5


def test_a_full_disk_during_a_migration_is_called_that(filled: cipher.RawConnection) -> None:
    before = snapshot(filled)
    pages = filled.execute("PRAGMA page_count").fetchone()[0]
    filled.execute(f"PRAGMA max_page_count={pages + 2}")

    def grows() -> None:
        op.create_table("big", sa.Column("data", sa.LargeBinary()))
        op.execute("INSERT INTO big VALUES (zeroblob(1000000))")

    with pytest.raises(DiskFull):
        upgrade_with(filled, revision("next", grows))
    assert snapshot(filled) == before


def test_copying_a_parent_table_keeps_the_rows_of_its_children_and_the_counts(
    filled: cipher.RawConnection,
) -> None:
    """Alembic's batch mode drops the original table: with foreign keys on, that empties every child table."""

    def rebuild() -> None:
        with op.batch_alter_table("people", recreate="always") as people:
            people.add_column(sa.Column("extra", sa.String(), nullable=True))

    counts = dict(filled.execute("SELECT name, amount FROM row_counts").fetchall())
    assert upgrade_with(filled, revision("next", rebuild))
    assert dict(filled.execute("SELECT name, amount FROM row_counts").fetchall()) == counts
    assert counts["people"] == counts["templates"] == counts["photos"] == 5
    for name in COUNTED:
        assert filled.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == counts[name]
    assert filled.execute("SELECT extra FROM people").fetchall() == [(None,)] * 5


def test_rows_may_go_where_the_migration_says_so(filled: cipher.RawConnection) -> None:
    assert upgrade_with(filled, revision("next", loses_rows, changes_rows=("photos",)))
    assert filled.execute("SELECT amount FROM row_counts WHERE name = 'photos'").fetchone()[0] == 4
    assert upgrade_with(filled, revision("next", loses_rows, changes_rows=("photos",))) is False


def test_a_database_of_a_newer_program_is_refused(
    filled: cipher.RawConnection, vault_folder: Path, keystore: MemoryKeyStore
) -> None:
    filled.execute("UPDATE alembic_version SET version_num = '9999'")
    before = snapshot(filled)
    with pytest.raises(VaultTooNew):
        migrate.migrate(filled, Path())
    with pytest.raises(VaultTooNew):
        Vault.open(vault_folder, keystore)
    assert snapshot(filled) == before


def test_an_older_vault_is_migrated_when_it_is_opened(
    filled: cipher.RawConnection, vault_folder: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.close()

    def add_column() -> None:
        op.add_column("settings", sa.Column("extra", sa.String(), nullable=True))

    monkeypatch.setattr(migrate, "REVISIONS", (*REVISIONS, revision("next", add_column)))
    with Vault.open(vault_folder, keystore) as again:
        assert again.people.count() == 5
        assert again.read(lambda c: c.scalar(sa.text("SELECT version_num FROM alembic_version"))) == "next"
        assert again.check_integrity() == []


@pytest.fixture
def fresh(tmp_path: Path) -> cipher.RawConnection:
    connection = cipher.connect(tmp_path / "fresh.db", KEY, create=True)
    migrate.migrate(connection, tmp_path)
    yield connection
    connection.close()


def test_the_migrations_make_the_tables_of_the_models(fresh: cipher.RawConnection) -> None:
    with migrate.engine_on(fresh).connect() as live:
        context = MigrationContext.configure(live, opts={"compare_type": True, "compare_server_default": True})
        differences = [
            each for each in compare_metadata(context, Base.metadata) if not str(each).count("alembic_version")
        ]
    assert differences == []


def test_the_migrations_make_the_conditions_of_the_models(fresh: cipher.RawConnection) -> None:
    """Alembic's comparison does not see CHECK constraints, foreign key actions and AUTOINCREMENT."""
    with migrate.engine_on(fresh).connect() as live:
        inspector = sa.inspect(live)
        for table in Base.metadata.sorted_tables:
            wanted = {
                (check.name, str(check.sqltext)) for check in table.constraints if isinstance(check, sa.CheckConstraint)
            }
            found = {(check["name"], check["sqltext"]) for check in inspector.get_check_constraints(table.name)}
            assert found == wanted, table.name
            assert all(key["options"] == {} for key in inspector.get_foreign_keys(table.name)), table.name
            assert all(key.ondelete is None for key in table.foreign_keys), table.name
            sql = fresh.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)).fetchone()[0]
            made = str(CreateTable(table).compile(live))
            assert ("AUTOINCREMENT" in sql) == ("AUTOINCREMENT" in made), table.name


def test_revisions_form_one_line_with_unique_names() -> None:
    names = [module.revision for module in REVISIONS]
    assert len(set(names)) == len(names)
    assert [module.down_revision for module in REVISIONS] == [None, *names[:-1]]
