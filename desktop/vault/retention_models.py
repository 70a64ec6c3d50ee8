"""The table of retention's runs (see desktop.vault.models)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from desktop.vault.columns import Instant
from desktop.vault.models import Base


class RetentionRunRow(Base):
    """Counts only. `ended_at` NULL: under way, or cut short."""

    __tablename__ = "retention_runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    started_by: Mapped[str]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    kept: Mapped[int]
    waits: Mapped[int]
    interruptions: Mapped[int]
