"""Legal holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_CATEGORIES = ("strangers", "sightings", "photos", "people", "archive", "drafts", "passes", "audit")


def upgrade() -> None:
    one_of = " OR ".join(f"category = {each!r}" for each in _CATEGORIES)
    op.create_table(
        "legal_holds",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("person_id", sa.String(), sa.ForeignKey("people.id", name="fk_legal_holds_person_id"), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (category IS NULL)", name=op.f("ck_legal_holds_on_one")),
        sa.CheckConstraint("placed_at < ends_at", name=op.f("ck_legal_holds_period")),
        sa.CheckConstraint(f"category IS NULL OR {one_of}", name=op.f("ck_legal_holds_category")),
    )
    op.create_index("ix_legal_holds_person_id", "legal_holds", ["person_id"])
