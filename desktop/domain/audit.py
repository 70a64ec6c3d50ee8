"""The audit log's vocabulary: what is recorded, by whom, about what. Ids, enumerations and numbers; never a name.

What an operator types as a reason is the one free text; a window that asks for it says that it is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

REASON_LENGTH: Final = 500
SYSTEM: Final = "system"  # the program itself, or nobody signed in
UNREADABLE: Final = "unreadable"  # stands for action and actor of an entry that somebody broke
MONTHS_LEAST, MONTHS_MOST = 6, 12  # how long entries are kept (CNIL 2021-122; AI Act 26(6): six months at least)

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,47}")
_SAFE_INTEGER = 2**53 - 1  # RFC 8785 writes numbers as IEEE 754 doubles


class AuditAction(StrEnum):
    PERSON_VIEWED = "person_viewed"
    PEOPLE_SEARCHED = "people_searched"
    FACE_REVEALED = "face_revealed"
    PERSON_ENROLLED = "person_enrolled"
    PERSON_CHANGED = "person_changed"
    CONSENT_CHANGED = "consent_changed"  # the new state stands in the detail
    NOTICE_DRAFTED = "notice_drafted"
    NOTICE_EDITED = "notice_edited"
    NOTICE_DISCARDED = "notice_discarded"
    NOTICE_PUBLISHED = "notice_published"
    NOTICE_RETIRED = "notice_retired"
    RECEIPT_MADE = "receipt_made"
    RECEIPT_CHECKED = "receipt_checked"  # its code was shown at the desk
    RECEIPT_HANDED_OUT = "receipt_handed_out"  # printed or saved
    PASS_ISSUED = "pass_issued"  # noqa: S105 - a visitor's
    PASS_REVOKED = "pass_revoked"  # noqa: S105
    PERSON_RESTRICTED = "person_restricted"
    RESTRICTION_LIFTED = "restriction_lifted"
    HOLD_PLACED = "hold_placed"  # its reason is not here: it goes with the person
    HOLD_RELEASED = "hold_released"
    REQUEST_REGISTERED = "request_registered"
    REQUEST_CHANGED = "request_changed"  # what happened stands in the detail
    NOTHING_STATED = "nothing_stated"  # a statement that nothing is held about somebody was signed
    FACE_SEARCHED = "face_searched"  # of somebody who looked into the camera for it
    SIGHTINGS_VIEWED = "sightings_viewed"
    EXPORTED = "exported"
    CERTIFICATE_ISSUED = "certificate_issued"
    ERASURE_INTENDED = "erasure_intended"
    ERASURE_DONE = "erasure_done"
    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    LOCKED = "locked"
    OPERATOR_ADDED = "operator_added"
    OPERATOR_CHANGED = "operator_changed"
    OPERATOR_REMOVED = "operator_removed"
    APPROVAL_REQUESTED = "approval_requested"
    APPROVAL_DECIDED = "approval_decided"
    APPROVAL_USED = "approval_used"
    APPROVAL_RETURNED = "approval_returned"  # what it was used for did not happen
    SETTING_CHANGED = "setting_changed"
    CAMERA_ADDED = "camera_added"
    CAMERA_CHANGED = "camera_changed"
    CAMERA_REMOVED = "camera_removed"
    EPOCH_ROTATED = "epoch_rotated"
    DATABASE_KEY_ROTATED = "database_key_rotated"
    RECOVERY_USED = "recovery_used"
    RECOVERY_CODE_SET = "recovery_code_set"
    PASSPHRASE_CHANGED = "passphrase_changed"  # noqa: S105 - of the key place
    ESCROW_WRITTEN = "escrow_written"
    BACKUP_MADE = "backup_made"
    BACKUP_FAILED = "backup_failed"
    RESTORED = "restored"
    ERASURES_TAKEN_OVER = "erasures_taken_over"  # from a companion that knew of more
    AUDIT_VERIFIED = "audit_verified"
    AUDIT_EXPORTED = "audit_exported"
    AUDIT_PRINTED = "audit_printed"
    AUDIT_PRUNED = "audit_pruned"
    AUDIT_BREAK_FOUND = "audit_break_found"
    AUDIT_BREAK_ACKNOWLEDGED = "audit_break_acknowledged"
    VAULT_OPENED = "vault_opened"
    VAULT_CLOSED = "vault_closed"
    RETENTION_VIEWED = "retention_viewed"  # who goes in the next days, by name
    TRUST_EXPORTED = "trust_exported"  # figures for the public
    RETENTION_RUN = "retention_run"


class Id(str):
    """A random identifier as a value of a detail. Raises ValueError for anything else."""

    __slots__ = ()

    def __new__(cls, value: str) -> Id:
        if not _ID.fullmatch(value):
            raise ValueError("the audit log takes random ids only")
        return super().__new__(cls, value)


AuditValue = bool | int | float | Id | StrEnum | bytes | None
"""What a detail may hold. Bytes are a digest and are written as hex."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: an operator's id with the roles held at that time, or the program itself."""

    id: str = SYSTEM
    roles: tuple[StrEnum, ...] = ()

    def __post_init__(self) -> None:
        if self.id != SYSTEM:
            Id(self.id)


