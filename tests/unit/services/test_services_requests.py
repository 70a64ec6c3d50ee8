"""The officer's register of requests, step by step against the clock, and the letters that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import PersonId, RequestId, random_id
from desktop.domain.legal_clock import PauseReason
from desktop.domain.notices import LANGUAGES
from desktop.domain.paper import Paper
from desktop.domain.permissions import Role
from desktop.domain.requests import (
    Channel,
    IdentityProof,
    Lane,
    LetterKind,
    RefusalGround,
    RequestAct,
    RequestDetails,
    RequestKind,
    RequestStatus,
)
from desktop.services.desk import Desk
from desktop.services.errors import NameInvalid, NotPermitted, ReasonMissing, ScreenLocked
from desktop.services.health import ProblemKind
from desktop.services.letters import letter_words
from desktop.services.receipt_errors import RecordIncomplete
from desktop.services.request_errors import (
    AuthorityNotShown,
    ExtensionNotPossible,
    IdentityNotProven,
    LetterNotDue,
    LetterUnwritable,
    NotPaused,
    PauseNotPossible,
    ReceivedInFuture,
    RequestClosed,
)
from desktop.services.requests import NewRequest
from desktop.vault.errors import PersonUnknown, RequestUnknown
from tests.helpers.desks import enrol
from tests.helpers.operators import sign_in_as
from tests.helpers.setups import CONTROLLER

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Calendar:
    """The clock of the register, which a test turns on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def calendar(desk: Desk) -> Calendar:
    desk.controller.change(replace(CONTROLLER, jurisdiction="GB", time_zone="Europe/London"))
    made = Calendar()
    desk.requests._clock = made
    return made


def received(desk: Desk, person_id: PersonId | None = None, **values: object) -> RequestId:
    new = NewRequest(
        RequestKind.ACCESS, Channel.LETTER, date(2026, 3, 2), "de", RequestDetails("Ada", "ada@example.org"), person_id
    )
    return desk.requests.register(replace(new, **values))  # type: ignore[arg-type]


def entries(desk: Desk, action: AuditAction) -> list[object]:
    rows = desk.audit.list(desk.audit.find(AuditFilter(action=action)).wanted, 0, 50)
    return [row.entry.detail.get("what", row.entry.detail.get("kind")) for row in rows]


def test_from_its_coming_in_to_the_answer(desk: Desk, calendar: Calendar) -> None:
    ada = enrol(desk, "Ada", "obama.jpg")
    request = received(desk)
    view = desk.requests.get(request)
    assert (view.deadline.due, view.days_left, view.lane, view.name) == (date(2026, 4, 2), 31, Lane.LATER, "Ada")
    desk.requests.link(request, ada)
    desk.requests.take(request)
    desk.requests.pause(request, PauseReason.CLARIFICATION, "which days?")
    calendar.now += timedelta(days=6)
    assert desk.requests.get(request).lane is Lane.PAUSED
    desk.requests.resume(request)
    assert desk.requests.get(request).deadline.due == date(2026, 4, 8)
    with pytest.raises(IdentityNotProven):
        desk.requests.answer(request, "here is your copy")
    desk.requests.identify(request, IdentityProof.DOCUMENT, "passport seen")
    desk.requests.extend(request, "many days")
    assert desk.requests.get(request).deadline.due == date(2026, 6, 8)
    desk.requests.answer(request, "here is your copy")
    view = desk.requests.get(request)
    assert (view.lane, view.request.status, view.may) == (
        Lane.CLOSED,
        RequestStatus.ANSWERED,
        frozenset({RequestAct.LETTER}),
    )
    assert entries(desk, AuditAction.REQUEST_REGISTERED) == ["access"]
    done = ["person_found", "assigned", "paused", "resumed", "identified", "extended", "answered"]
    assert entries(desk, AuditAction.REQUEST_CHANGED) == done[::-1]
    assert [each.text for each in view.request.events if each.text][-1] == "here is your copy"
    with pytest.raises(RequestClosed):
        desk.requests.refuse(request, RefusalGround.UNFOUNDED, "again")


