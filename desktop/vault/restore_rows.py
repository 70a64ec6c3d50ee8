"""Who may not come back with a backup: the erased, and those whose key is nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.backups import Destination
from desktop.domain.erasure import SubjectKind
from desktop.vault.audit import AuditLog
from desktop.vault.consent_models import CaptureDraftRow, ConsentArchiveRow
from desktop.vault.destinations import planned, read_destinations
from desktop.vault.erasure_queue import drop_queue
from desktop.vault.erasure_rows import enter_ledger
from desktop.vault.lines import learn
from desktop.vault.models import BackupDestinationRow, Person, Photo
from desktop.vault.operator_models import ApprovalRow, OperatorRow, OperatorSessionRow
from desktop.vault.restore_keys import RestoreKeys
from desktop.vault.sealing import Sealer
from desktop.vault.subjects import SUBJECTS


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the backup's rows.

    Attributes:
        erased: people who were in the backup and were erased after it was made.
        unreadable: people who were in it and whose key is nowhere.
        operators: operators whose key is nowhere.
        keys: names of the keys that may not stay, where there are any.
        destinations: paths in the list now.
        destinations_added: those among them that the backup did not know.
    """

    erased: int
    unreadable: int
    operators: int
    keys: frozenset[str]
    destinations: tuple[str, ...]
    destinations_added: tuple[str, ...]


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


def _list_again(connection: Connection, destinations: Sequence[Destination]) -> tuple[str, ...]:
    """Wherever a companion may lie it must be written anew, also where the backup knew nothing of it yet: the paths."""
    table = BackupDestinationRow
    connection.execute(update(table).where(table.companion_epoch.is_not(None)).values(companion_epoch=0))
    added = []
    for one in destinations:
        listed = {value for row in connection.execute(select(table.id, table.path)) for value in row}
        if not listed & {one.id, one.plan.path}:
            values = {"path": one.plan.path, **planned(one.plan)}
            connection.execute(insert(table).values(id=one.id, companion_epoch=0, **values))
            added.append(one.plan.path)
    return tuple(added)


def settle(connection: Connection, sealer: Sealer, keys_found: RestoreKeys, audit: AuditLog) -> Settled:
    """Delete them, bring the backup's own ledger and list of destinations up to date, and record the restore."""
    people = set(connection.scalars(select(Person.id)))
    keys: set[str] = set()
    for kind, tables in SUBJECTS.items():
        subjects = [entry.subject_id for entry in keys_found.ledger if entry.kind is kind]
        keys |= tables.keys(connection, subjects)
        tables.delete(connection, subjects)
    enter_ledger(connection, keys_found.ledger)
    drop_queue(connection)
    erased = people - set(connection.scalars(select(Person.id)))
    unreadable = people - erased - sealer.subjects()
    SUBJECTS[SubjectKind.PERSON].delete(connection, sorted(unreadable))
    _delete_keyless(connection, sealer)
    operators = set(connection.scalars(select(OperatorRow.id))) - sealer.subjects()
    for operator_id in operators:
        _delete_operator(connection, operator_id)
    added = _list_again(connection, keys_found.destinations)
    listed = tuple(one.plan.path for one in read_destinations(connection))
    learn(connection, keys_found.epochs, begin=True)
    detail = {"erased_again": len(erased), "unreadable": len(unreadable)}
    audit.append(connection, [AuditDraft(AuditAction.RESTORED, detail=detail)])
    return Settled(len(erased), len(unreadable), len(operators), frozenset(keys), listed, added)
