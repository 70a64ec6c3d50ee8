"""What the repositories share: transactions, sealing, the names in memory, and who is being removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.vault.engine import Store
from desktop.vault.name_index import NameIndex
from desktop.vault.sealing import SealBroken, Sealer


@dataclass(slots=True)
class Room:
    """`gone` holds the ids of people removed since the vault was opened (random ids only): a reader on an older
    snapshot may still meet their rows, whose key is already destroyed."""

    folder: Path
    store: Store
    sealer: Sealer
    names: NameIndex = field(default_factory=NameIndex)
    gone: set[str] = field(default_factory=set)

    def open_sealed(self, table: str, row: str, person_id: str, sealed: bytes) -> bytes | None:
        """The plain field; None if the person was removed meanwhile. Raises SealBroken for damage."""
        try:
            return self.sealer.open(table, row, person_id, sealed)
        except SealBroken:
            if person_id in self.gone:
                return None
            raise
