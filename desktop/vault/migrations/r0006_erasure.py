"""Erasures with their results, intents instead of removal intents, and the ledger that only grows."""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
changes_rows = ("removal_intents",)  # they become erasures


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("markers", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "erasure_intents",
        sa.Column("subject_id", sa.String(), nullable=False, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "erasure_id",
            sa.String(),
            sa.ForeignKey("erasures.id", name="fk_erasure_intents_erasure_id"),
            nullable=False,
        ),
    )
    op.create_index("ix_erasure_intents_erasure_id", "erasure_intents", ["erasure_id"])
    op.create_table(
        "erasure_ledger",
        sa.Column("seq", sa.Integer(), nullable=False, primary_key=True),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.UniqueConstraint("subject_id", name="uq_erasure_ledger_subject_id"),
        sqlite_autoincrement=True,
    )
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER erasure_ledger_no_{change.lower()} BEFORE {change} ON erasure_ledger "
            "BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END"
        )
    _carry_intents_over()
    op.drop_table("removal_intents")


def _carry_intents_over() -> None:
    """A removal that a crash interrupted under the former version becomes an erasure that is finished at opening."""
    live = op.get_bind()
    vault_id = live.scalar(sa.text("SELECT vault_id FROM vault_state"))
    for person_id, at in live.execute(sa.text("SELECT person_id, at FROM removal_intents")).all():
        erasure_id = str(uuid.uuid4())
        moment = live.scalar(sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%S', :s, 'unixepoch')"), {"s": at // 1_000_000})
        body = {
            "document": "consentry erasure result",
            "version": 1,
            "id": erasure_id,
            "vault": vault_id,
            "kind": "person",
            "subjects": [person_id],
            "reason": "request",
            "requested_by": "system",
            "begun_at": f"{moment}+00:00",
            "ended_at": f"{moment}+00:00",
            "epoch_before": 0,
            "epoch_after": 0,
            "erased": {},
            "stays": [],
            "proof": None,
            "unreachable": [],
            "status": "incomplete",
            "missing": ["rows", "proof"],
        }
        row = {"id": erasure_id, "at": at, "body": json.dumps(body), "person": person_id}
        live.execute(sa.text("INSERT INTO erasures VALUES (:id, :at, 0, :body, x'', NULL)"), row)
        live.execute(sa.text("INSERT INTO erasure_intents VALUES (:person, 'person', :id)"), row)
