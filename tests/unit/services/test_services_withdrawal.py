"""Taking consent back: at once, per purpose, twice, in the middle of trouble; and what stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.consent import ConsentEvent, ConsentState, WatchlistAuthority
from desktop.domain.erasure import Category, ErasureReason, SubjectKind
from desktop.domain.ids import PersonId
from desktop.domain.permissions import TwoPersonAct
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.retention import Kept
from desktop.services import retention
from desktop.services.desk import Desk
from desktop.services.errors import NoLongerMatchedOnly
from desktop.services.gallery_feed import utc_now
from desktop.services.health import ProblemKind
from desktop.vault import erasure
from desktop.vault.errors import DiskFull, KeyringLocked, PersonUnknown
from tests.helpers.desks import enrol, open_desk, wait_until
from tests.helpers.vaults import MODEL, MemoryKeyStore, new_person

PARKING = PurposeKey("parking")


@pytest.fixture
def desk(vault_folder: Path, keystore: MemoryKeyStore) -> Iterator[Desk]:
    """Without its housekeeper, whose work the tests do themselves."""
    with open_desk(vault_folder, keystore) as opened:
        opened._keeper.close()
        yield opened


def full(*_: Any, **__: Any) -> None:
    raise DiskFull


def locked(kind: str) -> None:
    if kind == "set":
        raise KeyringLocked


def add(desk: Desk, seed: int = 1, name: str = "Ada Lovelace", *purposes: PurposeKey) -> PersonId:
    """Somebody with a picture, who agreed to recognition, to keeping the picture, and to these."""
    (person,) = desk._vault.people.add_many([new_person(seed, name, bytes(9000))])
    (given,) = desk._vault.consents.history(person)
    for purpose in (PHOTO, *purposes):
        desk._vault.consents.append(
            ConsentEvent(given.consent_id, person, ConsentState.GIVEN, given.at, purpose=purpose)
        )
    return person


def states(desk: Desk, person: PersonId) -> dict[PurposeKey, ConsentState]:
    return {event.purpose: event.state for event in desk._vault.consents.history(person)}


def problems(desk: Desk) -> dict[ProblemKind, int]:
    return {problem.kind: problem.count for problem in desk.health.problems()}


def test_everything_goes_but_the_proof(desk: Desk) -> None:
    person = enrol(desk, "Ada Lovelace", "obama.jpg")
    bea = enrol(desk, "Bea", "biden.jpg")
    (given,) = desk._vault.consents.history(person)
    assert desk.gallery_size == 2
    done = desk.withdrawals.withdraw(person)
    assert desk.gallery_size == 1
    assert done.ended == (RECOGNITION,)
    assert not done.waits
    assert done.erasure is not None
    assert done.erasure.result.complete
    assert done.erasure.result.reason is ErasureReason.WITHDRAWAL
    assert done.erasure.result.requested_by == desk.access.operator_id
    with pytest.raises(PersonUnknown):
        desk.people.get(person)
    assert desk.people.name_of(person) is None
    (kept,) = desk.consents.archived("Ada Lovelace")
    assert kept.consent_id == given.consent_id
    assert [event.state for event in kept.events] == [ConsentState.GIVEN, ConsentState.WITHDRAWN]
    assert kept.events[1].operator_id == desk.access.operator_id
    days = desk.settings.current.consent_kept_days
    assert kept.keep_until == done.kept_until
    assert abs(kept.keep_until - utc_now() - timedelta(days=days)) < timedelta(minutes=5)
    desk._feed.refresh()
    assert bea in desk._gallery.snapshot
    assert problems(desk) == {}


def test_twice_changes_nothing_and_nobody_unknown_is_withdrawn(desk: Desk) -> None:
    person = add(desk)
    desk.withdrawals.withdraw(person)
    again = desk.withdrawals.withdraw(person)
    assert (again.ended, again.erasure, again.waits) == ((), None, False)
    assert desk._vault.archive.count() == 1
    assert len(desk._vault.erasures.ledger()) == 1
    with pytest.raises(PersonUnknown):
        desk.withdrawals.withdraw(PersonId("8dfd3a5e-0000-4000-8000-000000000000"))


def test_the_picture_goes_alone(desk: Desk) -> None:
    person = add(desk)
    desk._feed.refresh()
    before = desk._vault.matching_revision
    done = desk.withdrawals.withdraw(person, PHOTO)
    assert done.ended == (PHOTO,)
    assert done.erasure is not None
    assert done.erasure.result.kind is SubjectKind.PHOTO
    assert done.erasure.result.erased == {Category.PHOTOS: 1}
    assert desk._vault.people.photo(person) is None
    assert desk._vault.people.get(person) is not None
    assert states(desk, person) == {RECOGNITION: ConsentState.GIVEN, PHOTO: ConsentState.WITHDRAWN}
    assert person in desk._vault.templates.standing(utc_now()).matchable
    assert desk._vault.matching_revision > before
    assert desk._vault.archive.count() == 0
    assert desk.withdrawals.withdraw(person, PHOTO).ended == ()


def test_any_other_purpose_is_an_event_alone(desk: Desk) -> None:
    person = add(desk, 1, "Ada", PARKING)
    done = desk.withdrawals.withdraw(person, PARKING)
    assert (done.ended, done.erasure) == ((PARKING,), None)
    assert states(desk, person)[PARKING] is ConsentState.WITHDRAWN
    assert desk._vault.people.photo(person) is not None


def test_without_recognition_the_other_purposes_end_too(desk: Desk) -> None:
    person = add(desk, 1, "Ada", PARKING)
    assert set(desk.withdrawals.withdraw(person, RECOGNITION).ended) == {RECOGNITION, PHOTO, PARKING}
    (kept,) = desk.consents.archived("Ada")
    last = {event.purpose: event.state for event in kept.events}
    assert last == {
        RECOGNITION: ConsentState.WITHDRAWN,
        PHOTO: ConsentState.TERMINATED,
        PARKING: ConsentState.TERMINATED,
    }


def test_it_takes_one_person_and_the_audit_log_says_which_purpose(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk.approvals, "_wanted", frozenset({TwoPersonAct.ERASURE}))
    person = add(desk)
    desk.withdrawals.withdraw(person)
    wait_until(lambda: desk._views.waiting == 0)
    listing = desk.audit.find(AuditFilter(action=AuditAction.CONSENT_CHANGED, object_id=person))
    details = [row.entry.detail for row in desk.audit.list(listing.wanted, 0, 10)]
    assert {(detail["state"], detail["purpose"]) for detail in details} == {
        ("ConsentWithdrawn", "recognition"),
        ("ConsentWithdrawn", "photo"),
    }


def test_where_nothing_can_be_written_the_person_is_at_least_not_matched(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = enrol(desk, "Ada", "obama.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.withdrawals, "record", full)
        with pytest.raises(NoLongerMatchedOnly):
            desk.withdrawals.withdraw(person)
    assert desk.gallery_size == 0
    desk._feed.refresh()
    assert desk.gallery_size == 0, "the person came back"
    assert desk.withdrawals.withdraw(person).erasure is not None


@pytest.mark.parametrize("step", ["archive", "erasure"])
def test_what_cannot_be_erased_yet_is_tried_again(desk: Desk, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person = enrol(desk, "Ada", "obama.jpg")
    with monkeypatch.context() as patch:
        target = (desk._vault.archive, "put") if step == "archive" else (desk._vault.erasures, "erase")
        patch.setattr(*target, full)
        done = desk.withdrawals.withdraw(person)
    assert done.ended == (RECOGNITION,)
    assert done.waits
    assert desk.gallery_size == 0
    desk._feed.refresh()
    assert desk.gallery_size == 0
    assert states(desk, person) == {RECOGNITION: ConsentState.WITHDRAWN}
    assert problems(desk)[ProblemKind.WITHDRAWAL_WAITS] == 1
    assert desk.withdrawals.finish() == 1
    assert problems(desk) == {}
    assert desk._vault.withdrawals.erased(person)
    assert desk._vault.archive.count() == 1
    assert desk.withdrawals.finish() == 0


def test_a_locked_keyring_delays_the_erasure_only(desk: Desk, keystore: MemoryKeyStore) -> None:
    person = add(desk)
    keystore.before = locked
    done = desk.withdrawals.withdraw(person)
    assert done.waits
    assert done.ended == (RECOGNITION, PHOTO)
    assert desk._vault.archive.count() == 1
    keystore.before = None
    assert desk.withdrawals.finish() == 1
    assert desk._vault.withdrawals.erased(person)
    assert desk._vault.archive.count() == 1


def test_a_crash_after_the_event_is_carried_on_from(
    vault_folder: Path, keystore: MemoryKeyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_desk(vault_folder, keystore) as desk:
        person = add(desk)
        with monkeypatch.context() as patch:
            patch.setattr(desk._vault.archive, "put", full)
            desk.withdrawals.withdraw(person)
    with open_desk(vault_folder, keystore) as desk:  # the housekeeper's first look
        wait_until(lambda: desk._vault.withdrawals.erased(person))
        assert desk._vault.archive.count() == 1


def test_erased_by_somebody_else_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person = add(desk)
    put = desk._vault.archive.put

    def late(*arguments: Any, **more: Any) -> Any:
        desk.erasures.erase([person])
        return put(*arguments, **more)

    monkeypatch.setattr(desk._vault.archive, "put", late)
    done = desk.withdrawals.withdraw(person)
    assert (done.erasure, done.waits) == (None, False)
    assert problems(desk) == {}


@pytest.fixture
def covered(desk: Desk) -> PersonId:
    person = add(desk)
    now = utc_now()
    desk._vault.authorities.add(WatchlistAuthority(person, now - timedelta(hours=1), now + timedelta(hours=1)))
    return person


def test_whom_an_authority_covers_stays_until_it_ends(
    desk: Desk, covered: PersonId, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = desk.withdrawals.withdraw(covered)
    assert done.covered
    assert done.erasure is not None
    assert done.erasure.result.kind is SubjectKind.PHOTO, "no authority covers the picture"
    standing = desk._vault.templates.standing(utc_now())
    assert covered in standing.matchable
    assert covered not in standing.showable
    assert desk.withdrawals.finish() == 0
    monkeypatch.setattr(desk.withdrawals, "_clock", lambda: utc_now() + timedelta(hours=2))
    assert desk.withdrawals.finish() == 1
    assert desk._vault.withdrawals.erased(covered)


def test_the_archive_ends_on_its_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person = add(desk)
    kept_until = desk.withdrawals.withdraw(person).kept_until
    assert kept_until is not None
    monkeypatch.setattr(desk.retention, "believed", lambda: True)
    monkeypatch.setattr(retention, "utc_now", lambda: kept_until - timedelta(microseconds=1))
    assert desk.retention.run().counts == {}
    for module in (retention, erasure):
        monkeypatch.setattr(module, "utc_now", lambda: kept_until)
    assert desk.retention.run().counts == {Kept.ARCHIVE: 1}
    assert desk._vault.archive.count() == 0
    assert desk.erasures.results()[0].result.reason is ErasureReason.RETENTION


def test_a_template_of_another_model_goes_as_well(desk: Desk) -> None:
    person = add(desk)
    assert desk._vault.templates.for_matching(MODEL, utc_now()).owners == (person,)
    desk.withdrawals.withdraw(person)
    assert desk._vault.templates.count() == 0


def test_the_picture_goes_at_once_when_keeping_it_is_refused_and_only_the_picture(desk: Desk) -> None:
    person, bea = add(desk), add(desk, 2, "Bea")
    (given, *_) = desk._vault.consents.history(person)
    desk._vault.consents.append(ConsentEvent(given.consent_id, person, ConsentState.REFUSED, utc_now(), purpose=PHOTO))
    assert desk.withdrawals.finish() == 1
    assert desk._vault.people.photo(person) is None
    assert desk._vault.people.photo(bea) is not None
    assert desk.people.get(person).consent is ConsentState.GIVEN
    assert desk._vault.erasures.results()[0].result.reason is ErasureReason.WITHDRAWAL
    assert desk.withdrawals.finish() == 0


def test_a_picture_expires_with_its_own_consent_alone_by_the_rules_of_retention(desk: Desk) -> None:
    person = add(desk)
    (given, *_) = desk._vault.consents.history(person)
    past = utc_now() - timedelta(seconds=1)
    desk._vault.consents.append(ConsentEvent(given.consent_id, person, ConsentState.GIVEN, given.at, past, PHOTO))
    assert desk.renewals.record_expired() == 1
    assert desk.withdrawals.finish() == 0
    desk.retention.run()
    assert states(desk, person) == {RECOGNITION: ConsentState.GIVEN, PHOTO: ConsentState.EXPIRED}
    assert desk._vault.people.photo(person) is None
    assert desk._vault.erasures.results()[0].result.reason is ErasureReason.RETENTION
