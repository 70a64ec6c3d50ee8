"""Packages that were given out, so that an erasure finds those on this computer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("person_id", sa.String(), sa.ForeignKey("people.id", name="fk_exports_person_id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),  # microseconds since 1970 UTC
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind = 'access' OR kind = 'portability'", name=op.f("ck_exports_kind")),
    )
    op.create_index("ix_exports_person_id", "exports", ["person_id"])
