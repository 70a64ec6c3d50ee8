"""How far a request is, and what may be done next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from desktop.domain.ids import OperatorId, RequestId
from desktop.domain.legal_clock import ClockRules, Deadline, Pause, PauseEffect, PauseReason, Period, Unit
from desktop.domain.requests import (
    ActProblem,
    Channel,
    Lane,
    RequestAct,
    RequestEvent,
    RequestKind,
    RequestStatus,
    RightsRequest,
    lane_of,
    problem_of,
    with_event,
)

TODAY = date(2026, 3, 10)
DUE = date(2026, 4, 2)
RULES = ClockRules(Period(1, Unit.MONTHS), Period(3, Unit.MONTHS), {PauseReason.IDENTITY: PauseEffect.RESTARTS})
REACHED = Deadline(DUE, DUE)


def event(act: RequestAct, detail: str = "", on: date = TODAY) -> RequestEvent:
    return RequestEvent(act, datetime(2026, 3, 10, tzinfo=UTC), on, OperatorId("o"), detail)


def request(*acts: RequestEvent, kind: RequestKind = RequestKind.ACCESS, for_other: bool = False) -> RightsRequest:
    made = RightsRequest(
        RequestId("r"), kind, Channel.DESK, "en", date(2026, 3, 2), (event(RequestAct.REGISTERED),), for_other=for_other
    )
    for act in acts:
        made = with_event(made, act)
    return made


IDENTIFIED = event(RequestAct.IDENTIFIED, "document")
PAUSED = event(RequestAct.PAUSED, "identity")
ANSWERED = event(RequestAct.ANSWERED)


@pytest.mark.parametrize(
    ("given", "act", "detail", "problem"),
    [
        (request(), RequestAct.ANSWERED, "", ActProblem.NOT_IDENTIFIED),
        (request(IDENTIFIED), RequestAct.ANSWERED, "", None),
        (request(IDENTIFIED, event(RequestAct.NOT_IDENTIFIED)), RequestAct.ANSWERED, "", ActProblem.NOT_IDENTIFIED),
        (request(kind=RequestKind.WITHDRAWAL), RequestAct.ANSWERED, "", None),
        (request(kind=RequestKind.COMPLAINT), RequestAct.ANSWERED, "", None),
        (request(IDENTIFIED, for_other=True), RequestAct.ANSWERED, "", ActProblem.NOT_AUTHORISED),
        (request(IDENTIFIED, event(RequestAct.AUTHORISED), for_other=True), RequestAct.ANSWERED, "", None),
        (request(), RequestAct.REFUSED, "identity", None),
        (request(), RequestAct.PAUSED, "identity", None),
        (request(), RequestAct.PAUSED, "clarification", ActProblem.NO_SUCH_PAUSE),
        (request(PAUSED), RequestAct.PAUSED, "identity", ActProblem.PAUSED_ALREADY),
        (request(PAUSED), RequestAct.RESUMED, "identity", None),
        (request(), RequestAct.RESUMED, "identity", ActProblem.NOT_PAUSED),
        (request(), RequestAct.EXTENDED, "", None),
        (request(event(RequestAct.EXTENDED)), RequestAct.EXTENDED, "", ActProblem.EXTENDED_ALREADY),
        (request(ANSWERED), RequestAct.REFUSED, "identity", ActProblem.CLOSED),
        (request(event(RequestAct.REFUSED, "unfounded")), RequestAct.IDENTIFIED, "document", ActProblem.CLOSED),
        (request(ANSWERED), RequestAct.LETTER, "answer", None),
    ],
)
def test_what_may_be_done(given: RightsRequest, act: RequestAct, detail: str, problem: ActProblem | None) -> None:
    assert problem_of(given, act, RULES, REACHED, TODAY, detail) is problem


def test_an_extension_that_comes_too_late_or_is_not_known() -> None:
    late = DUE + timedelta(days=1)
    assert problem_of(request(), RequestAct.EXTENDED, RULES, REACHED, late) is ActProblem.TOO_LATE
    none = replace(RULES, extended=None)
    assert problem_of(request(), RequestAct.EXTENDED, none, REACHED, TODAY) is ActProblem.NO_EXTENSION


def test_status_pauses_and_end_follow_from_the_history() -> None:
    went_on = request(PAUSED, event(RequestAct.RESUMED, "identity", TODAY + timedelta(days=3)))
    assert went_on.status is RequestStatus.OPEN
    assert went_on.pauses == (Pause(PauseReason.IDENTITY, TODAY, TODAY + timedelta(days=3)),)
    set_back = request(PAUSED, event(RequestAct.RESUMED, "identity", TODAY - timedelta(days=3)))
    assert set_back.pauses[0].until == TODAY  # the clock was set back meanwhile
    assert request(PAUSED).status is RequestStatus.PAUSED
    assert request(PAUSED, ANSWERED).status is RequestStatus.ANSWERED
    assert request(ANSWERED).closed_on == TODAY
    assert request().closed_on is None
    assert went_on.revision == 2


@pytest.mark.parametrize(
    ("given", "left", "lane"),
    [
        (request(), -1, Lane.OVERDUE),
        (request(), 0, Lane.THIS_WEEK),
        (request(), 7, Lane.THIS_WEEK),
        (request(), 8, Lane.LATER),
        (request(PAUSED), -1, Lane.PAUSED),
        (request(ANSWERED), -1, Lane.CLOSED),
    ],
)
def test_the_board(given: RightsRequest, left: int, lane: Lane) -> None:
    assert lane_of(given, REACHED, DUE - timedelta(days=left)) is lane
