"""What the repositories share: transactions, sealing, the names in memory, and who is being removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    def open_many(self, table: str, fields: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The person and the plain field of each of these (row, person, sealed), people being removed left out.

        Raises SealBroken for damage.
        """
        wanted = (field for field in fields if field[1] not in self.gone)
        for person_id, plain in self.sealer.open_many(table, wanted):
            if plain is not None:
                yield person_id, plain
            elif person_id not in self.gone:  # since a moment ago
                raise SealBroken
