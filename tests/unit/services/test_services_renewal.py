"""Consents that end: announced, recorded at their exact end, given anew; and the officer's register of all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent
from desktop.domain.consent_register import RegisterFilter, RegisterView
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.renewal import RenewalNeed
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted
from desktop.services.health import ProblemKind
from desktop.vault.records import NewPerson
from tests.helpers.operators import sign_in_as
from tests.helpers.vaults import new_person, template

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def at_noon(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk._keeper.close()  # the tests do the housekeeper's work themselves
    for service in (desk.renewals, desk.consents, desk.restrictions):
        monkeypatch.setattr(service, "_clock", lambda: NOW)


def add(desk: Desk, name: str, until: datetime | None = None, at: datetime = NOW - 10 * DAY) -> PersonId:
    person = NewPerson(PersonDetails(name), PlainConsent("signed form", "en", until), (template(1),), at=at)
    return desk._vault.people.add_many([person])[0]


def listed(desk: Desk, **wanted: object) -> list[tuple[str, ConsentState]]:
    listing = desk.consents.find(RegisterFilter(**wanted))  # type: ignore[arg-type]
    return [(entry.name, entry.state) for entry in desk.consents.list(listing)]


def names(desk: Desk, **wanted: object) -> list[str]:
    return [name for name, _ in listed(desk, **wanted)]


def test_the_end_is_recorded_at_its_exact_instant(desk: Desk) -> None:
    ends = [add(desk, "Ada", NOW), add(desk, "Bea", NOW + MOMENT), add(desk, "Eve")]
    assert desk.renewals.record_expired() == 1
    history = desk._vault.consents.history(ends[0])
    assert [event.state for event in history] == [ConsentState.GIVEN, ConsentState.EXPIRED]
    assert history[1].at == NOW
    assert history[1].operator_id is None
    assert history[1].consent_id == history[0].consent_id
    assert desk.renewals.record_expired() == 0
    assert len(desk._vault.consents.history(ends[1])) == 1


def test_many_ends_are_recorded_in_lots(desk: Desk) -> None:
    people = [
        NewPerson(PersonDetails(f"P {number}"), PlainConsent("form", "en", NOW), at=NOW - DAY) for number in range(1200)
    ]
    desk._vault.people.add_many(people)
    assert desk.renewals.record_expired() == 1200
    assert desk.consents.find(RegisterFilter(state=ConsentState.EXPIRED)).count == 1200


def test_what_ends_soon_is_announced(desk: Desk) -> None:
    add(desk, "Ada", NOW + 30 * DAY)
    add(desk, "Bea", NOW + 5 * DAY)
    add(desk, "Eve", NOW + 30 * DAY + MOMENT)
    desk.renewals.remind()
    problems = {problem.kind: problem.count for problem in desk.health.problems()}
    assert problems[ProblemKind.CONSENTS_ENDING] == 2
    assert names(desk, view=RegisterView.ENDING) == ["Bea", "Ada"]
    desk.settings.change(renewal_notice_days=1)
    desk.renewals.remind()
    assert ProblemKind.CONSENTS_ENDING not in {problem.kind for problem in desk.health.problems()}


def test_the_register_says_what_counts_now(desk: Desk) -> None:
    ada = add(desk, "Ada", NOW + 90 * DAY)
    bea = add(desk, "Bea", NOW)
    (given,) = desk._vault.consents.history(ada)
    desk._vault.consents.append(ConsentEvent(given.consent_id, ada, ConsentState.REFUSED, NOW, purpose=PHOTO))
    assert listed(desk) == [
        ("Ada", ConsentState.REFUSED),
        ("Bea", ConsentState.EXPIRED),
        ("Ada", ConsentState.GIVEN),
    ]
    assert names(desk, state=ConsentState.GIVEN) == ["Ada"]
    assert names(desk, state=ConsentState.EXPIRED) == ["Bea"]
    assert names(desk, purpose=PHOTO) == ["Ada"]
    assert names(desk, name="be") == ["Bea"]
    assert names(desk, name="nobody") == []
    (expired,) = desk.consents.of_person(bea)
    assert expired.need is RenewalNeed.EXPIRED
    assert expired.since == NOW
    desk.restrictions.restrict(bea, "contested")
    assert names(desk, view=RegisterView.RESTRICTED) == ["Bea"]
    assert [entry.purpose for entry in desk.consents.of_person(ada)] == [RECOGNITION, PHOTO]
    told = desk.consents.history(bea)
    assert len(told.restrictions) == 1
    assert [event.state for event in told.events] == [ConsentState.GIVEN]


def test_who_must_be_asked_again_is_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    add(desk, "Ada", NOW + DAY)
    assert names(desk, view=RegisterView.RENEWAL) == []
    monkeypatch.setattr(desk._vault.notices, "asked_again_since", lambda: 1)
    listing = desk.consents.find(RegisterFilter(view=RegisterView.RENEWAL))
    (entry,) = desk.consents.list(listing)
    assert entry.need is RenewalNeed.NOTICE


def test_what_is_archived_is_listed_apart(desk: Desk) -> None:
    (ada,) = desk._vault.people.add_many([new_person(1, "Ada Lovelace")])
    desk.withdrawals.withdraw(ada)
    assert names(desk) == []
    listing = desk.consents.find(RegisterFilter(view=RegisterView.ARCHIVED, name="ada"))
    (entry,) = desk.consents.list(listing)
    assert (entry.name, entry.state, entry.archived) == ("Ada Lovelace", ConsentState.WITHDRAWN, True)
    assert entry.archive_id is not None
    told = desk.consents.archived_history(entry.archive_id)
    assert [event.state for event in told.events] == [ConsentState.GIVEN, ConsentState.WITHDRAWN]


def test_whoever_is_erased_while_the_list_is_open_is_left_out(desk: Desk) -> None:
    ada, _ = add(desk, "Ada"), add(desk, "Bea")
    listing = desk.consents.find(RegisterFilter())
    desk.withdrawals.withdraw(ada)
    assert listing.count == 2
    assert [entry.name for entry in desk.consents.list(listing)] == ["Bea"]


def test_a_guard_sees_one_person_and_not_the_register(desk: Desk) -> None:
    ada = add(desk, "Ada")
    sign_in_as(desk, Role.GUARD)
    assert [entry.name for entry in desk.consents.of_person(ada)] == ["Ada"]
    with pytest.raises(NotPermitted):
        desk.consents.find(RegisterFilter())
    with pytest.raises(NotPermitted):
        desk.consents.history(ada)
