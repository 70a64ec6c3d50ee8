"""Consent states of ISO/IEC TS 27560 and the one rule that lets a template be matched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.domain.ids import ConsentId, NoticeId, OperatorId, PersonId, RestrictionId
from desktop.domain.purposes import RECOGNITION, PurposeKey


class ConsentState(StrEnum):
    """Event states of ISO/IEC TS 27560:2023 as listed by the W3C DPV community group."""

    UNKNOWN = "ConsentUnknown"
    REQUESTED = "ConsentRequested"
    REQUEST_DEFERRED = "ConsentRequestDeferred"
    REFUSED = "ConsentRefused"
    GIVEN = "ConsentGiven"
    RENEWED = "RenewedConsentGiven"
    WITHDRAWN = "ConsentWithdrawn"
    EXPIRED = "ConsentExpired"
    TERMINATED = "ConsentTerminated"
    INVALIDATED = "ConsentInvalidated"


MATCHABLE_STATES = frozenset({ConsentState.GIVEN, ConsentState.RENEWED})


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One event of a consent record, for one purpose. Times are timezone-aware UTC.

    Attributes:
        valid_until: None means no end was agreed.
        operator_id: who was at the desk; None: the program, or the person's own act.
        notice_id: the version of the notice the person was shown; None where none was, or in records of before.
    """

    consent_id: ConsentId
    person_id: PersonId
    state: ConsentState
    at: datetime
    valid_until: datetime | None = None
    purpose: PurposeKey = RECOGNITION
    operator_id: OperatorId | None = None
    notice_id: NoticeId | None = None


@dataclass(frozen=True, slots=True)
class PlainConsent:
    """What the desk records when somebody agrees, until the guided capture replaces it.

    `how` is the manner of consent in the operator's words ("signed form", "spoken, witnessed"); it may hold a name and
    is left out of the repr, which may end up in a log.
    """

    how: str = field(repr=False)
    language: str
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WatchlistAuthority:
    """A documented, time-limited authority to match a person without consent."""

    person_id: PersonId
    valid_from: datetime
    valid_until: datetime

    def in_force(self, now: datetime) -> bool:
        return self.valid_from <= now < self.valid_until


@dataclass(frozen=True, slots=True)
class Restriction:
    """Somebody's data is kept and not used (GDPR art. 18). Times are timezone-aware UTC.

    Attributes:
        valid_until: None: until it is lifted.
        lifted_at: when it was ended before its time.
    """

    id: RestrictionId
    person_id: PersonId
    valid_from: datetime
    valid_until: datetime | None = None
    lifted_at: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """None: no end is known yet."""
        return min((each for each in (self.valid_until, self.lifted_at) if each is not None), default=None)

    def in_force(self, now: datetime) -> bool:
        return self.valid_from <= now and (self.end is None or now < self.end)


def effective_state(newest: ConsentEvent | None, now: datetime) -> ConsentState:
    """State of the newest event at `now`; a given consent past its end counts as expired without any clean-up run."""
    if newest is None:
        return ConsentState.UNKNOWN
    if newest.state in MATCHABLE_STATES and newest.valid_until is not None and newest.valid_until <= now:
        return ConsentState.EXPIRED
    return newest.state


def showing_allowed(newest: ConsentEvent | None, now: datetime, *, restricted: bool = False) -> bool:
    """Whether this person, once matched, may be shown by name and unmasked at `now`: only consent allows that.

    `newest` is that of the recognition purpose; no other purpose allows anything here.
    """
    return not restricted and effective_state(newest, now) in MATCHABLE_STATES


def matching_allowed(
    newest: ConsentEvent | None, authority: WatchlistAuthority | None, now: datetime, *, restricted: bool = False
) -> bool:
    """Whether a template of this person may be in the gallery at `now` (GDPR art. 9(2)(a); docs/decisions.md)."""
    by_authority = authority is not None and authority.in_force(now)
    return not restricted and (showing_allowed(newest, now) or by_authority)
