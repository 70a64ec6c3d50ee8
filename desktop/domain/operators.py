"""Operators: values, and the rules on delays after failures and on locking."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.audit import Actor
from desktop.domain.ids import ApprovalId, OperatorId, SessionId
from desktop.domain.people import clean_name, search_key
from desktop.domain.permissions import Role, TwoPersonAct

MAX_LOGIN_LENGTH = 64

FREE_FAILURES = 2  # the third failure in a row is the first that costs time
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=5)

LOCK_AFTER = timedelta(minutes=5)
LOCK_AFTER_GUARD = timedelta(minutes=15)  # a guard looks more than they type
SESSION_LIMIT = timedelta(hours=12)

APPROVAL_VALID = timedelta(days=7)


class OperatorState(StrEnum):
    ACTIVE = "active"
    REMOVED = "removed"


class SessionEnd(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "signed_out"
    SWITCHED = "switched"  # another operator signed in on the locked screen
    TOO_LONG = "too_long"
    REMOVED = "removed"
    CLOSED = "closed"  # the program was closed
    LOST = "lost"  # the program ended without closing


class ApprovalState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Operator:
    """`name` and `login` are sealed in the vault under the operator's own key; a repr shows neither."""

    id: OperatorId
    name: str = field(repr=False)
    login: str = field(repr=False)
    roles: frozenset[Role]
    state: OperatorState
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """Who did it, for the audit log."""
        return Actor(self.id, tuple(sorted(self.roles)))


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """One stay of an operator. Times are timezone-aware UTC; `ended_at` and `end` are None while it lasts."""

    id: SessionId
    operator_id: OperatorId
    started_at: datetime
    last_at: datetime
    ended_at: datetime | None
    end: SessionEnd | None


@dataclass(frozen=True, slots=True)
class Approval:
    """A wish for a second person's agreement. `object_id` is random (a person's, an export's, a backup's)."""

    id: ApprovalId
    act: TwoPersonAct
    object_id: str
    requested_by: OperatorId
    requested_at: datetime
    state: ApprovalState
    decided_by: OperatorId | None = None
    decided_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Neither too old nor, after a clock was set back, from the future."""
        return self.requested_at - APPROVAL_VALID <= now <= self.requested_at + APPROVAL_VALID


def clean_login(text: str) -> str:
    """A login name as it is compared: one word, without case or width. Raises ValueError("empty") or ("long")."""
    login = search_key(clean_name(text)).replace(" ", "")
    if not login:
        raise ValueError("empty")
    if len(login) > MAX_LOGIN_LENGTH:
        raise ValueError("long")
    return login


def delay_after(failures: int) -> timedelta:
    """How long the next try has to wait after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return timedelta()
    doublings = min(failures - FREE_FAILURES - 1, 16)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def remaining_delay(failures: int, locked_until: datetime | None, now: datetime) -> timedelta:
    """What is left of a delay that was stored, by a clock that may have been set since.

    A clock that was set back gives the whole delay once more, never more than that.
    """
    if locked_until is None:
        return timedelta()
    return min(max(locked_until - now, timedelta()), delay_after(failures))


def lock_after(roles: Collection[Role]) -> timedelta:
    """Idle time after which the screen locks; the strictest role counts."""
    return LOCK_AFTER_GUARD if set(roles) == {Role.GUARD} else LOCK_AFTER


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant on two clocks: one that can be set, one that stands still while the computer sleeps (seconds)."""

    wall: datetime
    mono: float

    def since(self, earlier: Moment) -> timedelta:
        """Time gone by, at least: neither sleep nor a clock set back makes it shorter."""
        return max(self.wall - earlier.wall, timedelta(seconds=self.mono - earlier.mono))


@dataclass(frozen=True, slots=True)
class OperatorDraft:
    """An operator as typed."""

    name: str = field(repr=False)
    login: str = field(repr=False)
    password: str = field(repr=False)
    roles: frozenset[Role]
