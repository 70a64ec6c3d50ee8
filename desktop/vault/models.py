"""The tables. Columns named `sealed` hold data that only the key of their person opens (desktop.vault.sealing).

What stays readable under the database key alone are random ids, times, states, counts and cameras.
No foreign key deletes by itself: a removal names every table it empties, and a forgotten one is an error.
Changes to this file need a migration beside those in `migrations/`; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Computed, ForeignKey, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from desktop.domain.backups import Schedule
from desktop.domain.cameras import SourceKind
from desktop.domain.consent import ConsentState
from desktop.domain.decision import Band
from desktop.domain.people import PersonKind
from desktop.domain.purposes import RECOGNITION
from desktop.vault.columns import Instant
from desktop.vault.setup import ErasureMode

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, kind: type[StrEnum]) -> str:
    """SQL condition that a column holds a value of the enumeration.

    Not `IN (...)`: SQLite builds a temporary B-tree for that list at every insert, which SQLCipher encrypts. It made
    inserting a sighting six times as slow (0.13 ms a row instead of 0.02).
    """
    return " OR ".join(f"{column} = {str(member)!r}" for member in kind)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class VaultState(Base):
    """One row: whose database this is, how often it has changed (see desktop.vault.anchor), and its public keys.

    `recovery_public`: raw X25519 key of the recovery code; None in a vault that has no code yet. `signing_public`: raw
    Ed25519 key; None in a vault of an earlier version until it is opened.
    """

    __tablename__ = "vault_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint(one_of("erasure_mode", ErasureMode), name="erasure_mode"),
    )
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    vault_id: Mapped[str]
    keyring_backend: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    changes: Mapped[int]
    mark: Mapped[str]
    recovery_public: Mapped[bytes | None]
    signing_public: Mapped[bytes | None]
    erasure_mode: Mapped[str] = mapped_column(server_default=ErasureMode.NORMAL.value)


class RowCount(Base):
    """Rows of each counted table, kept in the same transaction as the rows (see desktop.vault.anchor)."""

    __tablename__ = "row_counts"
    name: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


class Setting(Base):
    __tablename__ = "settings"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[object] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Person(Base):
    """`sealed`: name, contact and note. `last_contact`: the last sighting of those that are deleted."""

    __tablename__ = "people"
    __table_args__ = (CheckConstraint(one_of("kind", PersonKind), name="kind"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    enrolled_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes]
    last_contact: Mapped[datetime | None] = mapped_column(Instant)


class Photo(Base):
    """`own_key`: sealed under a key whose subject is the photo's id; otherwise under the person's."""

    __tablename__ = "photos"
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes]
    own_key: Mapped[bool] = mapped_column(server_default=text("0"))


class Template(Base):
    """`sealed`: the vector as little-endian float32."""

    __tablename__ = "templates"
    __table_args__ = (CheckConstraint("quality BETWEEN 0 AND 1", name="quality"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    model_id: Mapped[str]
    quality: Mapped[float]
    added_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes]


class ConsentEventRow(Base):
    """Append-only. The newest event of a person and a purpose has the highest `seq`: clocks can be set back.

    `operator_id` refers to nothing: events outlive whoever wrote them.
    """

    __tablename__ = "consent_events"
    __table_args__ = (
        CheckConstraint(one_of("state", ConsentState), name="state"),
        Index("ix_consent_events_person_id_seq", "person_id", "seq"),
        {"sqlite_autoincrement": True},
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    purpose: Mapped[str] = mapped_column(server_default=RECOGNITION)
    operator_id: Mapped[str | None]
    notice_id: Mapped[str | None] = mapped_column(ForeignKey("notices.id"))


class ConsentProofRow(Base):
    """`sealed`: how consent was given and in which language."""

    __tablename__ = "consent_proofs"
    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes]


class WatchlistAuthorityRow(Base):
    __tablename__ = "watchlist_authorities"
    __table_args__ = (CheckConstraint("valid_from < valid_until", name="period"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    valid_from: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime] = mapped_column(Instant)


class CameraRow(Base):
    """Not about a person: readable under the database key, which also protects the password in `address`."""

    __tablename__ = "cameras"
    __table_args__ = (CheckConstraint(one_of("kind", SourceKind), name="kind"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # order on the wall
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    repeats: Mapped[bool]
    fps: Mapped[float]
    area: Mapped[list[list[float]]] = mapped_column(JSON)
    notice_posted: Mapped[bool]
    enabled: Mapped[bool]


class SightingRow(Base):
    """Kept when its camera is removed; gone with its person."""

    __tablename__ = "sightings"
    __table_args__ = (
        CheckConstraint(one_of("band", Band), name="band"),
        CheckConstraint("(band = 'match') = (person_id IS NOT NULL)", name="named_match"),
        Index("ix_sightings_started_at", "started_at"),
        # Each row is in one of these two: strangers by their end, for retention; the others by whose they are.
        Index("ix_sightings_ended_at", "ended_at", sqlite_where=text("band <> 'match'")),
        Index("ix_sightings_person_id_ended_at", "person_id", "ended_at", sqlite_where=text("person_id IS NOT NULL")),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    camera_id: Mapped[str]
    band: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    score: Mapped[float | None]
    threshold: Mapped[float | None]


class ErasureRow(Base):
    """One erasure, of one subject or many. `body`: its newest result as canonical JSON, with `signature` over it.

    `markers`: what is still to be searched for, masked so that the row itself is not found; None once it is complete.
    """

    __tablename__ = "erasures"
    id: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(Instant)
    complete: Mapped[bool]
    body: Mapped[str]
    signature: Mapped[bytes]
    markers: Mapped[bytes | None]


class ErasureIntent(Base):
    """A subject whose erasure has begun and must be finished, also after a crash."""

    __tablename__ = "erasure_intents"
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    erasure_id: Mapped[str] = mapped_column(ForeignKey("erasures.id"), index=True)


class ErasureLedgerRow(Base):
    """Whoever was erased, for good: a restored backup erases them again. Triggers refuse changes and deletes."""

    __tablename__ = "erasure_ledger"
    __table_args__ = ({"sqlite_autoincrement": True},)
    seq: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    epoch: Mapped[int]
    kind: Mapped[str]


class BackupDestinationRow(Base):
    """A folder that takes copies of the vault (desktop.vault.backup). `error` is a code of our own."""

    __tablename__ = "backup_destinations"
    __table_args__ = (
        CheckConstraint(one_of("schedule", Schedule), name="schedule"),
        CheckConstraint("keep >= 1", name="keep"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(unique=True)
    keep: Mapped[int]
    schedule: Mapped[str]
    hour: Mapped[int]
    last_success: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None]
    companion_epoch: Mapped[int | None]


class BackupRow(Base):
    """What is known of a backup without looking: its folder may be out of reach."""

    __tablename__ = "backups"
    id: Mapped[str] = mapped_column(primary_key=True)
    destination_id: Mapped[str] = mapped_column(ForeignKey("backup_destinations.id"), index=True)
    folder: Mapped[str]
    at: Mapped[datetime] = mapped_column(Instant)
    size: Mapped[int]
    sha256: Mapped[str]
    verified_at: Mapped[datetime] = mapped_column(Instant)


def _read_out(name: str) -> Computed:
    """A field of the body; NULL where somebody put there what is no JSON."""
    return Computed(f"CASE WHEN json_valid(body) THEN json_extract(body, '$.{name}') END", persisted=False)


class AuditEntryRow(Base):
    """Append-only (triggers in the migration). `head` = SHA-256(previous head, body); the rest is read from `body`."""

    __tablename__ = "audit_entries"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    head: Mapped[bytes]
    at: Mapped[str | None] = mapped_column(_read_out("at"), index=True)
    action: Mapped[str | None] = mapped_column(_read_out("action"), index=True)
    actor: Mapped[str | None] = mapped_column(_read_out("actor"), index=True)
    object: Mapped[str | None] = mapped_column(_read_out("object"), index=True)


class AuditCheckpointRow(Base):
    """`body`: a signed statement of where the chain stood (see desktop.vault.audit_statement)."""

    __tablename__ = "audit_checkpoints"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    signature: Mapped[bytes]


class AuditPruneRow(Base):
    """Entries up to `seq` may be deleted; the signed `body` keeps the head of the last one."""

    __tablename__ = "audit_prunes"
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str]
    signature: Mapped[bytes]
