"""The officer's legal holds: erasure and the data's end wait, the end of matching does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.ids import HoldId, PersonId, random_id
from desktop.domain.permissions import Role
from desktop.domain.progress import UNWATCHED
from desktop.domain.retention import Kept
from desktop.services.desk import Desk
from desktop.services.errors import HoldEndInvalid, NotPermitted, ReasonMissing
from desktop.services.gallery_feed import utc_now
from desktop.vault.errors import HoldUnknown, SubjectHeld
from tests.helpers.desks import enrol
from tests.helpers.operators import sign_in_as

WEEK = timedelta(days=7)


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    return enrol(desk, "Ada", "obama.jpg")


def held(desk: Desk, person_id: PersonId) -> HoldId:
    return desk.holds.hold_person(person_id, "lawsuit 12/26", "Legal department", utc_now() + WEEK)


def entries(desk: Desk, action: AuditAction) -> list[tuple[str | None, str]]:
    rows = desk.audit.list(desk.audit.find(AuditFilter(action=action)).wanted, 0, 20)
    return [(row.entry.object_id, row.entry.reason) for row in rows]


def test_a_held_person_is_not_erased_and_is_matched_as_before(desk: Desk, ada: PersonId) -> None:
    held(desk, ada)
    with pytest.raises(SubjectHeld):
        desk.erasures.erase([ada])
    assert desk.gallery_size == 1
    assert desk.people.get(ada).details.name == "Ada"


def test_withdrawing_stops_the_matching_at_once_and_the_erasure_follows_the_hold(desk: Desk, ada: PersonId) -> None:
    hold = held(desk, ada)
    done = desk.withdrawals.withdraw(ada)
    assert done.held
    assert done.ended
    assert done.erasure is None
    assert not done.waits
    assert desk.gallery_size == 0
    assert desk.withdrawals.finish() == 0
    assert desk.people.get(ada).details.name == "Ada"
    desk.holds.release(hold, "settled")
    assert desk._finish(UNWATCHED) == 1
    assert desk.people.count() == 0
    assert desk.holds.list() == []


def test_the_log_tells_who_and_when_and_keeps_the_reason_of_the_release_only(desk: Desk, ada: PersonId) -> None:
    hold = held(desk, ada)
    desk.holds.release(hold, "  settled\nout of court ")
    assert entries(desk, AuditAction.HOLD_PLACED) == [(ada, "")]
    assert entries(desk, AuditAction.HOLD_RELEASED) == [(ada, "settled out of court")]


def test_the_list_begins_with_what_is_in_force(desk: Desk, ada: PersonId) -> None:
    over = held(desk, ada)
    desk.holds.release(over, "settled")
    desk.holds.hold_category(Kept.STRANGERS, "police request", "Ms Officer", utc_now() + WEEK)
    first, second = desk.holds.list()
    assert first.in_force
    assert (first.hold.category, first.name) == (Kept.STRANGERS, "")
    assert not second.in_force
    assert (second.name, second.hold.reason, second.hold.owner) == ("Ada", "lawsuit 12/26", "Legal department")


def test_what_is_refused(desk: Desk, ada: PersonId) -> None:
    for reason, owner in (("", "Legal"), ("why", " ")):
        with pytest.raises(ReasonMissing):
            desk.holds.hold_person(ada, reason, owner, utc_now() + WEEK)
    for end in (-WEEK, timedelta(days=3651)):
        with pytest.raises(HoldEndInvalid):
            desk.holds.hold_person(ada, "why", "Legal", utc_now() + end)
    with pytest.raises(ValueError, match="held"):
        desk.holds.hold_category(Kept.DRAFTS, "why", "Legal", utc_now() + WEEK)
    with pytest.raises(HoldUnknown):
        desk.holds.release(HoldId(random_id()), "why")
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        desk.holds.list()
