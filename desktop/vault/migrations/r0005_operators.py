"""Operators, their sessions, and approvals by a second person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_ENDS = ("signed_out", "switched", "too_long", "removed", "closed", "lost")
_ACTS = ("export", "watchlist", "erasure", "restore")


def _one_of(column: str, *values: str) -> str:
    """Not `IN (...)`, which is six times as slow at every insert (see desktop.vault.models.one_of)."""
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    """Microseconds since 1970 UTC."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(), nullable=False, primary_key=True)


def _operator(table: str, name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), sa.ForeignKey("operators.id", name=f"fk_{table}_{name}"), nullable=null)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    op.create_table(
        "operators",
        _id(),
        sa.Column("roles", sa.JSON(), nullable=False),
        _text("state"),
        _instant("created_at"),
        sa.Column("failures", sa.Integer(), nullable=False),
        _instant("locked_until", null=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _check("operators", "state", _one_of("state", "active", "removed")),
    )
    op.create_table(
        "operator_sessions",
        _id(),
        _operator("operator_sessions", "operator_id"),
        _instant("started_at"),
        _instant("last_at"),
        _instant("ended_at", null=True),
        _text("end", null=True),
        _check("operator_sessions", "end", f"end IS NULL OR {_one_of('end', *_ENDS)}"),
        _check("operator_sessions", "ended", "(end IS NULL) = (ended_at IS NULL)"),
    )
    op.create_index("ix_operator_sessions_started_at", "operator_sessions", ["started_at"])
    op.create_table(
        "approvals",
        _id(),
        _text("act"),
        _text("object_id"),
        _operator("approvals", "requested_by"),
        _instant("requested_at"),
        _operator("approvals", "decided_by", null=True),
        _instant("decided_at", null=True),
        _text("state"),
        _check("approvals", "act", _one_of("act", *_ACTS)),
        _check("approvals", "state", _one_of("state", "pending", "approved", "refused", "used")),
        _check("approvals", "two_people", "decided_by IS NULL OR decided_by <> requested_by"),
    )
    op.create_index("ix_approvals_state", "approvals", ["state"])
