"""Which events taking consent back leaves, and when a consent has to be asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.ids import ConsentId, OperatorId, PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.renewal import RenewalNeed, ends_soon, renewal_need
from desktop.domain.withdrawal import OVER, endings, newest_by_purpose

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
PARKING = PurposeKey("parking")
OPERATOR = OperatorId("operator")


def event(
    purpose: PurposeKey = RECOGNITION,
    state: ConsentState = ConsentState.GIVEN,
    at: datetime = NOW - DAY,
    until: datetime | None = None,
) -> ConsentEvent:
    return ConsentEvent(ConsentId("record"), PersonId("ada"), state, at, until, purpose)


ALL = newest_by_purpose([event(), event(PHOTO), event(PARKING)])


def ended(purpose: PurposeKey | None) -> dict[PurposeKey, ConsentState]:
    return {each.purpose: each.state for each in endings(ALL, purpose, NOW, OPERATOR)}


def test_one_purpose_ends_alone_but_nothing_outlives_recognition() -> None:
    assert ended(PHOTO) == {PHOTO: ConsentState.WITHDRAWN}
    assert ended(PARKING) == {PARKING: ConsentState.WITHDRAWN}
    assert ended(RECOGNITION) == {
        RECOGNITION: ConsentState.WITHDRAWN,
        PHOTO: ConsentState.TERMINATED,
        PARKING: ConsentState.TERMINATED,
    }
    assert set(ended(None).values()) == {ConsentState.WITHDRAWN}


@pytest.mark.parametrize("state", ConsentState)
def test_what_is_over_is_not_taken_back_again(state: ConsentState) -> None:
    found = endings({RECOGNITION: event(state=state)}, None, NOW, OPERATOR)
    assert bool(found) is (state not in OVER)


def test_an_end_is_never_earlier_than_what_it_ends() -> None:
    (later,) = endings({RECOGNITION: event(at=NOW + DAY)}, None, NOW, None)
    assert later.at == NOW + DAY
    (now,) = endings({RECOGNITION: event()}, None, NOW, OPERATOR)
    assert (now.at, now.operator_id, now.valid_until) == (NOW, OPERATOR, None)


def test_the_newest_of_a_purpose_counts() -> None:
    events = [event(), event(PHOTO), event(state=ConsentState.WITHDRAWN)]
    assert newest_by_purpose(events) == {RECOGNITION: events[2], PHOTO: events[1]}


def test_soon_includes_the_last_day_and_nothing_that_has_ended() -> None:
    assert ends_soon(event(until=NOW + 30 * DAY), NOW, 30 * DAY)
    assert not ends_soon(event(until=NOW + 30 * DAY + MOMENT), NOW, 30 * DAY)
    assert ends_soon(event(until=NOW + MOMENT), NOW, 30 * DAY)
    assert not ends_soon(event(until=NOW), NOW, 30 * DAY)
    assert not ends_soon(event(), NOW, 30 * DAY)
    assert not ends_soon(event(state=ConsentState.WITHDRAWN, until=NOW + DAY), NOW, 30 * DAY)


def test_who_has_to_be_asked_again() -> None:
    assert renewal_need(event(until=NOW), 1, None, NOW) is RenewalNeed.EXPIRED
    assert renewal_need(event(until=NOW + MOMENT), 1, None, NOW) is None
    assert renewal_need(event(state=ConsentState.EXPIRED), 3, 2, NOW) is RenewalNeed.EXPIRED
    assert renewal_need(event(), 1, 2, NOW) is RenewalNeed.NOTICE
    assert renewal_need(event(), None, 1, NOW) is RenewalNeed.NOTICE
    assert renewal_need(event(), 2, 2, NOW) is None
    assert renewal_need(event(state=ConsentState.WITHDRAWN), 1, 2, NOW) is None
    assert renewal_need(event(state=ConsentState.REFUSED), 1, 2, NOW) is None