@dataclass(frozen=True, slots=True)
class AuditDraft:
    """An entry before it has its place in the chain.

    Args:
        action: what was done.
        actor: who did it.
        object_id: the person, camera, operator or other thing it was done to.
        reason: what the operator typed; cleaned of control characters and cut to 500 characters.
        detail: numbers, enumerations, ids and digests by field name.

    Raises ValueError or TypeError for a value that could carry a name.
    """

    action: AuditAction
    actor: Actor = Actor()
    object_id: str | None = None
    reason: str = ""
    detail: Mapping[str, AuditValue] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.object_id is not None:
            Id(self.object_id)
        object.__setattr__(self, "reason", clean_reason(self.reason))
        for name, value in self.detail.items():
            if not _FIELD.fullmatch(name):
                raise ValueError("a detail's name is a plain identifier")
            _demand_harmless(value)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry as it stands in the log. `at` is UTC; `detail` holds plain JSON values; `head` is 32 bytes.

    `clock_back`: the computer's clock stood before the entry's predecessor; `at` is then the predecessor's time.
    """

    seq: int
    at: datetime
    action: str  # as written: a newer version may know more actions than this one
    actor: str
    roles: tuple[str, ...]
    object_id: str | None
    reason: str = field(repr=False)
    detail: Mapping[str, object]
    head: bytes
    clock_back: bool = False


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are listed; None: all. `since` is included, `until` is not."""

    since: datetime | None = None
    until: datetime | None = None
    action: AuditAction | None = None
    actor: str | None = None
    object_id: str | None = None
    up_to: int | None = None  # no entry after this one: pages of a list stay where they are while entries are added

    @property
    def narrow(self) -> bool:
        """Whether anything is left out on purpose."""
        return self != AuditFilter(up_to=self.up_to)


@dataclass(frozen=True, slots=True)
class AuditPoint:
    """A place in the chain: the entry `seq` and the head (32 bytes) that it must have. Seq 0: an empty log."""

    seq: int
    head: bytes


def clean_reason(text: str) -> str:
    """One line without control or invisible formatting characters, at most 500 characters."""
    spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    plain = "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))
    return " ".join(plain.split())[:REASON_LENGTH].rstrip()


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time `months` earlier; in a shorter month its last day."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in range(now.day, 27, -1):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return now.replace(year=year, month=month + 1)


def _demand_harmless(value: object) -> None:
    if value is None or isinstance(value, bool | Id | StrEnum):
        return
    if isinstance(value, bytes):
        if len(value) > 32:
            raise ValueError("bytes in the audit log are digests")
    elif isinstance(value, Enum) or not isinstance(value, int | float):
        raise TypeError(f"the audit log does not take a {type(value).__name__}")
    elif isinstance(value, int) and abs(value) > _SAFE_INTEGER:
        raise ValueError("a number in the audit log fits a double")
    elif value != value or value in (float("inf"), float("-inf")):
        raise ValueError("a number in the audit log is finite")