def test_what_is_refused_on_the_way(desk: Desk, calendar: Calendar) -> None:
    request = received(desk, details=RequestDetails("Ada", representative="Bob"))
    desk.requests.identify(request, IdentityProof.KNOWN)
    refused: list[tuple[type[ConsentryError], Callable[[], object]]] = [
        (AuthorityNotShown, lambda: desk.requests.answer(request, "done")),
        (ReasonMissing, lambda: desk.requests.authorise(request, "  ")),
        (NotPaused, lambda: desk.requests.resume(request)),
        (ReasonMissing, lambda: desk.requests.refuse(request, RefusalGround.AUTHORITY, " ")),
        (PersonUnknown, lambda: desk.requests.link(request, PersonId(random_id()))),
        (RequestUnknown, lambda: desk.requests.get(RequestId("none"))),
        (NameInvalid, lambda: received(desk, details=RequestDetails(" "))),
        (ReceivedInFuture, lambda: received(desk, received_on=date(2026, 3, 3))),
        (LetterNotDue, lambda: desk.letters.paper(request, LetterKind.REFUSAL)),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()
    assert [each.act for each in desk.requests.get(request).request.events] == [
        RequestAct.REGISTERED,
        RequestAct.IDENTIFIED,
    ]
    calendar.now += timedelta(days=40)
    with pytest.raises(ExtensionNotPossible):
        desk.requests.extend(request, "late")
    desk.controller.change(CONTROLLER)
    with pytest.raises(PauseNotPossible):
        desk.requests.pause(request, PauseReason.IDENTITY, "who?")
    desk.requests.authorise(request, "power of attorney seen")
    desk.requests.answer(request, "done")


def test_a_session_that_locks_half_way_and_roles_without_the_right_change_nothing(
    desk: Desk, calendar: Calendar
) -> None:
    request = received(desk)
    desk.access.lock()
    with pytest.raises(ScreenLocked):
        desk.requests.answer(request, "done")
    sign_in_as(desk, Role.GUARD)
    for act in (desk.requests.board, lambda: received(desk), lambda: desk.letters.paper(request, LetterKind.ANSWER)):
        with pytest.raises(NotPermitted):
            act()
    sign_in_as(desk, Role.OFFICER)
    assert len(desk.requests.get(request).request.events) == 1
    assert len(desk.requests.board()) == 1


def test_the_board_is_sorted_and_the_strip_reminds(desk: Desk, calendar: Calendar) -> None:
    calendar.now = datetime(2026, 4, 1, 10, tzinfo=UTC)
    ids = {day: received(desk, received_on=day) for day in (date(2026, 3, 30), date(2026, 2, 20), date(2026, 3, 4))}
    closed = received(desk, received_on=date(2026, 1, 5), kind=RequestKind.COMPLAINT)
    desk.requests.answer(closed, "sorry")
    board = desk.requests.board()
    assert [each.request.id for each in board] == [
        ids[date(2026, 2, 20)],
        ids[date(2026, 3, 4)],
        ids[date(2026, 3, 30)],
        closed,
    ]
    assert [each.lane for each in board] == [Lane.OVERDUE, Lane.THIS_WEEK, Lane.LATER, Lane.CLOSED]
    reminded = {each.kind: each.count for each in desk.health.problems()}
    assert reminded[ProblemKind.REQUESTS_DUE] == 1
    desk.requests.refuse(ids[date(2026, 2, 20)], RefusalGround.IDENTITY, "nobody came")
    assert ProblemKind.REQUESTS_DUE not in {each.kind for each in desk.health.problems()}


def test_the_sites_own_days_off_count(desk: Desk, calendar: Calendar) -> None:
    request = received(desk)
    desk.settings.change(own_days_off=(date(2026, 4, 2),), holiday_region="ENG")
    # The 2nd is the site's own, the 3rd Good Friday, the 6th Easter Monday in England.
    assert desk.requests.get(request).deadline.due == date(2026, 4, 7)


class Kept:
    """A renderer that keeps the paper."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.papers: list[Paper] = []

    def save(self, paper: Paper, target: Path) -> None:
        if self.fails:
            raise OSError("full")
        self.papers.append(paper)


def _texts(paper: Paper) -> str:
    rows = [str(row.value) for section in paper.sections for row in section.rows]
    return "\n".join((*rows, *(text for section in paper.sections for text in section.paragraphs)))


def test_letters_tell_what_was_recorded_in_the_persons_language(desk: Desk, calendar: Calendar, tmp_path: Path) -> None:
    request = received(desk)
    kept = Kept()
    desk.letters.save(request, LetterKind.ACKNOWLEDGEMENT, tmp_path / "a.pdf", kept)
    desk.requests.refuse(request, RefusalGround.EXCESSIVE, "the fifth time this week")
    desk.letters.save(request, LetterKind.REFUSAL, tmp_path / "b.pdf", kept)
    first, second = kept.papers
    words = letter_words("de")
    assert (first.language, first.title, first.code) == ("de", words.letters[LetterKind.ACKNOWLEDGEMENT].title, "")
    assert "2026-04-02" in _texts(first)
    assert request in _texts(first)
    told = _texts(second)
    assert words.grounds[RefusalGround.EXCESSIVE] in told
    assert "the fifth time this week" in told
    assert "Wycliffe House" in told
    assert "ada@example.org" in told
    made = [each.detail for each in desk.requests.get(request).request.events if each.act is RequestAct.LETTER]
    assert made == ["acknowledgement", "refusal"]
    with pytest.raises(LetterUnwritable):
        desk.letters.save(request, LetterKind.REFUSAL, tmp_path / "c.pdf", Kept(fails=True))


def test_no_letter_without_a_controller(desk: Desk) -> None:
    request = received(desk, received_on=date(2026, 3, 2))
    with pytest.raises(RecordIncomplete):
        desk.letters.paper(request, LetterKind.ACKNOWLEDGEMENT)


def test_every_language_says_everything() -> None:
    for language in LANGUAGES:
        words = letter_words(language)
        assert set(words.kinds) == set(RequestKind)
        assert set(words.grounds) == set(RefusalGround)
        assert set(words.letters) == set(LetterKind)
        assert "{count}" in words.nothing.entries
    assert letter_words("xx") is not None
