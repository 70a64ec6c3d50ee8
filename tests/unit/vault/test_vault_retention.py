"""What is over goes in lots that are counted with it; what is held stays; a contact outlives its sightings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete

from desktop.domain.consent import ConsentEvent, ConsentState, Restriction, WatchlistAuthority
from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, ConsentId, PassId, PersonId, RestrictionId, SightingId, random_id
from desktop.domain.purposes import PHOTO
from desktop.domain.retention import Keeper, Kept
from desktop.domain.retention_run import RetentionRun
from desktop.domain.sightings import Sighting
from desktop.domain.visitor_pass import VisitorPass
from desktop.vault.columns import to_microseconds
from desktop.vault.consent_models import PassRow
from desktop.vault.models import SightingRow
from desktop.vault.records import utc_now
from desktop.vault.retention import over
from desktop.vault.vault import Vault
from tests.helpers.vaults import new_person
from tests.unit.vault.test_vault_holds import hold_on

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def run(vault: Vault) -> RetentionRun:
    begun = RetentionRun(random_id(), NOW)
    vault.retention_runs.begin(begun)
    return begun


def seen(vault: Vault, hours: float, person: PersonId | None = None, band: Band | None = None) -> None:
    """A sighting that ended that many hours before NOW."""
    at = NOW - timedelta(hours=hours)
    which = band or (Band.UNKNOWN if person is None else Band.MATCH)
    found = Sighting(SightingId(random_id()), CameraId("c"), which, at - timedelta(minutes=5), at, person, 0.7, 0.5)
    vault.sightings.append_many([found])


def test_strangers_go_in_lots_oldest_first_and_are_counted(vault: Vault, run: RetentionRun) -> None:
    ada = vault.people.add_many([new_person(1)])[0]
    for hours in (1, 2, 3, 4, 5):
        seen(vault, hours, band=Band.POSSIBLE if hours % 2 else Band.UNKNOWN)
    seen(vault, 9, ada)
    before = NOW - 2 * HOUR
    assert vault.retention.count(Kept.STRANGERS, before, NOW) == 3
    lot = vault.retention.delete(Kept.STRANGERS, before, NOW, 2, run=run.id)
    assert (lot.deleted, lot.at, lot.seconds > 0) == (2, NOW - 4 * HOUR, True)
    lot = vault.retention.delete(Kept.STRANGERS, before, NOW, 2, run=run.id, begin=lot.at)
    assert (lot.deleted, lot.at) == (1, None)
    assert vault.sightings.count() == 3
    done = vault.retention_runs.get(run.id)
    assert done is not None
    assert done.counts == {Kept.STRANGERS: 3}


def test_whoever_is_held_or_restricted_keeps_their_sightings(vault: Vault, run: RetentionRun) -> None:
    ada, bob, cy = vault.people.add_many([new_person(1), new_person(2), new_person(3)])
    for person in (ada, bob, cy):
        seen(vault, 5, person)
    now = utc_now()
    vault.holds.place(hold_on(ada))
    vault.restrictions.add(Restriction(RestrictionId(random_id()), bob, now, None))
    assert vault.retention.count(Kept.SIGHTINGS, NOW, now) == 1
    assert vault.retention.delete(Kept.SIGHTINGS, NOW, now, 9, run=run.id).deleted == 1
    assert vault.sightings.count() == 2
    seen(vault, 5, cy)
    vault.holds.place(hold_on(category=Kept.SIGHTINGS))
    assert vault.retention.delete(Kept.SIGHTINGS, NOW, now, 9, run=run.id).deleted == 0


def test_passes_go_after_their_end(vault: Vault, run: RetentionRun) -> None:
    for hours in (1, 3):
        end = NOW - timedelta(hours=hours)
        vault.passes.add(VisitorPass(PassId(random_id()), end - HOUR, end))
    assert vault.retention.delete(Kept.PASSES, NOW - 2 * HOUR, NOW, 9, run=run.id).deleted == 1


def test_a_contact_outlives_the_sightings_that_told_it(vault: Vault) -> None:
    ada, bob = vault.people.add_many([new_person(1), new_person(2)])
    now = utc_now()
    at = now + timedelta(days=10)
    seen(vault, (NOW - at) / HOUR, ada)
    seen(vault, (NOW - at) / HOUR + 5, ada)
    seen(vault, (NOW - at) / HOUR - 100, bob)
    assert vault.retention.last_seen([ada, bob])[ada] == at
    lost = vault.retention.unseen_since(at + HOUR)
    assert lost == [(ada, at)]
    vault.retention.remember_contacts(lost)
    vault.retention.remember_contacts([(ada, now - timedelta(days=99))])
    contacts = {each.person_id: each.last_contact for each in vault.retention.people(now)}
    assert contacts[ada] == at
    assert contacts[bob] < at


def test_what_the_rules_ask_is_read_for_everybody(vault: Vault) -> None:
    ada, bob, cy = vault.people.add_many([new_person(1, photo=b"x" * 99), new_person(2), new_person(3)])
    now = utc_now()
    later = now + timedelta(days=3)
    end = now + timedelta(days=9)
    for event in (
        ConsentEvent(ConsentId("a"), ada, ConsentState.GIVEN, later, end, PHOTO),
        ConsentEvent(ConsentId("b"), bob, ConsentState.EXPIRED, later, later),
    ):
        vault.consents.append(event)
    vault.authorities.add(WatchlistAuthority(cy, now, end))
    vault.holds.place(hold_on(bob))
    facts = {each.person_id: each for each in vault.retention.people(now)}
    assert facts[ada].photos
    assert facts[ada].photo is not None
    assert (facts[ada].photo.state, facts[ada].photo.end) == (ConsentState.GIVEN, end)
    assert facts[ada].last_contact == later
    assert facts[bob].recognition is not None
    assert facts[bob].recognition.state is ConsentState.EXPIRED
    assert facts[bob].last_contact < later, "the clock is no contact"
    assert (facts[bob].keeper, facts[cy].keeper) == (Keeper.HOLD, None)
    assert (facts[cy].authority_until, facts[ada].authority_until) == (end, None)
    vault.holds.place(hold_on(category=Kept.PHOTOS))
    facts = {each.person_id: each for each in vault.retention.people(now)}
    assert (facts[ada].keeper, facts[cy].keeper) == (Keeper.CATEGORY_HOLD, None)


@pytest.mark.parametrize(
    ("category", "index"),
    [
        (Kept.STRANGERS, "ix_sightings_ended_at"),
        (Kept.SIGHTINGS, "ix_sightings_started_at"),
        (Kept.PASSES, "ix_passes_valid_until"),
    ],
)
def test_an_index_finds_what_is_over(vault: Vault, category: Kept, index: str) -> None:
    """Without one every lot would read a million rows."""

    def plan(live: Connection) -> str:
        table = PassRow if category is Kept.PASSES else SightingRow
        query = delete(table).where(*over(category, NOW, NOW))
        compiled = query.compile(dialect=live.dialect, compile_kwargs={"render_postcompile": True})
        values = compiled.construct_params()
        given = tuple(to_microseconds(value) for name in compiled.positiontup or () if (value := values[name]) == NOW)
        rest = tuple(values[name] for name in compiled.positiontup or () if values[name] != NOW)
        return repr(live.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", (*rest, *given)).all())

    assert f"INDEX {index}" in vault.read(plan)


def test_runs_are_listed_and_forgotten_and_one_that_was_cut_short_is_found(vault: Vault, run: RetentionRun) -> None:
    again = vault.retention_runs.unfinished()
    assert again is not None
    assert (again.id, again.interruptions) == (run.id, 1)
    vault.retention_runs.set_count(run.id, Kept.PEOPLE, 4)
    vault.retention_runs.set_count(run.id, Kept.PEOPLE, 3)
    vault.retention_runs.end(run.id, NOW + HOUR, 2, 1)
    assert vault.retention_runs.unfinished() is None
    (listed,) = vault.retention_runs.list()
    assert (listed.counts, listed.kept, listed.waits, listed.total) == ({Kept.PEOPLE: 3}, 2, 1, 3)
    assert vault.retention_runs.forget(NOW + HOUR) == 0
    assert vault.retention_runs.forget(NOW + 2 * HOUR) == 1
