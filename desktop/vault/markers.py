"""Byte strings that belong to a subject alone, by which the proof of an erasure searches.

Stored markers are pieces of the sealed fields and random ids of rows: they are there before the erasure and must be
gone after it. Plain markers are name, contact and note as they would stand in an unsealed field: they must never be
there.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

from sqlalchemy import JSON, Connection, LargeBinary, String, cast, func, literal, or_, select, text

from desktop.domain.erasure import LeftOut
from desktop.vault.models import Base
from desktop.vault.sealing import SealBroken, Sealer
from desktop.vault.subjects import Holding, SubjectTables, personal_texts

MOST_PER_SUBJECT = 20
_FEWEST_PER_SUBJECT = 3
_MOST_IN_ALL = 3000
_PIECE = 24  # bytes of a sealed field; a chance hit in 1 TB has the odds 2^-152
_SEALED_START = 5  # format and epoch of a sealed field are the same for many
_SHORTEST_TEXT = 6  # bytes
_ROWS = 3  # rows of one table that give markers
_ENCODINGS = ("utf-8", "utf-16-le")
_MASK = 32


@dataclass(slots=True)
class Markers:
    """What is searched for. No marker is part of another subject's data. Its repr, which may be logged, shows none."""

    stored: set[bytes] = field(default_factory=set, repr=False)
    plain: set[bytes] = field(default_factory=set, repr=False)
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    seen_before: int = 0

    @property
    def all(self) -> set[bytes]:
        return self.stored | self.plain

    def settle(self, connection: Connection, tables: Collection[SubjectTables], seen: Collection[bytes]) -> None:
        """Keep what can prove something, given what a search before the erasure has seen."""
        unseen = self.stored.difference(seen)
        shared = {each for each in self.plain.intersection(seen) if _in_other_rows(connection, tables, each)}
        self.stored -= unseen
        self.plain -= shared
        self.left_out[LeftOut.UNSEEN] += len(unseen)
        self.left_out[LeftOut.SHARED] += len(shared)
        self.seen_before = len(self.all.intersection(seen))

    def packed(self) -> bytes:
        """For the time until the erasure is complete, and masked so that a search does not find this copy.

        Plain markers are never written down.
        """
        content = {
            "stored": [each.hex() for each in sorted(self.stored)],
            "plain": len(self.plain),
            "left_out": {reason.value: amount for reason, amount in self.left_out.items()},
        }
        mask = os.urandom(_MASK)
        return mask + _masked(json.dumps(content).encode(), mask)

    @staticmethod
    def unpacked(data: bytes) -> Markers:
        content = json.loads(_masked(data[_MASK:], data[:_MASK]))
        stored = {bytes.fromhex(each) for each in content["stored"]}
        left_out = Counter({LeftOut(name): amount for name, amount in content["left_out"].items()})
        left_out[LeftOut.INTERRUPTED] += content["plain"]
        return Markers(stored, set(), left_out, len(stored))


def collect(connection: Connection, sealer: Sealer, tables: SubjectTables, subjects: Sequence[str]) -> Markers:
    """Up to 20 markers a subject; fewer of each where there are many."""
    markers = Markers()
    most = max(_FEWEST_PER_SUBJECT, min(MOST_PER_SUBJECT, _MOST_IN_ALL // len(subjects)))
    for subject in subjects:
        plain = _plain(connection, sealer, tables.root, subject, markers.left_out)
        markers.plain |= set(plain[:most])
        markers.stored |= set(islice(_stored(connection, tables, subject), max(0, most - len(plain))))
    return markers


def _plain(
    connection: Connection, sealer: Sealer, root: Holding, subject: str, left_out: Counter[LeftOut]
) -> list[bytes]:
    if root.sealed is None or not root.texts:
        return []
    found: list[bytes] = []
    for sealed in connection.scalars(select(root.sealed).where(root.owner == subject)):
        try:
            texts = personal_texts(sealer.open(root.table.name, subject, subject, sealed))
        except SealBroken:  # damaged: there is nothing that could stand anywhere in plain
            continue
        encoded = [each.encode(encoding) for each in texts if each for encoding in _ENCODINGS]
        long = [each for each in encoded if len(each) >= _SHORTEST_TEXT]
        left_out[LeftOut.SHORT] += len(encoded) - len(long)
        found += long
    return found


def _stored(connection: Connection, tables: SubjectTables, subject: str) -> Iterator[bytes]:
    """Markers of all tables in turn, so that a limit leaves some of each."""
    sources = [list(_of_table(connection, holding, subject)) for holding in reversed(tables.all)]
    for place in range(max(map(len, sources), default=0)):
        yield from (source[place] for source in sources if place < len(source))


def _of_table(connection: Connection, holding: Holding, subject: str) -> Iterator[bytes]:
    columns = [column for column in (holding.sealed, holding.row_id) if column is not None]
    if not columns:
        return
    for row in connection.execute(select(*columns).where(holding.owner == subject).limit(_ROWS)):
        for value in row:
            yield from _pieces(value) if isinstance(value, bytes) else (value.encode(),)


def _pieces(sealed: bytes) -> Iterator[bytes]:
    """Beginning, middle and end: one of them may cross the edge of a page."""
    for start in (_SEALED_START, (len(sealed) - _PIECE) // 2, len(sealed) - _PIECE):
        if start >= _SEALED_START:
            yield sealed[start : start + _PIECE]


def _in_other_rows(connection: Connection, tables: Collection[SubjectTables], marker: bytes) -> bool:
    """Whether texts that are not about a subject, or the schema, hold the marker too."""
    owned = {holding.table.name for one in tables for holding in one.all}
    schema = "SELECT 1 FROM sqlite_master WHERE instr(CAST(sql AS BLOB), :marker) LIMIT 1"
    if connection.scalar(text(schema), {"marker": marker}):
        return True
    for table in Base.metadata.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, String | JSON)]
        if table.name not in owned and texts:
            holds = [func.instr(cast(column, LargeBinary), literal(marker)) > 0 for column in texts]
            if connection.scalar(select(literal(1)).select_from(table).where(or_(*holds)).limit(1)):
                return True
    return False


def _masked(data: bytes, mask: bytes) -> bytes:
    return bytes(byte ^ other for byte, other in zip(data, cycle(mask), strict=False))
