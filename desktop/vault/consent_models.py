"""The tables of notices and of what surrounds a consent (see desktop.vault.models).

What is published stays as it is: triggers in the migration refuse every change of it but retiring.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.domain.notices import NoticeState
from desktop.domain.purposes import LawfulBasis, SpecialCondition
from desktop.vault.columns import Instant
from desktop.vault.models import Base, one_of


class NoticeRow(Base):
    """A version of what people are told. `revision` rises with every edit of a draft."""

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(one_of("state", NoticeState), name="state"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str]
    revision: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    published_by: Mapped[str | None]
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    ask_again: Mapped[bool]


class NoticeTextRow(Base):
    """One language. `purposes`: title and explanation by the purpose's key. `text_hash`: set by publishing."""

    __tablename__ = "notice_texts"
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    paragraphs: Mapped[list[str]] = mapped_column(JSON)
    purposes: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    text_hash: Mapped[bytes | None]


class PurposeRow(Base):
    """The facts of a purpose in one version of the notice."""

    __tablename__ = "purposes"
    __table_args__ = (
        CheckConstraint(one_of("basis", LawfulBasis), name="basis"),
        CheckConstraint(one_of("condition", SpecialCondition), name="condition"),
    )
    notice_id: Mapped[str] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]  # order in which people are asked
    basis: Mapped[str]
    condition: Mapped[str]
    retention_days: Mapped[int]
    validity_days: Mapped[int | None]
    optional: Mapped[bool]


class RestrictionRow(Base):
    """Kept, but not matched (GDPR 18)."""

    __tablename__ = "restrictions"
    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name="period"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    valid_from: Mapped[datetime] = mapped_column(Instant)
    valid_until: Mapped[datetime | None] = mapped_column(Instant)
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)


class ReceiptRow(Base):
    """A receipt that was handed out; another one of the same record supersedes it."""

    __tablename__ = "receipts"
    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    superseded_at: Mapped[datetime | None] = mapped_column(Instant)


class CaptureDraftRow(Base):
    """A conversation under way. `id` is the future person's, under whose key `sealed` lies; no picture of a face and
    nothing computed from one."""

    __tablename__ = "capture_drafts"
    id: Mapped[str] = mapped_column(primary_key=True)
    operator_id: Mapped[str | None]
    begun_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    sealed: Mapped[bytes]


class ConsentArchiveRow(Base):
    """What proves a consent that was taken back. `sealed` lies under a key of its own, whose subject is `id`."""

    __tablename__ = "consent_archive"
    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(index=True)
    archived_at: Mapped[datetime] = mapped_column(Instant)
    keep_until: Mapped[datetime] = mapped_column(Instant, index=True)
    sealed: Mapped[bytes]


class PassRow(Base):
    """A visitor's pass: no name and nothing of a face."""

    __tablename__ = "passes"
    __table_args__ = (CheckConstraint("issued_at < valid_until", name="period"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    issued_at: Mapped[datetime] = mapped_column(Instant, index=True)
    valid_until: Mapped[datetime] = mapped_column(Instant, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
