"""Which packages were given out about somebody, and where they lay: an erasure deletes those on this computer."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from desktop.domain.erasure import SubjectKind
from desktop.domain.export import ExportCopy, ExportKind
from desktop.domain.ids import ExportId, PersonId
from desktop.vault.engine import Drafts
from desktop.vault.export_models import ExportRow
from desktop.vault.room import Room
from desktop.vault.sealing import SealBroken
from desktop.vault.subjects import SUBJECTS

EXPORTS = "exports"


class ExportRepository:
    """For any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def add(self, copy: ExportCopy, *, audit: Drafts = ()) -> None:
        """Remember a package. Raises PersonUnknown, also while the person is being erased."""
        room = self._room

        def work(live: Connection) -> None:
            people = SUBJECTS[SubjectKind.PERSON]
            people.demand(live, [copy.person_id])
            try:
                plain = json.dumps({"path": str(copy.path)}, ensure_ascii=False).encode()
                sealed = room.sealer.seal(EXPORTS, copy.id, copy.person_id, plain)
            except SealBroken:  # since a moment ago
                raise people.unknown from None
            values = {"id": copy.id, "person_id": copy.person_id, "at": copy.at, "kind": copy.kind.value}
            live.execute(insert(ExportRow).values(**values, sha256=copy.sha256, sealed=sealed))

        room.store.write(work, audit=audit).result()

    def list_for(self, person_id: PersonId) -> list[ExportCopy]:
        """All about one person, oldest first."""
        return self._room.store.read(lambda live: exports_of(live, self._room, person_id))

    def known(self, export_id: ExportId) -> bool:
        """Whether it is remembered; not, once its person was erased."""
        query = select(ExportRow.person_id).where(ExportRow.id == export_id)
        owner = self._room.store.read(lambda live: live.scalar(query))
        return owner is not None and owner not in self._room.gone

    def forget(self, export_id: ExportId, *, audit: Drafts = ()) -> None:
        """Its file is gone. Fine where it is forgotten already."""
        self._room.store.write(
            lambda live: live.execute(delete(ExportRow).where(ExportRow.id == export_id)), audit=audit
        ).result()


def exports_of(live: Connection, room: Room, person_id: PersonId) -> list[ExportCopy]:
    """All about one person, oldest first."""
    row = ExportRow
    query = select(row.id, row.at, row.kind, row.sha256, row.sealed).where(row.person_id == person_id)
    found = []
    for each in live.execute(query.order_by(row.at, row.id)):
        plain = room.open_sealed(EXPORTS, each.id, person_id, each.sealed)
        if plain is not None:
            path = Path(json.loads(plain)["path"])
            found.append(ExportCopy(ExportId(each.id), person_id, each.at, ExportKind(each.kind), path, each.sha256))
    return found
