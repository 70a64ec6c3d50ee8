"""Notices with their texts and purposes, a purpose for every consent event, and what surrounds a consent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_BASES = ("consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests")
_CONDITIONS = ("none", "explicit_consent", "employment", "vital_interests", "legal_claims", "public_interest")


def _one_of(column: str, *values: str) -> str:
    """Not `IN (...)`, which is six times as slow at every insert (see desktop.vault.models.one_of)."""
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _integer(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    """Microseconds since 1970 UTC."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _sealed() -> sa.Column[bytes]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=True)


def _refers(table: str, name: str, target: str, *, primary_key: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey(target, name=f"fk_{table}_{name}")
    return sa.Column(name, sa.String(), key, nullable=False, primary_key=primary_key)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _notices()
    _published_stays()
    _around_a_consent()
    _events()
    # Pictures of before lie under their person's key.
    op.add_column("photos", sa.Column("own_key", sa.Boolean(), nullable=False, server_default=sa.text("0")))


def _notices() -> None:
    op.create_table(
        "notices",
        _id(),
        _integer("version"),
        _text("state"),
        _integer("revision"),
        _instant("changed_at"),
        _instant("published_at", null=True),
        _text("published_by", null=True),
        _instant("retired_at", null=True),
        _flag("ask_again"),
        sa.UniqueConstraint("version", name="uq_notices_version"),
        _check("notices", "state", _one_of("state", "draft", "published", "retired")),
        _check("notices", "published", "(state = 'draft') = (published_at IS NULL)"),
        _check("notices", "retired", "(state = 'retired') = (retired_at IS NOT NULL)"),
    )
    op.create_table(
        "notice_texts",
        _refers("notice_texts", "notice_id", "notices.id", primary_key=True),
        _id("language"),
        _text("title"),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(), nullable=True),
    )
    op.create_table(
        "purposes",
        _refers("purposes", "notice_id", "notices.id", primary_key=True),
        _id("key"),
        _integer("place"),
        _text("basis"),
        _text("condition"),
        _integer("retention_days"),
        _integer("validity_days", null=True),
        _flag("optional"),
        _check("purposes", "basis", _one_of("basis", *_BASES)),
        _check("purposes", "condition", _one_of("condition", *_CONDITIONS)),
    )


def _published_stays() -> None:
    """Of a published version nothing changes but that it is retired."""
    refused = "BEGIN SELECT RAISE(ABORT, 'a published notice stays as it is'); END"
    op.execute(
        "CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices WHEN OLD.state <> 'draft' AND NOT "
        "(OLD.state = 'published' AND NEW.state = 'retired' AND NEW.id = OLD.id AND NEW.version = OLD.version "
        "AND NEW.revision = OLD.revision AND NEW.changed_at = OLD.changed_at AND NEW.published_at = OLD.published_at "
        f"AND NEW.published_by IS OLD.published_by AND NEW.ask_again = OLD.ask_again) {refused}"
    )
    op.execute(f"CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices WHEN OLD.state <> 'draft' {refused}")
    for table in ("notice_texts", "purposes"):
        frozen = "EXISTS (SELECT 1 FROM notices WHERE id = OLD.notice_id AND state <> 'draft')"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} WHEN {frozen} {refused}")


def _around_a_consent() -> None:
    op.create_table(
        "restrictions",
        _id(),
        _refers("restrictions", "person_id", "people.id"),
        _instant("valid_from"),
        _instant("valid_until", null=True),
        _instant("lifted_at", null=True),
        _check("restrictions", "period", "valid_until IS NULL OR valid_from < valid_until"),
    )
    op.create_index("ix_restrictions_person_id", "restrictions", ["person_id"])
    op.create_table(
        "receipts",
        _id(),
        _text("consent_id"),
        _refers("receipts", "person_id", "people.id"),
        _instant("at"),
        _instant("superseded_at", null=True),
    )
    op.create_index("ix_receipts_consent_id", "receipts", ["consent_id"])
    op.create_index("ix_receipts_person_id", "receipts", ["person_id"])
    op.create_table(
        "capture_drafts",
        _id(),
        _text("operator_id", null=True),
        _instant("begun_at"),
        _instant("changed_at"),
        _sealed(),
    )
    op.create_table(
        "consent_archive",
        _id(),
        _text("consent_id"),
        _instant("archived_at"),
        _instant("keep_until"),
        _sealed(),
    )
    op.create_index("ix_consent_archive_consent_id", "consent_archive", ["consent_id"])
    op.create_index("ix_consent_archive_keep_until", "consent_archive", ["keep_until"])
    op.create_table(
        "passes",
        _id(),
        _instant("issued_at"),
        _instant("valid_until"),
        _instant("revoked_at", null=True),
        _check("passes", "period", "issued_at < valid_until"),
    )
    op.create_index("ix_passes_issued_at", "passes", ["issued_at"])


def _events() -> None:
    """Every event of before was about recognition. Columns are added in place: a copied table would lose its order."""
    op.add_column("consent_events", sa.Column("purpose", sa.String(), nullable=False, server_default="recognition"))
    op.add_column("consent_events", _text("operator_id", null=True))
    op.execute(
        "ALTER TABLE consent_events ADD COLUMN notice_id VARCHAR "
        "CONSTRAINT fk_consent_events_notice_id REFERENCES notices (id)"
    )
