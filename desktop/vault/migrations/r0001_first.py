"""First tables: people, photos, templates, consent, authorities, cameras, sightings, settings.

Enumerations are written out: a migration must not change when the program's enumerations do.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_STATES = (
    "ConsentUnknown",
    "ConsentRequested",
    "ConsentRequestDeferred",
    "ConsentRefused",
    "ConsentGiven",
    "RenewedConsentGiven",
    "ConsentWithdrawn",
    "ConsentExpired",
    "ConsentTerminated",
    "ConsentInvalidated",
)


def _one_of(column: str, *values: str) -> str:
    """Not `IN (...)`, which is six times as slow at every insert (see desktop.vault.models.one_of)."""
    return " OR ".join(f"{column} = {value!r}" for value in values)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _instant(name: str, *, null: bool = False) -> sa.Column[int]:
    """Microseconds since 1970 UTC."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _sealed() -> sa.Column[bytes]:
    return sa.Column("sealed", sa.LargeBinary(), nullable=False)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(), nullable=False, primary_key=True)


def _person(table: str, *, null: bool = False) -> sa.Column[str]:
    key = sa.ForeignKey("people.id", name=f"fk_{table}_person_id")
    return sa.Column("person_id", sa.String(), key, nullable=null)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def upgrade() -> None:
    _bookkeeping()
    _people()
    _consent()
    _cameras_and_sightings()


def _bookkeeping() -> None:
    op.create_table(
        "vault_state",
        sa.Column("id", sa.Integer(), nullable=False, primary_key=True, autoincrement=False),
        _text("vault_id"),
        _text("keyring_backend"),
        _instant("created_at"),
        sa.Column("changes", sa.Integer(), nullable=False),
        _text("mark"),
        _check("vault_state", "single", "id = 1"),
    )
    op.create_table(
        "row_counts",
        sa.Column("name", sa.String(), nullable=False, primary_key=True),
        sa.Column("amount", sa.Integer(), nullable=False),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False, primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
        _instant("changed_at"),
    )
    op.create_table(
        "removal_intents",
        sa.Column("person_id", sa.String(), nullable=False, primary_key=True),
        _instant("at"),
    )


def _people() -> None:
    op.create_table(
        "people",
        _id(),
        _text("kind"),
        _instant("enrolled_at"),
        _sealed(),
        _check("people", "kind", _one_of("kind", "employee", "contractor", "visitor")),
    )
    op.create_table("photos", _id(), _person("photos"), _instant("added_at"), _sealed())
    op.create_index("ix_photos_person_id", "photos", ["person_id"])
    op.create_table(
        "templates",
        _id(),
        _person("templates"),
        _text("model_id"),
        sa.Column("quality", sa.Double(), nullable=False),
        _instant("added_at"),
        _sealed(),
        _check("templates", "quality", "quality BETWEEN 0 AND 1"),
    )
    op.create_index("ix_templates_person_id", "templates", ["person_id"])


def _consent() -> None:
    op.create_table(
        "consent_events",
        sa.Column("seq", sa.Integer(), nullable=False, primary_key=True),
        _text("consent_id"),
        _person("consent_events"),
        _text("state"),
        _instant("at"),
        _instant("valid_until", null=True),
        _check("consent_events", "state", _one_of("state", *_STATES)),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consent_events_person_id_seq", "consent_events", ["person_id", "seq"])
    op.create_table("consent_proofs", _id(), _text("consent_id"), _person("consent_proofs"), _instant("at"), _sealed())
    op.create_index("ix_consent_proofs_person_id", "consent_proofs", ["person_id"])
    op.create_table(
        "watchlist_authorities",
        _id(),
        _person("watchlist_authorities"),
        _instant("valid_from"),
        _instant("valid_until"),
        _check("watchlist_authorities", "period", "valid_from < valid_until"),
    )
    op.create_index("ix_watchlist_authorities_person_id", "watchlist_authorities", ["person_id"])


def _cameras_and_sightings() -> None:
    op.create_table(
        "cameras",
        _id(),
        sa.Column("place", sa.Integer(), nullable=False),
        _text("name"),
        _text("kind"),
        _text("address"),
        sa.Column("repeats", sa.Boolean(), nullable=False),
        sa.Column("fps", sa.Double(), nullable=False),
        sa.Column("area", sa.JSON(), nullable=False),
        sa.Column("notice_posted", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _check("cameras", "kind", _one_of("kind", "usb", "rtsp", "video", "folder")),
    )
    op.create_table(
        "sightings",
        _id(),
        _text("camera_id"),
        _text("band"),
        _instant("started_at"),
        _instant("ended_at"),
        _person("sightings", null=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("threshold", sa.Double(), nullable=True),
        _check("sightings", "band", _one_of("band", "unknown", "possible", "match")),
        _check("sightings", "named_match", "(band = 'match') = (person_id IS NOT NULL)"),
    )
    op.create_index("ix_sightings_started_at", "sightings", ["started_at"])
    op.create_index("ix_sightings_person_id", "sightings", ["person_id"])
