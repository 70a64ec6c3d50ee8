"""The run of retention: what goes, what stays and why, and what the officer sees of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.audit import AuditAction, AuditEntry, AuditFilter
from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, ConsentId, PersonId, SightingId, random_id
from desktop.domain.permissions import Role
from desktop.domain.retention import Keeper, Kept, Since
from desktop.domain.sightings import Sighting
from desktop.services import retention
from desktop.services.desk import Desk
from desktop.services.errors import ClockNotBelieved, NotPermitted, ReasonMissing
from desktop.services.gallery_feed import utc_now
from desktop.services.health import ProblemKind
from desktop.vault import erasure
from desktop.vault.errors import KeyringLocked
from tests.helpers.desks import wait_until
from tests.helpers.operators import sign_in_as
from tests.helpers.vaults import new_person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The housekeeper has looked at everything once and is away."""
    desk._keeper.close()
    desk._purge()
    return desk


@pytest.fixture
def at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock by which retention and erasures go."""

    def put(now: datetime) -> None:
        for module in (retention, erasure):
            monkeypatch.setattr(module, "utc_now", lambda: now)

    return put


def expired(desk: Desk, seed: int, ago: timedelta, photo: bytes | None = None) -> PersonId:
    """Somebody whose consent ended that long ago; nobody promised to keep anything after it."""
    person = desk._vault.people.add_many([new_person(seed, f"Person {seed}", photo)])[0]
    end = utc_now() - ago
    desk._vault.consents.append(ConsentEvent(ConsentId(random_id()), person, ConsentState.GIVEN, end - DAY, end))
    return person


def stranger(desk: Desk, ago: timedelta) -> None:
    at = datetime.now(UTC) - ago
    desk._vault.sightings.append_many([Sighting(SightingId(random_id()), CameraId("c"), Band.UNKNOWN, at, at)])


def logged(desk: Desk, action: AuditAction) -> list[AuditEntry]:
    return [row.entry for row in desk.audit.list(desk.audit.find(AuditFilter(action=action)).wanted, 0, 50)]


def test_whose_consent_is_over_is_erased_with_proof_and_archive(desk: Desk) -> None:
    ada, bob = expired(desk, 1, DAY), desk._vault.people.add_many([new_person(2)])[0]
    run = desk.retention.run()
    assert run.counts == {Kept.PEOPLE: 1}
    assert run.ended_at is not None
    assert [each.id for each in desk.people.list()] == [bob]
    (done,) = desk.erasures.results()
    assert done.result.subjects == (ada,)
    assert done.result.complete
    assert {each.person_id for each in desk._vault.archive.list(desk._vault.archive.find())} == {ada}
    assert desk.retention.run().counts == {}


def test_the_report_counts_and_names_nobody(desk: Desk) -> None:
    expired(desk, 1, DAY)
    stranger(desk, 2 * DAY)
    run = desk.retention.run()
    assert desk.retention.runs()[0] == run
    newest = logged(desk, AuditAction.RETENTION_RUN)[0]
    assert newest.actor == desk.access.operator_id == run.started_by
    assert newest.detail == {"people": 1, "strangers": 1, "kept": 0, "waits": 0, "interruptions": 0}
    assert newest.object_id is None


def test_holds_keep_and_the_run_says_how_many(desk: Desk) -> None:
    ada = expired(desk, 1, DAY)
    hold = desk.holds.hold_person(ada, "lawsuit", "Legal", utc_now() + DAY)
    run = desk.retention.run()
    assert (run.counts, run.kept) == ({}, 1)
    desk.holds.release(hold, "settled")
    assert desk.retention.run().counts == {Kept.PEOPLE: 1}


def test_the_forecast_says_who_when_and_why_and_a_dry_run_deletes_nothing(desk: Desk) -> None:
    ada, bob = expired(desk, 1, DAY), expired(desk, 2, -9 * DAY)
    cy = expired(desk, 3, -40 * DAY)
    desk.holds.hold_person(bob, "lawsuit", "Legal", utc_now() + 90 * DAY)
    stranger(desk, 2 * DAY)
    forecast = desk.retention.forecast()
    assert [each.person_id for each in forecast.decisions] == [ada, bob]
    assert forecast.going == 1
    assert forecast.amounts[Kept.STRANGERS] == 1
    first, second = desk.retention.named(forecast.decisions)
    assert (first.name, first.decision.keeper) == ("Person 1", None)
    assert (second.name, second.decision.keeper) == ("Person 2", Keeper.HOLD)
    assert first.decision.due is not None
    assert first.decision.due.rule.since is Since.CONSENT_END
    dry = desk.retention.forecast(0)
    assert [each.person_id for each in dry.decisions] == [ada]
    assert {each.id for each in desk.people.list()} == {ada, bob, cy}
    assert desk._vault.sightings.count() == 1
    wait_until(lambda: logged(desk, AuditAction.RETENTION_VIEWED))


def test_it_looks_at_everything_when_opened_and_once_a_day_and_at_strangers_every_hour(
    desk: Desk, at: Callable[[datetime], None]
) -> None:
    now = utc_now()
    ada = expired(desk, 1, DAY)
    runs = len(desk.retention.runs())
    at(now + HOUR)
    assert desk._purge() == 0
    assert len(desk.retention.runs()) == runs, "an hour in which nothing is due leaves no report"
    stranger(desk, 2 * DAY)
    at(now + 2 * HOUR)
    assert desk._purge() == 1
    assert desk.people.get(ada).id == ada
    at(now + DAY)
    assert desk._purge() == 1
    assert desk.people.count() == 0
    assert [run.counts for run in desk.retention.runs()[:2]] == [{Kept.PEOPLE: 1}, {Kept.STRANGERS: 1}]


def test_a_shorter_period_is_in_force_at_the_next_look(desk: Desk, at: Callable[[datetime], None]) -> None:
    person = desk._vault.people.add_many([new_person(1)])[0]
    seen = utc_now() - 5 * DAY
    desk._vault.sightings.append_many(
        [Sighting(SightingId(random_id()), CameraId("c"), Band.MATCH, seen, seen, person, 0.7, 0.5)]
    )
    at(utc_now() + HOUR)
    assert desk._purge() == 0
    desk.settings.change(sighting_days=2)
    assert desk._purge() == 1
    assert desk._vault.retention.people(utc_now())[0].last_contact >= seen


def test_after_a_week_switched_off_it_catches_up(desk: Desk, at: Callable[[datetime], None]) -> None:
    expired(desk, 1, -DAY)
    at(utc_now() + 7 * DAY)
    assert desk._purge() == 1
    assert desk.people.count() == 0


def test_a_clock_that_is_not_believed_deletes_nothing_and_tells(desk: Desk, at: Callable[[datetime], None]) -> None:
    now = utc_now()
    ada = expired(desk, 1, DAY)
    at(now - 2 * DAY)
    assert desk._purge() == 0
    assert ProblemKind.CLOCK_BACK in [problem.kind for problem in desk.health.problems()]
    with pytest.raises(ClockNotBelieved):
        desk.retention.run()
    at(now + 4000 * DAY)
    assert desk._purge() == 0
    assert desk.people.get(ada).id == ada
    at(now + HOUR)
    desk._purge()
    at(now + HOUR + DAY)
    assert desk._purge() == 1
    assert not {ProblemKind.CLOCK, ProblemKind.CLOCK_BACK} & {problem.kind for problem in desk.health.problems()}


def test_an_erasure_that_must_wait_is_told_and_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    expired(desk, 1, DAY)

    def refused(*_: object) -> None:
        raise KeyringLocked

    with monkeypatch.context() as patch:
        patch.setattr(desk._vault.erasures, "erase", refused)
        run = desk.retention.run()
    assert (run.counts, run.waits) == ({}, 1)
    assert desk.retention.run().counts == {Kept.PEOPLE: 1}


def test_pictures_go_alone_where_only_their_consent_is_over(desk: Desk) -> None:
    from desktop.domain.purposes import PHOTO

    ada = desk._vault.people.add_many([new_person(1, photo=b"x" * 500)])[0]
    end = utc_now() - HOUR
    desk._vault.consents.append(ConsentEvent(ConsentId(random_id()), ada, ConsentState.GIVEN, end, end, PHOTO))
    assert desk.retention.run().counts == {Kept.PHOTOS: 1}
    assert desk.people.get(ada).id == ada
    assert desk._vault.withdrawals.photos_of(ada) == []


def test_keeping_anything_longer_takes_a_reason_that_is_logged(desk: Desk) -> None:
    desk.settings.change(stranger_hours=12, contact_months=24)
    with pytest.raises(ReasonMissing):
        desk.settings.change(stranger_hours=13)
    assert desk.settings.current.stranger_hours == 12
    desk.settings.change(reason="the police asked", stranger_hours=13)
    newest = logged(desk, AuditAction.SETTING_CHANGED)[0]
    assert (newest.reason, newest.detail) == ("the police asked", {"stranger_hours": 13, "stranger_hours_before": 12})
    rules = {(rule.category, rule.since): rule.period.amount for rule in desk.retention.rules()}
    assert rules[Kept.STRANGERS, Since.STORED] == 13
    assert rules[Kept.PEOPLE, Since.CONTACT] == 24


def test_an_audit_log_that_is_held_is_not_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[bool] = []
    monkeypatch.setattr(desk.audit, "tend", lambda *, believed=True: told.append(believed) or 0)
    desk.retention.run()
    desk.holds.hold_category(Kept.AUDIT, "inquiry", "Legal", utc_now() + DAY)
    desk.retention.run()
    assert told == [True, False]


def test_others_are_refused(desk: Desk) -> None:
    sign_in_as(desk, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        desk.retention.forecast()
