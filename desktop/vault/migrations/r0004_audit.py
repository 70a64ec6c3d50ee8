"""The audit log: entries, checkpoints, prunes, and the triggers that make them append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_READ_OUT = ("at", "action", "actor", "object")
_FIELD = "CASE WHEN json_valid(body) THEN json_extract(body, '$.{name}') END"
_PRUNED = "(SELECT coalesce(max(seq), 0) FROM audit_prunes)"


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, sa.String(), sa.Computed(_FIELD.format(name=name), persisted=False), nullable=True)
            for name in _READ_OUT
        ),
    )
    for name in _READ_OUT:
        op.create_index(f"ix_audit_entries_{name}", "audit_entries", [name])
    for table in ("audit_checkpoints", "audit_prunes"):
        op.create_table(
            table,
            sa.Column("seq", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
            sa.Column("body", sa.String(), nullable=False),
            sa.Column("signature", sa.LargeBinary(), nullable=False),
        )
    for table in ("audit_entries", "audit_checkpoints", "audit_prunes"):
        _refuse(table, "UPDATE")
    _refuse("audit_entries", "DELETE", f"OLD.seq > {_PRUNED}")
    _refuse("audit_checkpoints", "DELETE", f"OLD.seq > {_PRUNED}")
    _refuse("audit_prunes", "DELETE")


def _refuse(table: str, change: str, when: str = "1") -> None:
    """Fires on updates and deletes only: a trigger on inserts would cost ten times the insert."""
    op.execute(
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} WHEN {when} "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    )
