"""People's requests about their data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_KINDS = (
    "access",
    "portability",
    "rectification",
    "erasure",
    "restriction",
    "objection",
    "withdrawal",
    "complaint",
)
_CHANNELS = ("desk", "letter", "email", "telephone", "form")
_STATUS = ("open", "paused", "answered", "refused")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return " OR ".join(f"{column} = {each!r}" for each in values)


def upgrade() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("received_on", sa.String(), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("for_other", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.CheckConstraint(_one_of("kind", _KINDS), name=op.f("ck_rights_requests_kind")),
        sa.CheckConstraint(_one_of("channel", _CHANNELS), name=op.f("ck_rights_requests_channel")),
        sa.CheckConstraint(_one_of("status", _STATUS), name=op.f("ck_rights_requests_status")),
    )
    op.create_table(
        "request_details",
        sa.Column(
            "id",
            sa.String(),
            sa.ForeignKey("rights_requests.id", name="fk_request_details_id"),
            nullable=False,
            primary_key=True,
        ),
        sa.Column(
            "person_id", sa.String(), sa.ForeignKey("people.id", name="fk_request_details_person_id"), nullable=True
        ),
        sa.Column("own_key", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("own_key OR person_id IS NOT NULL", name=op.f("ck_request_details_key")),
    )
    op.create_index("ix_request_details_person_id", "request_details", ["person_id"])
