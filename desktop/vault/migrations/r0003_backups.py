"""Backup destinations, and the backups that were made there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "backup_destinations",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("keep", sa.Integer(), nullable=False),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("last_success", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("companion_epoch", sa.Integer(), nullable=True),
        sa.UniqueConstraint("path", name="uq_backup_destinations_path"),
        sa.CheckConstraint(
            "schedule = 'off' OR schedule = 'daily' OR schedule = 'weekly'", name="ck_backup_destinations_schedule"
        ),
        sa.CheckConstraint("keep >= 1", name="ck_backup_destinations_keep"),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="ck_backup_destinations_hour"),
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("destination_id", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"], ["backup_destinations.id"], name="fk_backups_destination_id_backup_destinations"
        ),
    )
    op.create_index("ix_backups_destination_id", "backups", ["destination_id"])
