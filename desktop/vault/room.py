"""What the repositories share: transactions, sealing, the names in memory, and who is being removed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from desktop.vault.engine import Store
from desktop.vault.name_index import NameIndex
from desktop.vault.sealing import SealBroken, Sealer


@dataclass(slots=True)
class Room:
    """`gone` holds the ids (random) of people whose removal has begun since the vault was opened. Their rows may still
    be met by a reader on an older snapshot, or because a full disk keeps them: they are treated as absent."""

    folder: Path
    store: Store
    sealer: Sealer
    ballast_bytes: int
    names: NameIndex = field(default_factory=NameIndex)
    gone: set[str] = field(default_factory=set)

    def open_sealed(self, table: str, row: str, person_id: str, sealed: bytes) -> bytes | None:
        """The plain field; None if the person is being removed. Raises SealBroken for damage."""
        if person_id in self.gone:
            return None
        try:
            return self.sealer.open(table, row, person_id, sealed)
        except SealBroken:
            if person_id in self.gone:  # since a moment ago
                return None
            raise
