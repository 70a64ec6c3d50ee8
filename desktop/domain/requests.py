"""Requests of people about their data: what is asked, how far it is, and what may be done next (GDPR 12 to 22)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from desktop.domain.ids import OperatorId, PersonId, RequestId
from desktop.domain.legal_clock import ClockRules, Deadline, Pause, PauseReason, may_extend

SOON: Final = 7  # days left from which on a request is of this week


class RequestKind(StrEnum):
    ACCESS = "access"  # GDPR 15
    PORTABILITY = "portability"  # 20
    RECTIFICATION = "rectification"  # 16
    ERASURE = "erasure"  # 17
    RESTRICTION = "restriction"  # 18
    OBJECTION = "objection"  # 21
    WITHDRAWAL = "withdrawal"  # 7(3)
    COMPLAINT = "complaint"


WITHOUT_PROOF: Final = frozenset({RequestKind.WITHDRAWAL, RequestKind.COMPLAINT})
"""Answered without a check of who asks: taking consent back is as easy as giving it, and a complaint gives nothing
away."""


class Channel(StrEnum):
    """How it came."""

    DESK = "desk"
    LETTER = "letter"
    EMAIL = "email"
    TELEPHONE = "telephone"
    FORM = "form"


class IdentityProof(StrEnum):
    """How it was made sure who asks. The document itself is never stored."""

    DOCUMENT = "document"  # an identity document was looked at and handed back
    RECEIPT = "receipt"  # the code of a receipt
    CONTACT = "contact"  # an answer from the contact that is on record
    FACE = "face"  # a look into the camera
    KNOWN = "known"  # known to the officer in person


class RefusalGround(StrEnum):
    IDENTITY = "identity"  # not proven (12(2), 12(6))
    AUTHORITY = "authority"  # asked for somebody else without their authority
    UNFOUNDED = "unfounded"  # manifestly (12(5)(b))
    EXCESSIVE = "excessive"  # (12(5)(b))
    DUTY = "duty"  # a law obliges to keep the data, or it is needed for legal claims (17(3))
    OTHERS = "others"  # it would harm others' rights (15(4))


class RequestStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    ANSWERED = "answered"
    REFUSED = "refused"

    @property
    def closed(self) -> bool:
        return self in (RequestStatus.ANSWERED, RequestStatus.REFUSED)


class RequestAct(StrEnum):
    """What happened to a request. The value of `RequestEvent.detail` says which one of the kind named here."""

    REGISTERED = "registered"
    PERSON_FOUND = "person_found"
    NOTHING_FOUND = "nothing_found"  # a statement of what was searched was signed
    IDENTIFIED = "identified"  # IdentityProof
    NOT_IDENTIFIED = "not_identified"
    AUTHORISED = "authorised"
    ASSIGNED = "assigned"
    PAUSED = "paused"  # PauseReason
    RESUMED = "resumed"  # PauseReason
    EXTENDED = "extended"
    ANSWERED = "answered"
    REFUSED = "refused"  # RefusalGround
    LETTER = "letter"  # LetterKind


class LetterKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    EXTENSION = "extension"
    ANSWER = "answer"
    REFUSAL = "refusal"


class ActProblem(StrEnum):
    """Why an act is not possible now."""

    CLOSED = "closed"
    NOT_IDENTIFIED = "not_identified"
    NOT_AUTHORISED = "not_authorised"
    PAUSED_ALREADY = "paused_already"
    NO_SUCH_PAUSE = "no_such_pause"  # the jurisdiction has none for that reason
    NOT_PAUSED = "not_paused"
    EXTENDED_ALREADY = "extended_already"
    TOO_LATE = "too_late"  # an extension is told inside the first period
    NO_EXTENSION = "no_extension"


class ActRefused(Exception):
    """Holds no data but the problem."""

    def __init__(self, problem: ActProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """`on`: the site's calendar day; `at` is timezone-aware UTC. `text`: what the officer wrote, which goes with the
    person; the rest stays."""

    act: RequestAct
    at: datetime
    on: date
    by: OperatorId
    detail: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RequestDetails:
    """Who asks, what for. `representative`: who asks in the person's place; empty: they themselves."""

    name: str = field(repr=False)
    contact: str = field(default="", repr=False)
    wish: str = field(default="", repr=False)
    representative: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RightsRequest:
    """A request with its history, oldest first.

    Attributes:
        details: None: erased together with the person.
        person_id: whose data it is about; None: not found yet, or erased.
        revision: rises with every change.
    """

    id: RequestId
    kind: RequestKind
    channel: Channel
    language: str
    received_on: date
    events: tuple[RequestEvent, ...]
    details: RequestDetails | None = field(default=None, repr=False)
    person_id: PersonId | None = None
    assignee: OperatorId | None = None
    for_other: bool = False
    revision: int = 0

    def find(self, act: RequestAct) -> RequestEvent | None:
        """The newest event of that kind."""
        return next((each for each in reversed(self.events) if each.act is act), None)

    @property
    def status(self) -> RequestStatus:
        if self.find(RequestAct.ANSWERED) is not None:
            return RequestStatus.ANSWERED
        if self.find(RequestAct.REFUSED) is not None:
            return RequestStatus.REFUSED
        return RequestStatus.PAUSED if any(each.until is None for each in self.pauses) else RequestStatus.OPEN

    @property
    def pauses(self) -> tuple[Pause, ...]:
        found: list[Pause] = []
        for event in self.events:
            if event.act is RequestAct.PAUSED:
                found.append(Pause(PauseReason(event.detail), event.on))
            elif event.act is RequestAct.RESUMED and found:
                found[-1] = replace(found[-1], until=max(event.on, found[-1].since))
        return tuple(found)

    @property
    def extended(self) -> bool:
        return self.find(RequestAct.EXTENDED) is not None

    @property
    def identified(self) -> bool:
        """By the newest check of who asks."""
        checks = (RequestAct.IDENTIFIED, RequestAct.NOT_IDENTIFIED)
        newest = next((each for each in reversed(self.events) if each.act in checks), None)
        return newest is not None and newest.act is RequestAct.IDENTIFIED

    @property
    def authorised(self) -> bool:
        """Whoever asks for themselves needs no authority."""
        return not self.for_other or self.find(RequestAct.AUTHORISED) is not None

    @property
    def closed_on(self) -> date | None:
        ends = (RequestAct.ANSWERED, RequestAct.REFUSED)
        return next((each.on for each in self.events if each.act in ends), None)


