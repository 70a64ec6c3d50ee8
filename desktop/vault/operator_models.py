"""The tables of operators, their sessions and approvals (see desktop.vault.models)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.domain.operators import ApprovalState, OperatorState, SessionEnd
from desktop.domain.permissions import TwoPersonAct
from desktop.vault.columns import Instant
from desktop.vault.models import Base, one_of


class OperatorRow(Base):
    """`sealed`: name, login name and password hash, under the operator's own key. Never deleted, only removed."""

    __tablename__ = "operators"
    __table_args__ = (CheckConstraint(one_of("state", OperatorState), name="state"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    roles: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    sealed: Mapped[bytes]


class OperatorSessionRow(Base):
    __tablename__ = "operator_sessions"
    __table_args__ = (
        CheckConstraint(f"end IS NULL OR {one_of('end', SessionEnd)}", name="end"),
        CheckConstraint("(end IS NULL) = (ended_at IS NULL)", name="ended"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id"))
    started_at: Mapped[datetime] = mapped_column(Instant, index=True)
    last_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end: Mapped[str | None]


class ApprovalRow(Base):
    """A two-person act that was asked for; `object_id` is random."""

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint(one_of("act", TwoPersonAct), name="act"),
        CheckConstraint(one_of("state", ApprovalState), name="state"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requested_by", name="two_people"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str]
    object_id: Mapped[str]
    requested_by: Mapped[str] = mapped_column(ForeignKey("operators.id"))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("operators.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(index=True)
