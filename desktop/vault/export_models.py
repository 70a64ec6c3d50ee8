"""The table of packages that were given out (see desktop.vault.models)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.domain.export import ExportKind
from desktop.vault.columns import Instant
from desktop.vault.models import Base, one_of


class ExportRow(Base):
    """`sealed`: where the file was written; `sha256` (32 bytes) is of the file, so that it is found again by what it
    is."""

    __tablename__ = "exports"
    __table_args__ = (CheckConstraint(one_of("kind", ExportKind), name="kind"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str]
    sha256: Mapped[bytes]
    sealed: Mapped[bytes]
