"""Every revision of the database as a module, oldest first.

They are listed here instead of being looked up in a folder, so that they also work inside a packaged program, where
modules are not files. A revision module has Alembic's usual names (`revision`, `down_revision`, `upgrade`) and,
where it changes the number of rows of a table on purpose, `changes_rows` with the names of those tables.
"""

from __future__ import annotations

from types import ModuleType

from desktop.vault.migrations import (
    r0001_first,
    r0002_keys,
    r0003_backups,
    r0004_audit,
    r0005_operators,
    r0006_erasure,
    r0007_consent,
    r0008_holds,
    r0009_exports,
    r0010_retention,
    r0011_requests,
)

REVISIONS: tuple[ModuleType, ...] = (
    r0001_first,
    r0002_keys,
    r0003_backups,
    r0004_audit,
    r0005_operators,
    r0006_erasure,
    r0007_consent,
    r0008_holds,
    r0009_exports,
    r0010_retention,
    r0011_requests,
)
