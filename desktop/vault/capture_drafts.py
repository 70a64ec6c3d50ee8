"""Conversations under way, each sealed under the future person's own key. They go with that key (SubjectKind.DRAFT)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from desktop.domain.ids import OperatorId, PersonId
from desktop.vault.consent_models import CaptureDraftRow
from desktop.vault.room import Room
from desktop.vault.sealing import SealBroken

_TABLE = "capture_drafts"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """`values`: the draft as it was given; None where its key is gone (a restored backup) or it is damaged."""

    id: PersonId
    operator_id: OperatorId | None
    begun_at: datetime
    values: Mapping[str, Any] | None = field(repr=False)


class CaptureDraftRepository:
    """For any thread but the GUI's; `save` returns when the draft is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def save(self, draft: StoredDraft, at: datetime) -> None:
        """Write a draft, or its newer state; the first one makes the key. `at` is now. Raises DiskFull."""
        room = self._room

        def work(connection: Connection) -> None:
            plain = json.dumps(draft.values, ensure_ascii=False).encode()
            sealed = room.sealer.seal(_TABLE, draft.id, draft.id, plain)
            changed = {"operator_id": draft.operator_id, "changed_at": at, "sealed": sealed}
            row = insert(CaptureDraftRow).values(id=draft.id, begun_at=draft.begun_at, **changed)
            connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=changed))

        def task() -> None:
            if not room.sealer.has(draft.id):
                room.sealer.create([draft.id])
            room.store.transact(work)

        room.store.call(task)

    def list(self) -> list[StoredDraft]:
        """All, oldest first."""
        row = CaptureDraftRow
        query = select(row.id, row.operator_id, row.begun_at, row.sealed).order_by(row.begun_at)
        found = self._room.store.read(lambda connection: connection.execute(query).all())
        return [
            StoredDraft(
                PersonId(each.id),
                None if each.operator_id is None else OperatorId(each.operator_id),
                each.begun_at,
                self._opened(each.id, each.sealed),
            )
            for each in found
            if each.id not in self._room.gone
        ]

    def _opened(self, draft_id: str, sealed: bytes) -> Mapping[str, Any] | None:
        try:
            plain = self._room.open_sealed(_TABLE, draft_id, draft_id, sealed)
        except SealBroken:
            return None
        return None if plain is None else dict(json.loads(plain))


def delete_draft(connection: Connection, person_id: PersonId) -> None:
    """The conversation became a person; its key stays, for it is theirs."""
    connection.execute(delete(CaptureDraftRow).where(CaptureDraftRow.id == person_id))
