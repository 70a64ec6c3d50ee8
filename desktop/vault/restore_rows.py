"""Who may not come back with a backup: the erased, and those whose key is nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.ids import PersonId
from desktop.vault.audit import AuditLog
from desktop.vault.models import Person
from desktop.vault.records import JsonValue
from desktop.vault.removal import delete_rows
from desktop.vault.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Lost:
    """People who were in the backup: `erased` after it was made, `unreadable` because their key is nowhere."""

    erased: int
    unreadable: int


def settle(connection: Connection, sealer: Sealer, ledger: Sequence[JsonValue], audit: AuditLog) -> Lost:
    """Delete them, and record the restore."""
    people = set(connection.scalars(select(Person.id)))
    erased = people & set(map(str, ledger))
    unreadable = people - erased - sealer.subjects()
    for person_id in erased | unreadable:
        delete_rows(connection, PersonId(person_id))
    detail = {"erased_again": len(erased), "unreadable": len(unreadable)}
    audit.append(connection, [AuditDraft(AuditAction.RESTORED, detail=detail)])
    return Lost(len(erased), len(unreadable))
