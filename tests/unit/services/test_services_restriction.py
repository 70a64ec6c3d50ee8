"""Kept, not matched: set at once with a reason, lifted, and over at its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Role
from desktop.services.desk import Desk
from desktop.services.errors import NoLongerMatchedOnly, NotPermitted, ReasonMissing
from desktop.services.gallery_feed import utc_now
from desktop.vault.errors import DiskFull, PersonUnknown
from tests.helpers.desks import enrol
from tests.helpers.operators import sign_in_as

NOBODY = PersonId("8dfd3a5e-0000-4000-8000-000000000000")


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    person = enrol(desk, "Ada", "obama.jpg")
    assert desk.gallery_size == 1
    return person


def test_whoever_is_restricted_is_kept_and_not_matched(desk: Desk, ada: PersonId) -> None:
    desk.restrictions.restrict(ada, "accuracy contested")
    assert desk.gallery_size == 0
    assert desk.restrictions.in_force(ada)
    desk._feed.refresh()
    assert desk.gallery_size == 0
    assert desk.people.get(ada).templates == 1
    desk.restrictions.restrict(ada, "a second one")
    assert desk.restrictions.lift(ada, "settled") == 2
    assert desk.gallery_size == 1
    assert not desk.restrictions.in_force(ada)
    assert desk.restrictions.lift(ada, "again") == 0


def test_the_audit_log_keeps_the_reasons(desk: Desk, ada: PersonId) -> None:
    desk.restrictions.restrict(ada, "  accuracy\ncontested ")
    desk.restrictions.lift(ada, "settled")
    listing = desk.audit.find(AuditFilter(object_id=ada))
    found = {row.entry.action: row.entry.reason for row in desk.audit.list(listing.wanted, 0, 20)}
    assert found[AuditAction.PERSON_RESTRICTED] == "accuracy contested"
    assert found[AuditAction.RESTRICTION_LIFTED] == "settled"


def test_it_ends_by_itself(desk: Desk, ada: PersonId) -> None:
    end = utc_now() + timedelta(hours=1)
    desk.restrictions.restrict(ada, "until then", end)
    standing = desk._vault.templates.standing
    assert ada not in standing(end - timedelta(microseconds=1)).matchable
    assert ada in standing(end).matchable


def test_what_is_refused(desk: Desk, ada: PersonId) -> None:
    for blank in ("", " \n "):
        with pytest.raises(ReasonMissing):
            desk.restrictions.restrict(ada, blank)
    assert desk.gallery_size == 1
    with pytest.raises(PersonUnknown):
        desk.restrictions.restrict(NOBODY, "why")
    sign_in_as(desk, Role.GUARD)
    with pytest.raises(NotPermitted):
        desk.restrictions.restrict(ada, "why")


def test_on_a_full_disk_the_person_is_at_least_not_matched(
    desk: Desk, ada: PersonId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise DiskFull

    monkeypatch.setattr(desk._vault.restrictions, "add", full)
    with pytest.raises(NoLongerMatchedOnly):
        desk.restrictions.restrict(ada, "why")
    desk._feed.refresh()
    assert desk.gallery_size == 0
