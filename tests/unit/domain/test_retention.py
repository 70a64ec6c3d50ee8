"""The rules of retention: which one wins, from which day, and what wins over them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.retention import (
    CONTACT_MONTHS,
    Decision,
    Keeper,
    Kept,
    Period,
    PersonFacts,
    Rule,
    Since,
    Standing,
    Unit,
    decide,
)

DAY = timedelta(days=1)
AT = datetime(2026, 1, 31, 9, tzinfo=UTC)
END = AT + 365 * DAY
CONTACT = Rule(Kept.PEOPLE, Since.CONTACT, Period(CONTACT_MONTHS, Unit.MONTHS))
GIVEN = Standing(ConsentState.GIVEN, AT, END, ((3, 30),))
ADA = PersonFacts(PersonId("ada"), AT, AT, GIVEN, None)


def of_person(facts: PersonFacts) -> Decision:
    (found,) = [each for each in decide(facts, CONTACT) if each.category is Kept.PEOPLE]
    return found


@pytest.mark.parametrize(
    ("period", "since", "end"),
    [
        (Period(24, Unit.HOURS), AT, AT + DAY),
        (Period(30, Unit.DAYS), AT, AT + 30 * DAY),
        (Period(1, Unit.MONTHS), AT, datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (Period(36, Unit.MONTHS), datetime(2024, 2, 29, tzinfo=UTC), datetime(2027, 2, 28, tzinfo=UTC)),
        (Period(12, Unit.MONTHS), datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)),
    ],
)
def test_periods(period: Period, since: datetime, end: datetime) -> None:
    assert period.after(since) == end
    if period.unit is not Unit.MONTHS:
        assert period.before(end) == since


def test_what_is_older_than_months_is_over() -> None:
    assert Period(1, Unit.MONTHS).before(datetime(2026, 3, 31, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)


def test_the_notice_ends_it_after_the_consent_and_says_why() -> None:
    found = of_person(ADA)
    assert found.due is not None
    assert found.due.at == END + 30 * DAY
    assert (found.due.since, found.due.rule.purpose, found.due.rule.notice) == (END, RECOGNITION, 3)
    assert [due.rule.since for due in found.others] == [Since.CONTACT]
    assert not found.over(END + 30 * DAY - timedelta(microseconds=1))
    assert found.over(END + 30 * DAY)


def test_the_shortest_promise_wins() -> None:
    asked_again = replace(GIVEN, promises=((3, 30), (4, 7)))
    found = of_person(replace(ADA, recognition=asked_again))
    assert found.due is not None
    assert (found.due.rule.notice, found.due.at) == (4, END + 7 * DAY)


def test_three_years_after_the_last_contact_whatever_the_consent_says() -> None:
    endless = replace(GIVEN, valid_until=None)
    seen = datetime(2026, 5, 4, tzinfo=UTC)
    found = of_person(replace(ADA, recognition=endless, last_contact=seen))
    assert found.due is not None
    assert found.due.rule is CONTACT
    assert found.due.at == datetime(2029, 5, 4, tzinfo=UTC)
    later = of_person(replace(ADA, recognition=replace(GIVEN, valid_until=AT + 3000 * DAY)))
    assert later.due is not None
    assert later.due.rule is CONTACT


@pytest.mark.parametrize("state", [ConsentState.EXPIRED, ConsentState.TERMINATED, ConsentState.INVALIDATED])
def test_an_end_that_was_recorded_counts_from_when_it_came(state: ConsentState) -> None:
    late = Standing(state, END + 9 * DAY, END, ((3, 30),))
    found = of_person(replace(ADA, recognition=late))
    assert found.due is not None
    assert found.due.at == END + 30 * DAY


def test_what_was_taken_back_has_no_time_left_and_what_was_never_given_neither() -> None:
    taken_back = of_person(replace(ADA, recognition=Standing(ConsentState.WITHDRAWN, AT + DAY, None, ((3, 30),))))
    assert taken_back.due is not None
    assert (taken_back.due.rule.since, taken_back.due.at) == (Since.WITHDRAWAL, AT + DAY)
    never = of_person(replace(ADA, recognition=None))
    assert never.due is not None
    assert never.due.at == AT
    unpromised = of_person(replace(ADA, recognition=replace(GIVEN, promises=())))
    assert unpromised.due is not None
    assert unpromised.due.at == END


def test_an_authority_keeps_the_person_until_its_end() -> None:
    covered = replace(ADA, authority_until=END + 100 * DAY)
    found = of_person(covered)
    assert found.due is not None
    assert found.due.at == END + 130 * DAY
    assert of_person(replace(ADA, authority_until=AT)).due == of_person(ADA).due


def test_pictures_go_by_the_consent_to_keeping_them() -> None:
    photo = Standing(ConsentState.EXPIRED, AT + 10 * DAY, AT + 10 * DAY, ((3, 5),))
    decisions = decide(replace(ADA, photo=photo, photos=True), CONTACT)
    assert [each.category for each in decisions] == [Kept.PEOPLE, Kept.PHOTOS]
    due = decisions[1].due
    assert due is not None
    assert (due.rule.purpose, due.at) == (PHOTO, AT + 15 * DAY)
    assert len(decide(replace(ADA, photo=photo), CONTACT)) == 1
    endless = decide(replace(ADA, photo=replace(GIVEN, valid_until=None), photos=True), CONTACT)[1]
    assert endless.due is None
    assert not endless.over(AT + 9999 * DAY)


@pytest.mark.parametrize("keeper", Keeper)
def test_a_hold_or_a_restriction_wins_over_every_rule(keeper: Keeper) -> None:
    found = of_person(replace(ADA, keeper=keeper))
    assert found.due is not None
    assert not found.over(AT + 9999 * DAY)
