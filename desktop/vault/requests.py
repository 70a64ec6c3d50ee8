"""The register of people's requests. What was asked and written is sealed and goes with its person; that there was a
request, when and with what outcome, stays."""

from __future__ import annotations

import json
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from desktop.domain.erasure import SubjectKind
from desktop.domain.ids import OperatorId, PersonId, RequestId
from desktop.domain.requests import (
    Channel,
    RequestAct,
    RequestDetails,
    RequestEvent,
    RequestKind,
    RightsRequest,
)
from desktop.vault.engine import Drafts
from desktop.vault.errors import RequestChanged, RequestUnknown
from desktop.vault.request_models import RequestDetailsRow, RequestRow
from desktop.vault.room import Room
from desktop.vault.sealing import SealBroken
from desktop.vault.subjects import SUBJECTS

DETAILS: Final = "request_details"


class RequestRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, request: RightsRequest, *, audit: Drafts = ()) -> None:
        """A new one, with its details. Raises PersonUnknown, DiskFull."""
        room = self._room
        own_key = request.person_id is None

        def work(live: Connection) -> None:
            if request.person_id is not None:
                SUBJECTS[SubjectKind.PERSON].demand(live, [request.person_id])
            first = {"id": request.id, "registered_at": request.events[0].at}
            live.execute(insert(RequestRow).values(**first, **_open_part(request)))
            sealed = self._seal(request, own_key=own_key)
            details = {"id": request.id, "person_id": request.person_id, "own_key": own_key}
            live.execute(insert(RequestDetailsRow).values(**details, sealed=sealed))

        def task() -> None:
            if own_key:
                room.sealer.create([request.id])
            room.store.transact(work, audit=audit)

        room.store.call(task)

    def save(self, request: RightsRequest, *, audit: Drafts = ()) -> None:
        """What became of one that is there, as one change: request, details and audit entry, or nothing.

        `revision` is one above the stored one. Its details stay under the key they are under; where they were erased
        meanwhile, nothing is written of them.

        Raises RequestUnknown, RequestChanged, PersonUnknown.
        """

        def work(live: Connection) -> None:
            row = RequestRow
            stored = live.scalar(select(row.revision).where(row.id == request.id))
            if stored is None:
                raise RequestUnknown
            if stored != request.revision - 1:
                raise RequestChanged
            if request.person_id is not None:
                SUBJECTS[SubjectKind.PERSON].demand(live, [request.person_id])
            live.execute(update(row).where(row.id == request.id).values(**_open_part(request)))
            own_key = live.scalar(select(RequestDetailsRow.own_key).where(RequestDetailsRow.id == request.id))
            if own_key is not None and request.details is not None:
                values = {"person_id": request.person_id, "sealed": self._seal(request, own_key=own_key)}
                live.execute(update(RequestDetailsRow).where(RequestDetailsRow.id == request.id).values(**values))

        self._room.store.write(work, audit=audit).result()

    def get(self, request_id: RequestId) -> RightsRequest:
        """Raises RequestUnknown."""
        found = self._read([request_id])
        if not found:
            raise RequestUnknown
        return found[0]

    def list(self) -> List[RightsRequest]:
        """All, closed ones included, the newest first."""
        return self._read(None)

    def _read(self, ids: Sequence[str] | None) -> List[RightsRequest]:
        return self._room.store.read(lambda live: read_requests(live, self._room, ids))

    def _seal(self, request: RightsRequest, *, own_key: bool) -> bytes:
        assert request.details is not None
        texts = {str(number): event.text for number, event in enumerate(request.events) if event.text}
        plain = json.dumps({**asdict(request.details), "texts": texts}, ensure_ascii=False)
        subject = request.id if own_key else str(request.person_id)
        return self._room.sealer.seal(DETAILS, request.id, subject, plain.encode())


def requests_about(live: Connection, room: Room, person_id: PersonId) -> List[RightsRequest]:
    """All about one person, oldest first."""
    ids = select(RequestDetailsRow.id).where(RequestDetailsRow.person_id == person_id)
    return read_requests(live, room, [*live.scalars(ids)])[::-1]


def read_requests(live: Connection, room: Room, ids: Sequence[str] | None) -> List[RightsRequest]:
    """These, or all (None); the newest first."""
    of, details = RequestRow, RequestDetailsRow
    columns = (of.kind, of.channel, of.language, of.received_on, of.assignee, of.for_other, of.revision)
    query = select(of.id, *columns, of.events).order_by(of.registered_at.desc(), of.id)
    about = select(details.id, details.person_id, details.own_key, details.sealed)
    if ids is not None:
        query, about = query.where(of.id.in_(ids)), about.where(details.id.in_(ids))
    sealed = {row.id: row for row in live.execute(about)}
    found = []
    for row in live.execute(query):
        own = sealed.get(row.id)
        plain = None
        if own is not None and own.person_id not in room.gone:
            plain = _opened(room, row.id, row.id if own.own_key else str(own.person_id), own.sealed)
        details_, texts = _told(plain)
        found.append(
            RightsRequest(
                RequestId(row.id),
                RequestKind(row.kind),
                Channel(row.channel),
                row.language,
                date.fromisoformat(row.received_on),
                tuple(_event(each, texts.get(str(number), "")) for number, each in enumerate(row.events)),
                details_,
                None if plain is None or own is None or own.person_id is None else PersonId(own.person_id),
                None if row.assignee is None else OperatorId(row.assignee),
                row.for_other,
                row.revision,
            )
        )
    return found


def _opened(room: Room, request_id: str, subject: str, sealed: bytes) -> dict[str, Any] | None:
    try:
        plain = room.open_sealed(DETAILS, request_id, subject, sealed)
    except SealBroken:  # its key is nowhere: a restored backup from before an erasure
        return None
    return None if plain is None else dict(json.loads(plain))


def _open_part(request: RightsRequest) -> dict[str, Any]:
    return {
        "kind": request.kind.value,
        "channel": request.channel.value,
        "status": request.status.value,
        "language": request.language,
        "received_on": request.received_on.isoformat(),
        "assignee": request.assignee,
        "for_other": request.for_other,
        "revision": request.revision,
        "events": [
            {
                "act": each.act.value,
                "at": each.at.isoformat(),
                "on": each.on.isoformat(),
                "by": each.by,
                "detail": each.detail,
            }
            for each in request.events
        ],
    }


def _event(stored: dict[str, str], text: str) -> RequestEvent:
    return RequestEvent(
        RequestAct(stored["act"]),
        datetime.fromisoformat(stored["at"]),
        date.fromisoformat(stored["on"]),
        OperatorId(stored["by"]),
        stored["detail"],
        text,
    )


def _told(plain: dict[str, Any] | None) -> tuple[RequestDetails | None, dict[str, str]]:
    if plain is None:
        return None, {}
    texts = plain.pop("texts")
    return RequestDetails(**plain), texts
