"""The table of legal holds (see desktop.vault.models)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.domain.retention import Kept
from desktop.vault.columns import Instant
from desktop.vault.models import Base, one_of


class HoldRow(Base):
    """On one person, or on a category. `sealed`: reason and owner, under the person's key; under one of the hold's own,
    whose subject is its `id`, where it is on a category."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (category IS NULL)", name="on_one"),
        CheckConstraint("placed_at < ends_at", name="period"),
        CheckConstraint(f"category IS NULL OR {one_of('category', Kept)}", name="category"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    category: Mapped[str | None]
    placed_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    placed_by: Mapped[str]
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    sealed: Mapped[bytes]
