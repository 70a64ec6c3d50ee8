"""Runs of retention, when somebody was last seen, and indices by which what is over is found at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("interruptions", sa.Integer(), nullable=False),
    )
    op.create_index("ix_retention_runs_begun_at", "retention_runs", ["begun_at"])
    op.add_column("people", sa.Column("last_contact", sa.BigInteger(), nullable=True))
    op.drop_index("ix_sightings_person_id", "sightings")
    op.create_index(
        "ix_sightings_person_id_ended_at",
        "sightings",
        ["person_id", "ended_at"],
        sqlite_where=sa.text("person_id IS NOT NULL"),
    )
    op.create_index("ix_sightings_ended_at", "sightings", ["ended_at"], sqlite_where=sa.text("band <> 'match'"))
    op.create_index("ix_passes_valid_until", "passes", ["valid_until"])
