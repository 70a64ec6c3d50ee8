"""Which tables hold what about a subject. The one list that preview, erasure and proof go by; a test compares it with
the foreign keys, so that no table is forgotten."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, delete, func, select

from desktop.domain.erasure import Category, SubjectKind
from desktop.vault.consent_models import CaptureDraftRow, ConsentArchiveRow, ReceiptRow, RestrictionRow
from desktop.vault.errors import ArchiveUnknown, DraftUnknown, OperatorUnknown, PersonUnknown, PhotoUnknown, VaultError
from desktop.vault.export_models import ExportRow
from desktop.vault.hold_models import HoldRow
from desktop.vault.models import (
    Base,
    ConsentEventRow,
    ConsentProofRow,
    ErasureIntent,
    Person,
    Photo,
    SightingRow,
    Template,
    WatchlistAuthorityRow,
)
from desktop.vault.operator_models import ApprovalRow, OperatorRow, OperatorSessionRow
from desktop.vault.request_models import RequestDetailsRow

_AT_ONCE = 500  # values in one statement


@dataclass(frozen=True, slots=True)
class Holding:
    """One table: the column that says whose a row is, and what its rows are.

    `ids_stay`: the audit log may name its rows, so that their ids are no markers. `texts`: what its fields hold once
    they are unsealed is JSON with texts in it, not a picture.
    """

    table: Table
    owner: Column[str]
    category: Category
    ids_stay: bool = False
    texts: bool = True

    @property
    def sealed(self) -> Column[bytes] | None:
        return self.table.c.get("sealed")

    @property
    def row_id(self) -> Column[str] | None:
        """The random id of a row, where there is one that must go with it."""
        found = self.table.c.get("id")
        return None if found is self.owner or self.ids_stay else found

    @property
    def own_key(self) -> Column[bool] | None:
        """Whether a row is sealed under a key whose subject is the row's id, in tables where it may be."""
        return self.table.c.get("own_key")


@dataclass(frozen=True, slots=True)
class SubjectTables:
    """Everything about one kind of subject; `root` comes last, because the others refer to it."""

    root: Holding
    others: tuple[Holding, ...]
    unknown: type[VaultError]

    @property
    def all(self) -> tuple[Holding, ...]:
        return (*self.others, self.root)

    def existing(self, connection: Connection, subjects: Sequence[str]) -> set[str]:
        owner = self.root.owner
        return {
            found for some in _parts(subjects) for found in connection.scalars(select(owner).where(owner.in_(some)))
        }

    def demand(self, connection: Connection, subjects: Sequence[str]) -> None:
        """Raise `unknown` unless all of them are there and nobody's erasure has begun."""
        begun = intended(connection)
        if set(subjects) - self.existing(connection, subjects) or begun.intersection(subjects):
            raise self.unknown

    def keys(self, connection: Connection, subjects: Sequence[str]) -> set[str]:
        """Whose keys must be destroyed: theirs, and those of rows about them that have keys of their own."""
        found = set(subjects)
        for holding in self.others:
            if holding.own_key is not None:
                query = select(holding.table.c.id).where(holding.own_key)
                for some in _parts(subjects):
                    found.update(connection.scalars(query.where(holding.owner.in_(some))))
        return found

    def count(self, connection: Connection, subjects: Sequence[str]) -> dict[Category, int]:
        """Rows about these subjects."""
        counts: Counter[Category] = Counter({holding.category: 0 for holding in reversed(self.all)})
        for holding in self.all:
            query = select(func.count()).select_from(holding.table)
            for some in _parts(subjects):
                counts[holding.category] += connection.scalar(query.where(holding.owner.in_(some))) or 0
        return dict(counts)

    def delete(self, connection: Connection, subjects: Sequence[str]) -> dict[Category, int]:
        """Delete every row about these subjects; how many they were."""
        gone: Counter[Category] = Counter({holding.category: 0 for holding in reversed(self.all)})
        for holding in self.all:
            for some in _parts(subjects):
                done = connection.execute(delete(holding.table).where(holding.owner.in_(some)))
                gone[holding.category] += done.rowcount
        return dict(gone)


def _held(
    row: type[Base], category: Category, owner: str = "person_id", *, ids_stay: bool = False, texts: bool = True
) -> Holding:
    table = row.__table__
    assert isinstance(table, Table)
    return Holding(table, table.c[owner], category, ids_stay, texts)


SUBJECTS: dict[SubjectKind, SubjectTables] = {
    SubjectKind.PERSON: SubjectTables(
        root=_held(Person, Category.DETAILS, "id"),
        others=(
            _held(Photo, Category.PHOTOS, ids_stay=True),
            _held(Template, Category.TEMPLATES),
            _held(ConsentEventRow, Category.CONSENT_EVENTS),
            _held(ConsentProofRow, Category.CONSENT_PROOFS),
            _held(WatchlistAuthorityRow, Category.AUTHORITIES),
            _held(SightingRow, Category.SIGHTINGS),
            _held(RestrictionRow, Category.RESTRICTIONS, ids_stay=True),
            _held(ReceiptRow, Category.RECEIPTS, ids_stay=True),
            _held(HoldRow, Category.HOLDS, ids_stay=True),
            _held(ExportRow, Category.EXPORTS, ids_stay=True),
            _held(RequestDetailsRow, Category.REQUESTS, ids_stay=True),
        ),
        unknown=PersonUnknown,
    ),
    # For when the audit log holds no more entries of theirs.
    SubjectKind.OPERATOR: SubjectTables(
        root=_held(OperatorRow, Category.DETAILS, "id"),
        others=(
            _held(OperatorSessionRow, Category.SESSIONS, "operator_id", ids_stay=True),
            _held(ApprovalRow, Category.APPROVALS, "requested_by", ids_stay=True),
            _held(ApprovalRow, Category.APPROVALS, "decided_by", ids_stay=True),
        ),
        unknown=OperatorUnknown,
    ),
    SubjectKind.DRAFT: SubjectTables(
        root=_held(CaptureDraftRow, Category.DRAFTS, "id"), others=(), unknown=DraftUnknown
    ),
    SubjectKind.ARCHIVE: SubjectTables(
        root=_held(ConsentArchiveRow, Category.ARCHIVE, "id"), others=(), unknown=ArchiveUnknown
    ),
    SubjectKind.PHOTO: SubjectTables(
        root=_held(Photo, Category.PHOTOS, "id", texts=False), others=(), unknown=PhotoUnknown
    ),
}


def intended(connection: Connection) -> set[str]:
    """Subjects whose erasure stands: their rows, where there are any left, are nobody's."""
    return set(connection.scalars(select(ErasureIntent.subject_id)))


def keyless(connection: Connection, has: Callable[[str], bool]) -> int:
    """How many subjects, and rows under keys of their own, have lost their key; those being erased do not count."""
    begun = intended(connection)
    lost: set[str] = set()
    for tables in SUBJECTS.values():
        if tables.root.own_key is None:
            lost.update(each for each in connection.scalars(select(tables.root.owner)) if not has(each))
        for holding in tables.others:
            if holding.own_key is not None:
                rows = connection.execute(select(holding.table.c.id, holding.owner).where(holding.own_key))
                lost.update(row for row, owner in rows if not has(row) and owner not in begun)
    return len(lost - begun)


def personal_texts(plain: bytes) -> list[str]:
    """The texts of a subject's unsealed fields."""
    return [value for value in json.loads(plain).values() if isinstance(value, str)]


def _parts(subjects: Sequence[str]) -> list[Sequence[str]]:
    return [subjects[start : start + _AT_ONCE] for start in range(0, len(subjects), _AT_ONCE)]
