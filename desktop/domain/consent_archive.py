"""What stays of a consent that was taken back, for as long as the controller must be able to prove it (GDPR 7(1))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ArchiveId, ConsentId, NoticeId, OperatorId, PersonId, ReceiptId
from desktop.domain.people import PersonKind
from desktop.domain.purposes import PurposeKey


@dataclass(frozen=True, slots=True)
class ArchivedConsent:
    """One consent record without anything of a face. Times are timezone-aware UTC. Its repr shows nothing personal.

    Attributes:
        person_id: who it was; nothing else in the vault has this id any more.
        proofs: plain JSON values of each proof (desktop.domain.consent_proof), oldest first.
        receipts: ids of those that were made of it: by them a receipt is known again.
        archived_at: when it was taken back.
        keep_until: on this day it is erased like anybody.
    """

    id: ArchiveId
    consent_id: ConsentId
    archived_at: datetime
    keep_until: datetime
    person_id: PersonId
    name: str = field(repr=False)
    kind: PersonKind
    events: tuple[ConsentEvent, ...]
    proofs: tuple[Mapping[str, Any], ...] = field(repr=False)
    receipts: tuple[ReceiptId, ...] = ()


def archive_values(
    name: str,
    kind: PersonKind,
    events: tuple[ConsentEvent, ...],
    proofs: tuple[Mapping[str, Any], ...],
    receipts: tuple[str, ...] = (),
) -> dict[str, Any]:
    """What is sealed of one record, as plain JSON values; `events` are of one person, at least one.

    The name stands alone: the proof of an erasure looks for the texts of the outermost values, which must be nowhere.
    """
    record = {
        "person_id": events[0].person_id,
        "kind": kind.value,
        "events": [_event_values(event) for event in events],
        "proofs": [dict(proof) for proof in proofs],
        "receipts": list(receipts),
    }
    return {"name": name, "record": record}


def archived_from(
    archive_id: str, consent_id: str, archived_at: datetime, keep_until: datetime, values: Mapping[str, Any]
) -> ArchivedConsent:
    """The reverse of `archive_values`. Raises KeyError, TypeError or ValueError."""
    record = values["record"]
    owner, person = ConsentId(consent_id), PersonId(record["person_id"])
    return ArchivedConsent(
        id=ArchiveId(archive_id),
        consent_id=owner,
        archived_at=archived_at,
        keep_until=keep_until,
        person_id=person,
        name=str(values["name"]),
        kind=PersonKind(record["kind"]),
        events=tuple(_event_from(owner, person, each) for each in record["events"]),
        proofs=tuple(record["proofs"]),
        receipts=tuple(map(ReceiptId, record.get("receipts", ()))),  # records of before have none
    )


def _event_values(event: ConsentEvent) -> dict[str, Any]:
    return {
        "purpose": event.purpose,
        "state": event.state.value,
        "at": event.at.isoformat(),
        "valid_until": None if event.valid_until is None else event.valid_until.isoformat(),
        "operator_id": event.operator_id,
        "notice_id": event.notice_id,
    }


def _event_from(consent_id: ConsentId, person_id: PersonId, values: Mapping[str, Any]) -> ConsentEvent:
    end, operator, notice = values["valid_until"], values["operator_id"], values["notice_id"]
    return ConsentEvent(
        consent_id=consent_id,
        person_id=person_id,
        state=ConsentState(values["state"]),
        at=datetime.fromisoformat(values["at"]),
        valid_until=None if end is None else datetime.fromisoformat(end),
        purpose=PurposeKey(values["purpose"]),
        operator_id=None if operator is None else OperatorId(operator),
        notice_id=None if notice is None else NoticeId(notice),
    )