def problem_of(
    request: RightsRequest, act: RequestAct, rules: ClockRules, reached: Deadline, today: date, detail: str = ""
) -> ActProblem | None:
    """Why an act is not possible now; None: it is. `reached`: the request's deadline as of `today`."""
    if act is RequestAct.LETTER:
        return None
    if request.status.closed:
        return ActProblem.CLOSED
    if act is RequestAct.ANSWERED:
        return _not_answerable(request)
    if act is RequestAct.PAUSED:
        if request.status is RequestStatus.PAUSED:
            return ActProblem.PAUSED_ALREADY
        return None if detail in rules.pauses else ActProblem.NO_SUCH_PAUSE
    if act is RequestAct.RESUMED:
        return None if request.status is RequestStatus.PAUSED else ActProblem.NOT_PAUSED
    if act is RequestAct.EXTENDED:
        return _not_extendable(request, rules, reached, today)
    return None


def with_event(request: RightsRequest, event: RequestEvent) -> RightsRequest:
    """The request after it."""
    return replace(request, events=(*request.events, event), revision=request.revision + 1)


class Lane(StrEnum):
    """Columns of the board."""

    OVERDUE = "overdue"
    THIS_WEEK = "this_week"
    LATER = "later"
    PAUSED = "paused"
    CLOSED = "closed"


def lane_of(request: RightsRequest, reached: Deadline, today: date) -> Lane:
    if request.status.closed:
        return Lane.CLOSED
    if request.status is RequestStatus.PAUSED:
        return Lane.PAUSED
    left = reached.days_left(today)
    if left < 0:
        return Lane.OVERDUE
    return Lane.THIS_WEEK if left <= SOON else Lane.LATER


def _not_answerable(request: RightsRequest) -> ActProblem | None:
    if not request.authorised:
        return ActProblem.NOT_AUTHORISED
    if request.kind in WITHOUT_PROOF or request.identified:
        return None
    return ActProblem.NOT_IDENTIFIED


def _not_extendable(request: RightsRequest, rules: ClockRules, reached: Deadline, today: date) -> ActProblem | None:
    if rules.extended is None:
        return ActProblem.NO_EXTENSION
    if request.extended:
        return ActProblem.EXTENDED_ALREADY
    return None if may_extend(rules, reached, today) else ActProblem.TOO_LATE
