"""Who may not come back with a backup: the erased, and those whose key is nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.erasure import LedgerEntry, SubjectKind
from desktop.vault.audit import AuditLog
from desktop.vault.consent_models import CaptureDraftRow, ConsentArchiveRow
from desktop.vault.erasure_rows import enter_ledger
from desktop.vault.models import Person, Photo
from desktop.vault.operator_models import ApprovalRow, OperatorRow, OperatorSessionRow
from desktop.vault.sealing import Sealer
from desktop.vault.subjects import SUBJECTS


@dataclass(frozen=True, slots=True)
class Lost:
    """People who were in the backup: `erased` after it was made, `unreadable` because their key is nowhere.

    `operators`: those whose key is nowhere.
    """

    erased: int
    unreadable: int
    operators: int


def _delete_operator(connection: Connection, operator_id: str) -> None:
    of = ApprovalRow
    connection.execute(delete(of).where((of.requested_by == operator_id) | (of.decided_by == operator_id)))
    connection.execute(delete(OperatorSessionRow).where(OperatorSessionRow.operator_id == operator_id))
    connection.execute(delete(OperatorRow).where(OperatorRow.id == operator_id))


def _delete_keyless(connection: Connection, sealer: Sealer) -> None:
    """Photos, archived consents and unfinished conversations whose own key is nowhere."""
    owned = {
        SubjectKind.PHOTO: select(Photo.id).where(Photo.own_key),
        SubjectKind.ARCHIVE: select(ConsentArchiveRow.id),
        SubjectKind.DRAFT: select(CaptureDraftRow.id),
    }
    for kind, query in owned.items():
        SUBJECTS[kind].delete(connection, sorted(set(connection.scalars(query)) - sealer.subjects()))


def settle(connection: Connection, sealer: Sealer, ledger: Sequence[LedgerEntry], audit: AuditLog) -> Lost:
    """Delete them, bring the backup's own ledger up to date, and record the restore."""
    people = set(connection.scalars(select(Person.id)))
    for kind, tables in SUBJECTS.items():
        tables.delete(connection, [entry.subject_id for entry in ledger if entry.kind is kind])
    enter_ledger(connection, ledger)
    erased = people - set(connection.scalars(select(Person.id)))
    unreadable = people - erased - sealer.subjects()
    SUBJECTS[SubjectKind.PERSON].delete(connection, sorted(unreadable))
    _delete_keyless(connection, sealer)
    operators = set(connection.scalars(select(OperatorRow.id))) - sealer.subjects()
    for operator_id in operators:
        _delete_operator(connection, operator_id)
    detail = {"erased_again": len(erased), "unreadable": len(unreadable)}
    audit.append(connection, [AuditDraft(AuditAction.RESTORED, detail=detail)])
    return Lost(len(erased), len(unreadable), len(operators))
