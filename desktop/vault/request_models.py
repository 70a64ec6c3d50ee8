"""The tables of people's requests (see desktop.vault.models).

The request itself holds ids, times and states, and stays as the proof that it was dealt with. What it is about goes
with its person.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from desktop.domain.requests import Channel, RequestKind, RequestStatus
from desktop.vault.columns import Instant
from desktop.vault.models import Base, one_of


class RequestRow(Base):
    """`received_on`: a calendar day, ISO 8601. `events`: without what was written, which is in the details."""

    __tablename__ = "rights_requests"
    __table_args__ = (
        CheckConstraint(one_of("kind", RequestKind), name="kind"),
        CheckConstraint(one_of("channel", Channel), name="channel"),
        CheckConstraint(one_of("status", RequestStatus), name="status"),
    )
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    channel: Mapped[str]
    status: Mapped[str]
    language: Mapped[str]
    received_on: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(Instant)
    assignee: Mapped[str | None]
    for_other: Mapped[bool]
    revision: Mapped[int]
    events: Mapped[list[dict[str, str]]] = mapped_column(JSON)


class RequestDetailsRow(Base):
    """`sealed`: who asks, what for, and what was written; under the person's key, or with `own_key` under one of the
    request's own, whose subject is `id`: the person was not known yet."""

    __tablename__ = "request_details"
    __table_args__ = (CheckConstraint("own_key OR person_id IS NOT NULL", name="key"),)
    id: Mapped[str] = mapped_column(ForeignKey("rights_requests.id"), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"), index=True)
    own_key: Mapped[bool]
    sealed: Mapped[bytes]
