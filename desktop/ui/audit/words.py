"""Plain words for what the audit log holds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.audit import SYSTEM, UNREADABLE, AuditAction
from desktop.domain.audit_verdict import FAULT_TEXTS, INTACT, NOT_INTACT, OTHER_SIGNER, Signer, Verdict
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.permissions import Role
from desktop.services.audit import AuditRow
from desktop.ui import texts

ACTIONS: Mapping[AuditAction, str] = {
    AuditAction.PERSON_VIEWED: T("audit", "Looked at a person"),
    AuditAction.PEOPLE_SEARCHED: T("audit", "Listed or searched people"),
    AuditAction.FACE_REVEALED: T("audit", "Revealed a face"),
    AuditAction.PERSON_ENROLLED: T("audit", "Enrolled a person"),
    AuditAction.PERSON_CHANGED: T("audit", "Changed a person's data"),
    AuditAction.CONSENT_CHANGED: T("audit", "Recorded a consent"),
    AuditAction.NOTICE_DRAFTED: T("audit", "Began a draft of the notice"),
    AuditAction.NOTICE_EDITED: T("audit", "Edited the notice's draft"),
    AuditAction.NOTICE_DISCARDED: T("audit", "Discarded the notice's draft"),
    AuditAction.NOTICE_PUBLISHED: T("audit", "Published the notice"),
    AuditAction.NOTICE_RETIRED: T("audit", "Retired the notice"),
    AuditAction.RECEIPT_MADE: T("audit", "Made a receipt"),
    AuditAction.RECEIPT_CHECKED: T("audit", "Checked a receipt"),
    AuditAction.RECEIPT_HANDED_OUT: T("audit", "Handed out a receipt"),
    AuditAction.PASS_ISSUED: T("audit", "Issued a visitor pass"),
    AuditAction.PASS_REVOKED: T("audit", "Revoked a visitor pass"),
    AuditAction.PERSON_RESTRICTED: T("audit", "Restricted a person's data"),
    AuditAction.RESTRICTION_LIFTED: T("audit", "Lifted a restriction"),
    AuditAction.HOLD_PLACED: T("audit", "Placed a legal hold"),
    AuditAction.HOLD_RELEASED: T("audit", "Released a legal hold"),
    AuditAction.REQUEST_REGISTERED: T("audit", "Registered a request"),
    AuditAction.REQUEST_CHANGED: T("audit", "Went on with a request"),
    AuditAction.NOTHING_STATED: T("audit", "Stated that nothing is held"),
    AuditAction.FACE_SEARCHED: T("audit", "Searched by face"),
    AuditAction.SIGHTINGS_VIEWED: T("audit", "Looked at sightings"),
    AuditAction.EXPORTED: T("audit", "Exported data"),
    AuditAction.CERTIFICATE_ISSUED: T("audit", "Issued an erasure certificate"),
    AuditAction.ERASURE_INTENDED: T("audit", "Began an erasure"),
    AuditAction.ERASURE_DONE: T("audit", "Erased"),
    AuditAction.LOGIN: T("audit", "Signed in"),
    AuditAction.LOGIN_FAILED: T("audit", "Sign-in failed"),
    AuditAction.LOGOUT: T("audit", "Session ended"),
    AuditAction.LOCKED: T("audit", "Screen locked"),
    AuditAction.OPERATOR_ADDED: T("audit", "Added an operator"),
    AuditAction.OPERATOR_CHANGED: T("audit", "Changed an operator"),
    AuditAction.OPERATOR_REMOVED: T("audit", "Removed an operator"),
    AuditAction.APPROVAL_REQUESTED: T("audit", "Asked for agreement"),
    AuditAction.APPROVAL_DECIDED: T("audit", "Answered a request"),
    AuditAction.APPROVAL_USED: T("audit", "Used an agreement"),
    AuditAction.APPROVAL_RETURNED: T("audit", "Agreement counts again"),
    AuditAction.SETTING_CHANGED: T("audit", "Changed a setting"),
    AuditAction.CAMERA_ADDED: T("audit", "Added a camera"),
    AuditAction.CAMERA_CHANGED: T("audit", "Changed a camera"),
    AuditAction.CAMERA_REMOVED: T("audit", "Removed a camera"),
    AuditAction.EPOCH_ROTATED: T("audit", "Renewed people's keys"),
    AuditAction.DATABASE_KEY_ROTATED: T("audit", "Renewed the database key"),
    AuditAction.RECOVERY_USED: T("audit", "Used the recovery code"),
    AuditAction.RECOVERY_CODE_SET: T("audit", "Made a recovery code"),
    AuditAction.PASSPHRASE_CHANGED: T("audit", "Changed the passphrase"),
    AuditAction.ESCROW_WRITTEN: T("audit", "Wrote the escrow"),
    AuditAction.BACKUP_MADE: T("audit", "Backup made"),
    AuditAction.BACKUP_FAILED: T("audit", "Backup failed"),
    AuditAction.RESTORED: T("audit", "Restored a backup"),
    AuditAction.ERASURES_TAKEN_OVER: T("audit", "Took over erasures"),
    AuditAction.AUDIT_VERIFIED: T("audit", "Verified the audit log"),
    AuditAction.AUDIT_EXPORTED: T("audit", "Exported the audit log"),
    AuditAction.AUDIT_PRINTED: T("audit", "Made an anchor sheet"),
    AuditAction.AUDIT_PRUNED: T("audit", "Old entries deleted"),
    AuditAction.AUDIT_BREAK_FOUND: T("audit", "Break of the log found"),
    AuditAction.AUDIT_BREAK_ACKNOWLEDGED: T("audit", "Took note of a break"),
    AuditAction.VAULT_OPENED: T("audit", "Desk opened"),
    AuditAction.VAULT_CLOSED: T("audit", "Desk closed"),
    AuditAction.RETENTION_VIEWED: T("audit", "Looked at what is to go"),
    AuditAction.TRUST_EXPORTED: T("audit", "Saved public figures"),
    AuditAction.RETENTION_RUN: T("audit", "Deleted what was over"),
}


def said(text: str) -> str:
    return QCoreApplication.translate("audit", text)


def action(name: str) -> str:
    """Of an action as written; one of a newer program is shown as it stands."""
    if name == UNREADABLE:
        return QCoreApplication.translate("audit", "Unreadable entry")
    try:
        return said(ACTIONS[AuditAction(name)])
    except ValueError:
        return name


def who(row: AuditRow) -> str:
    return actor(row.entry.actor, row.who)


def actor(actor_id: str, name: str) -> str:
    """A name, or the first part of the id where nobody is called so any more."""
    if actor_id == SYSTEM:
        return QCoreApplication.translate("audit", "Consentry itself")
    return name or short(actor_id)


def about(row: AuditRow) -> str:
    return row.about or ("" if row.entry.object_id is None else short(row.entry.object_id))


def short(value: str) -> str:
    """Enough of a random id to tell it from others on one screen."""
    return value[:8]


def role(name: str) -> str:
    try:
        return texts.role(Role(name))
    except ValueError:
        return name


def headline(verdict: Verdict) -> str:
    return said(INTACT[verdict.signer]) if verdict.intact else said(NOT_INTACT)


def faults(verdict: Verdict) -> list[str]:
    """What is wrong, a sentence each."""
    number = QLocale().toString
    found = [said(FAULT_TEXTS[finding.fault]).format(seq=number(finding.seq)) for finding in verdict.findings]
    return [said(OTHER_SIGNER), *found] if verdict.signer is Signer.OTHER else found
