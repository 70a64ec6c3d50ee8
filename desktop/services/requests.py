"""The register of people's requests for the privacy officer: against the legal clock, step by step, each in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from desktop.domain.audit import AuditAction, Id, clean_reason
from desktop.domain.ids import PersonId, RequestId, random_id
from desktop.domain.legal_clock import Deadline, PauseReason, deadline
from desktop.domain.notices import LANGUAGES
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Permission
from desktop.domain.requests import (
    Channel,
    IdentityProof,
    Lane,
    LetterKind,
    RefusalGround,
    RequestAct,
    RequestDetails,
    RequestEvent,
    RequestKind,
    RightsRequest,
    lane_of,
    problem_of,
    with_event,
)
from desktop.services.access import Access
from desktop.services.controller import ControllerService
from desktop.services.errors import ReasonMissing
from desktop.services.gallery_feed import utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, RequestsChanged
from desktop.services.jurisdictions import STRICTEST, Jurisdiction, days_off, jurisdiction_of
from desktop.services.people import checked_details
from desktop.services.request_errors import PROBLEMS, ReceivedInFuture
from desktop.services.settings import SettingsService
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
REMIND_DAYS: Final = 3  # days left from which on the status strip reminds
_LANES: Final = tuple(Lane)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is known when a request comes in. `person_id` None: not found yet."""

    kind: RequestKind
    channel: Channel
    received_on: date
    language: str
    details: RequestDetails = field(repr=False)
    person_id: PersonId | None = None


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as the officer sees it today.

    Attributes:
        name: the person's as stored, else as given; empty where it was erased.
        operators: names of those who went on with it, by id.
        may: acts that are possible now.
        pauses: reasons for which this jurisdiction lets the clock stand.
        sources: of the jurisdiction's rules.
    """

    request: RightsRequest
    deadline: Deadline
    days_left: int
    lane: Lane
    name: str = field(repr=False)
    operators: dict[str, str] = field(repr=False)
    may: frozenset[RequestAct]
    pauses: tuple[PauseReason, ...]
    sources: tuple[str, ...]


class RequestService:
    """All calls read or write the vault: worker thread. Each step is one transaction with its audit entry.

    Raises, in every step: RequestUnknown, RequestChanged, and the error of `PROBLEMS` where it is not possible now.
    """

    def __init__(
        self,
        vault: Vault,
        access: Access,
        health: Health,
        hub: Hub,
        controller: ControllerService,
        settings: SettingsService,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._health = health
        self._hub = hub
        self._controller = controller
        self._settings = settings
        self._clock = clock

    def board(self) -> list[RequestView]:
        """All, by what is most urgent; closed ones last, the newest of them first."""
        self._access.demand(Permission.REQUESTS)
        views = [self._view(each) for each in self._vault.requests.list()]
        return sorted(views, key=_urgency)

    def get(self, request_id: RequestId) -> RequestView:
        self._access.demand(Permission.REQUESTS)
        return self._view(self._vault.requests.get(request_id))

    def register(self, new: NewRequest) -> RequestId:
        """Raises NameInvalid, DetailsTooLong, ReceivedInFuture, PersonUnknown."""
        self._access.demand(Permission.REQUESTS)
        if new.received_on > self.today:
            raise ReceivedInFuture
        typed = checked_details(PersonDetails(new.details.name, contact=new.details.contact, note=new.details.wish))
        details = RequestDetails(typed.name, typed.contact, typed.note, clean_reason(new.details.representative))
        request = RightsRequest(
            RequestId(random_id()),
            new.kind,
            new.channel,
            new.language if new.language in LANGUAGES else LANGUAGES[0],
            new.received_on,
            (self._event(RequestAct.REGISTERED),),
            details,
            new.person_id,
            for_other=bool(details.representative),
        )
        detail = {
            "kind": new.kind,
            "channel": new.channel,
            "person": None if new.person_id is None else Id(new.person_id),
        }
        entry = self._access.draft(AuditAction.REQUEST_REGISTERED, request.id, detail)
        self._vault.requests.add(request, audit=entry)
        log.info("request_registered", request=request.id, kind=new.kind.value)
        self._announce()
        return request.id

    def link(self, request_id: RequestId, person_id: PersonId) -> None:
        """It is about this person. Raises PersonUnknown."""
        self._access.demand(Permission.REQUESTS)
        request = replace(self._vault.requests.get(request_id), person_id=person_id)
        self._go_on(request, RequestAct.PERSON_FOUND)

    def nothing_found(self, request_id: RequestId) -> None:
        """A signed statement says that nothing is held."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.NOTHING_FOUND)

    def identify(self, request_id: RequestId, proof: IdentityProof, note: str = "") -> None:
        """It was made sure who asks; the document itself is never stored."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.IDENTIFIED, proof.value, note)

    def not_identified(self, request_id: RequestId, note: str = "") -> None:
        """The check failed: nothing may be given out."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.NOT_IDENTIFIED, "", note)

    def authorise(self, request_id: RequestId, shown: str) -> None:
        """Whoever asks in the person's place showed their authority. Raises ReasonMissing."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.AUTHORISED, "", shown, needed=True)

    def take(self, request_id: RequestId) -> None:
        """Whoever is signed in looks after it from now on."""
        self._access.demand(Permission.REQUESTS)
        request = replace(self._vault.requests.get(request_id), assignee=self._access.operator_id)
        self._go_on(request, RequestAct.ASSIGNED)

    def pause(self, request_id: RequestId, reason: PauseReason, asked: str) -> None:
        """Something was asked of the person; the clock stands until it comes. Raises ReasonMissing."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.PAUSED, reason.value, asked, needed=True)

    def resume(self, request_id: RequestId) -> None:
        """What was asked for has come."""
        self._access.demand(Permission.REQUESTS)
        request = self._vault.requests.get(request_id)
        newest = request.find(RequestAct.PAUSED)
        self._go_on(request, RequestAct.RESUMED, "" if newest is None else newest.detail)

    def extend(self, request_id: RequestId, reason: str) -> None:
        """The person is told by the letter of the extension, before the first period ends. Raises ReasonMissing."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.EXTENDED, "", reason, needed=True)

    def answer(self, request_id: RequestId, text: str) -> None:
        """What was done, for the letter. Raises ReasonMissing, IdentityNotProven, AuthorityNotShown."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.ANSWERED, "", text, needed=True)

    def refuse(self, request_id: RequestId, ground: RefusalGround, reason: str) -> None:
        """Raises ReasonMissing: a refusal tells why (GDPR 12(4))."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.REFUSED, ground.value, reason, needed=True)

    def letter_made(self, request_id: RequestId, kind: LetterKind) -> None:
        """A letter left the program, printed or as a file."""
        self._access.demand(Permission.REQUESTS)
        self._step(request_id, RequestAct.LETTER, kind.value)

    def remind(self) -> None:
        """The housekeeper's: say in the status strip how many are overdue or due within three days."""
        open_ones = (each for each in self._vault.requests.list() if not each.status.closed)
        views = [self._view(each) for each in open_ones]
        count = sum(1 for each in views if each.lane is not Lane.PAUSED and each.days_left <= REMIND_DAYS)
        if count:
            self._health.report(ProblemKind.REQUESTS_DUE, count=count)
        else:
            self._health.clear(ProblemKind.REQUESTS_DUE)

    @property
    def today(self) -> date:
        """The site's calendar day."""
        return self._clock().astimezone(self._zone).date()

    @property
    def jurisdiction(self) -> Jurisdiction:
        return jurisdiction_of(self._controller.current)

    def _step(
        self, request_id: RequestId, act: RequestAct, detail: str = "", text: str = "", *, needed: bool = False
    ) -> None:
        if needed and not clean_reason(text):
            raise ReasonMissing
        self._go_on(self._vault.requests.get(request_id), act, detail, text)

    def _go_on(self, request: RightsRequest, act: RequestAct, detail: str = "", text: str = "") -> None:
        today = self.today
        reached = self._deadline(request, today)
        problem = problem_of(request, act, self.jurisdiction.rules, reached, today, detail)
        if problem is not None:
            raise PROBLEMS[problem]
        made = with_event(request, self._event(act, detail, clean_reason(text)))
        person = None if request.person_id is None else Id(request.person_id)
        values = {"what": act, "person": person, "days_left": reached.days_left(today)}
        self._vault.requests.save(made, audit=self._access.draft(AuditAction.REQUEST_CHANGED, request.id, values))
        log.info("request_changed", request=request.id, act=act.value)
        self._announce()

    def _event(self, act: RequestAct, detail: str = "", text: str = "") -> RequestEvent:
        return RequestEvent(act, self._clock(), self.today, self._access.operator_id, detail, text)

    def _announce(self) -> None:
        self.remind()
        self._hub.publish(RequestsChanged())

    @property
    def _zone(self) -> ZoneInfo:
        controller = self._controller.current
        return ZoneInfo("UTC" if controller is None else controller.time_zone)

    def _deadline(self, request: RightsRequest, today: date) -> Deadline:
        controller, settings = self._controller.current, self._settings.current
        code = STRICTEST if controller is None else controller.jurisdiction
        off = days_off(code, settings.holiday_region, settings.own_days_off)
        rules = self.jurisdiction.rules
        extended = request.extended and rules.extended is not None
        return deadline(rules, request.received_on, today, off, pauses=request.pauses, extended=extended)

    def _view(self, request: RightsRequest) -> RequestView:
        today = self.today
        reached = self._deadline(request, request.closed_on or today)
        rules = self.jurisdiction.rules
        reasons = tuple(rules.pauses)
        details = {RequestAct.PAUSED: reasons[0].value if reasons else ""}
        stored = None if request.person_id is None else self._vault.people.name(request.person_id)
        given = "" if request.details is None else request.details.name
        return RequestView(
            request,
            reached,
            reached.days_left(request.closed_on or today),
            lane_of(request, reached, today),
            stored or given,
            self._operators(request),
            frozenset(
                act
                for act in RequestAct
                if problem_of(request, act, rules, reached, today, details.get(act, "")) is None
            ),
            reasons,
            self.jurisdiction.sources,
        )

    def _operators(self, request: RightsRequest) -> dict[str, str]:
        wanted = {each.by for each in request.events} | {request.assignee}
        return {str(each.id): each.name for each in self._vault.operators.list() if each.id in wanted}


def _urgency(view: RequestView) -> tuple[int, int, str]:
    closed = view.lane is Lane.CLOSED
    order = -(view.request.closed_on or date.min).toordinal() if closed else view.days_left
    return (_LANES.index(Lane.CLOSED) if closed else 0, order, view.request.id)
