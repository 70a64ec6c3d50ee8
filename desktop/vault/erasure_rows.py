"""The rows of erasures: their results, the intents that stand, and the ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.erasure import ErasureResult, LedgerEntry, SignedErasure, SubjectKind
from desktop.vault.markers import Markers
from desktop.vault.models import ErasureIntent, ErasureLedgerRow, ErasureRow
from desktop.vault.signing import SigningKey, canonical_json


def signed(result: ErasureResult, key: SigningKey) -> SignedErasure:
    signature = key.sign(canonical_json(result.to_values()))
    return SignedErasure(result, signature, key.public_key, key.fingerprint)


def intend(connection: Connection, erasure: SignedErasure, markers: Markers) -> None:
    """Record that the erasure has begun; a subject whose erasure stands already stays with that one."""
    connection.execute(insert(ErasureRow).values({**_row(erasure), "markers": markers.packed()}))
    result = erasure.result
    rows = [{"subject_id": each, "kind": result.kind.value, "erasure_id": result.id} for each in result.subjects]
    connection.execute(insert(ErasureIntent), rows)


def call_off(connection: Connection, erasure_id: str) -> None:
    connection.execute(delete(ErasureIntent).where(ErasureIntent.erasure_id == erasure_id))
    connection.execute(delete(ErasureRow).where(ErasureRow.id == erasure_id))


def save(connection: Connection, erasure: SignedErasure) -> None:
    """The newest result; the intents of a complete one are done with."""
    values: dict[str, object] = dict(_row(erasure))
    if erasure.result.complete:
        values["markers"] = None
        connection.execute(delete(ErasureIntent).where(ErasureIntent.erasure_id == erasure.result.id))
    connection.execute(update(ErasureRow).where(ErasureRow.id == erasure.result.id).values(values))


def enter_ledger(connection: Connection, entries: Sequence[LedgerEntry]) -> None:
    """Fine for subjects that are in it already."""
    rows = [
        {"subject_id": each.subject_id, "at": each.at, "epoch": each.epoch, "kind": each.kind.value} for each in entries
    ]
    if rows:
        connection.execute(insert(ErasureLedgerRow).on_conflict_do_nothing(), rows)


def standing(connection: Connection) -> list[str]:
    """Erasures that are not complete, oldest first."""
    query = select(ErasureRow.id).where(~ErasureRow.complete).order_by(ErasureRow.begun_at, ErasureRow.id)
    return list(connection.scalars(query))


def load(connection: Connection, erasure_id: str) -> tuple[ErasureResult, Markers | None]:
    """The newest result of an erasure, and what is still to be searched for."""
    row = connection.execute(select(ErasureRow.body, ErasureRow.markers).where(ErasureRow.id == erasure_id)).one()
    markers = None if row.markers is None else Markers.unpacked(row.markers)
    return ErasureResult.from_values(json.loads(row.body)), markers


def newest(connection: Connection, limit: int) -> list[tuple[ErasureResult, bytes]]:
    """Results with their signatures, newest first."""
    query = select(ErasureRow.body, ErasureRow.signature).order_by(ErasureRow.begun_at.desc()).limit(limit)
    return [(ErasureResult.from_values(json.loads(row.body)), row.signature) for row in connection.execute(query)]


def ledger(connection: Connection) -> list[LedgerEntry]:
    """Everybody who was erased, oldest first."""
    row = ErasureLedgerRow
    query = select(row.subject_id, row.at, row.epoch, row.kind).order_by(row.seq)
    return [
        LedgerEntry(each.subject_id, each.at, each.epoch, SubjectKind(each.kind)) for each in connection.execute(query)
    ]


def ledger_size(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(ErasureLedgerRow)) or 0


def _row(erasure: SignedErasure) -> dict[str, object]:
    result = erasure.result
    return {
        "id": result.id,
        "begun_at": result.begun_at,
        "complete": result.complete,
        "body": canonical_json(result.to_values()).decode(),
        "signature": erasure.signature,
    }
