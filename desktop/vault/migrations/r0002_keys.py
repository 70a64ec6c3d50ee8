"""Public keys of the vault, and how it erases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_MODES = "erasure_mode = 'normal' OR erasure_mode = 'strict'"


def upgrade() -> None:
    # The copied table would lose its CHECK constraint: it is not read back from the database.
    kept = (sa.CheckConstraint("id = 1", name=op.f("ck_vault_state_single")),)
    with op.batch_alter_table("vault_state", recreate="always", table_args=kept) as state:
        state.add_column(sa.Column("recovery_public", sa.LargeBinary(), nullable=True))
        state.add_column(sa.Column("signing_public", sa.LargeBinary(), nullable=True))
        state.add_column(sa.Column("erasure_mode", sa.String(), nullable=False, server_default="normal"))
        state.create_check_constraint(op.f("ck_vault_state_erasure_mode"), _MODES)
