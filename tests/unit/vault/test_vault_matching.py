"""Which templates the gallery gets: the rule of the domain, applied to what the vault holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.consent import ConsentEvent, ConsentState, PlainConsent, Restriction, WatchlistAuthority
from desktop.domain.ids import ConsentId, PersonId, RestrictionId, random_id
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.standing import Change
from desktop.vault.errors import PersonUnknown
from desktop.vault.records import NewPerson
from desktop.vault.vault import Vault
from tests.helpers.vaults import MODEL, new_person, template

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)

# Written out on purpose: the test must not take its answer from the code.
MATCHABLE = {"ConsentGiven", "RenewedConsentGiven"}


def enrol(
    vault: Vault, state: ConsentState = ConsentState.GIVEN, until: datetime | None = None, model: str = MODEL
) -> PersonId:
    person = new_person(1)
    consent = PlainConsent("signed form", "en", until)
    return vault.people.add_many([NewPerson(person.details, consent, [template(1, model)], None, state, NOW - DAY)])[0]


def event(
    person_id: PersonId,
    state: ConsentState,
    at: datetime,
    until: datetime | None = None,
    purpose: PurposeKey = RECOGNITION,
) -> ConsentEvent:
    return ConsentEvent(ConsentId(random_id()), person_id, state, at, until, purpose)


def restrict(vault: Vault, person_id: PersonId, start: datetime, end: datetime | None = None) -> RestrictionId:
    restriction = Restriction(RestrictionId(random_id()), person_id, start, end)
    vault.restrictions.add(restriction)
    return restriction.id


def matched(vault: Vault, now: datetime = NOW) -> set[PersonId]:
    owners, vectors, standing = vault.templates.for_matching(MODEL, now)
    assert len(owners) == len(vectors)
    assert standing == vault.templates.standing(now)
    assert standing.matchable >= set(owners)
    return set(owners)


@pytest.mark.parametrize("state", list(ConsentState))
def test_only_two_of_the_ten_states_match(vault: Vault, state: ConsentState) -> None:
    person = enrol(vault, state)
    assert matched(vault) == ({person} if state.value in MATCHABLE else set())


@pytest.mark.parametrize("last", list(ConsentState))
@pytest.mark.parametrize("first", [ConsentState.GIVEN, ConsentState.WITHDRAWN])
def test_the_newest_state_counts(vault: Vault, first: ConsentState, last: ConsentState) -> None:
    person = enrol(vault, first)
    vault.consents.append(event(person, last, NOW))
    assert matched(vault) == ({person} if last.value in MATCHABLE else set())
    newest = vault.consents.newest(person)
    assert newest is not None
    assert newest.state is last
    assert [each.state for each in vault.consents.history(person)] == [first, last]


def test_a_withdrawal_under_a_clock_that_was_set_back_still_counts(vault: Vault) -> None:
    person = enrol(vault)
    vault.consents.append(event(person, ConsentState.WITHDRAWN, NOW - 400 * DAY))
    assert matched(vault) == set()


def test_consent_ends_by_the_clock_alone_and_renewal_brings_it_back(vault: Vault) -> None:
    end = NOW + timedelta(hours=1)
    person = enrol(vault, until=end)
    assert matched(vault, end - timedelta(microseconds=1)) == {person}
    assert matched(vault, end) == set()
    summary = vault.people.get(person, now=end)
    assert summary is not None
    assert summary.consent is ConsentState.EXPIRED
    vault.consents.append(event(person, ConsentState.RENEWED, end, end + DAY), PlainConsent("spoken, witnessed", "de"))
    assert matched(vault, end) == {person}
    proofs = [each.proof for each in vault.consent_proofs.list(person)]
    assert [proof.how for proof in proofs if isinstance(proof, PlainConsent)] == ["signed form", "spoken, witnessed"]


def test_an_authority_allows_matching_while_it_is_in_force(vault: Vault) -> None:
    person = enrol(vault, ConsentState.REFUSED)
    other = enrol(vault, ConsentState.REFUSED)
    vault.authorities.add(WatchlistAuthority(person, NOW, NOW + DAY))
    vault.authorities.add(WatchlistAuthority(person, NOW + 5 * DAY, NOW + 6 * DAY))
    for instant, allowed in [
        (NOW - timedelta(seconds=1), False),
        (NOW, True),
        (NOW + DAY, False),
        (NOW + 5 * DAY, True),
        (NOW + 6 * DAY, False),
    ]:
        assert matched(vault, instant) == ({person} if allowed else set())
    assert len(vault.authorities.for_person(person)) == 2
    assert vault.authorities.for_person(other) == []


def test_an_authority_allows_nobody_to_be_shown(vault: Vault) -> None:
    wanted, consenting = enrol(vault, ConsentState.REFUSED), enrol(vault, until=NOW + timedelta(hours=1))
    for person in (wanted, consenting):
        vault.authorities.add(WatchlistAuthority(person, NOW, NOW + DAY))
    assert vault.templates.standing(NOW).matchable == {wanted, consenting}
    assert vault.templates.standing(NOW).showable == {consenting}
    later = NOW + timedelta(hours=1)
    assert vault.templates.standing(later).matchable == {wanted, consenting}
    assert vault.templates.standing(later).showable == set(), "the consent has ended, the authority has not"


def test_somebody_without_any_consent_event_is_matched_by_authority(vault: Vault) -> None:
    person = enrol(vault, ConsentState.UNKNOWN)
    vault.authorities.add(WatchlistAuthority(person, NOW, NOW + DAY))
    assert vault.templates.standing(NOW).matchable == {person}
    assert vault.templates.standing(NOW).showable == set()


def test_an_authority_needs_a_person_and_a_period(vault: Vault) -> None:
    person = enrol(vault)
    with pytest.raises(ValueError, match="ends after"):
        vault.authorities.add(WatchlistAuthority(person, NOW, NOW))
    with pytest.raises(PersonUnknown):
        vault.authorities.add(WatchlistAuthority(PersonId("nobody"), NOW, NOW + DAY))
    with pytest.raises(PersonUnknown):
        vault.consents.append(event(PersonId("nobody"), ConsentState.GIVEN, NOW))


def test_templates_of_another_model_are_left_out(vault: Vault) -> None:
    enrol(vault, model="another-model")
    person = enrol(vault)
    assert matched(vault) == {person}
    assert vault.templates.count() == 2


def test_what_is_to_come_names_the_instants_at_which_the_clock_alone_matters(vault: Vault) -> None:
    def upcoming(now: datetime = NOW) -> list[Change]:
        return list(vault.templates.standing(now).upcoming)

    assert upcoming() == []
    enrol(vault)
    assert upcoming() == []
    later = enrol(vault, until=NOW + 3 * DAY)
    sooner = enrol(vault, until=NOW + 2 * DAY)
    enrol(vault, ConsentState.REFUSED, until=NOW + timedelta(hours=1))
    end_of_later = Change(NOW + 3 * DAY, later, matchable=False, showable=False)
    assert upcoming() == [Change(NOW + 2 * DAY, sooner, matchable=False, showable=False), end_of_later]
    vault.consents.append(event(sooner, ConsentState.WITHDRAWN, NOW))
    assert upcoming() == [end_of_later]
    vault.authorities.add(WatchlistAuthority(later, NOW + DAY, NOW + 9 * DAY))
    assert upcoming() == [
        Change(NOW + DAY, later, matchable=True, showable=True),
        Change(NOW + 3 * DAY, later, matchable=True, showable=False),
        Change(NOW + 9 * DAY, later, matchable=False, showable=False),
    ]
    assert [change.at for change in upcoming(NOW + 3 * DAY)] == [NOW + 9 * DAY]
    assert upcoming(NOW + 9 * DAY) == []


def test_what_is_to_come_is_what_then_holds(vault: Vault) -> None:
    people = [enrol(vault, until=NOW + number * DAY if number else None) for number in range(5)]
    for number, person in enumerate(people):
        vault.authorities.add(WatchlistAuthority(person, NOW + DAY, NOW + (6 - number) * DAY))
    changes = vault.templates.standing(NOW).upcoming
    assert changes
    for change in changes:
        then = vault.templates.standing(change.at)
        assert change.matchable == (change.person_id in then.matchable)
        assert change.showable == (change.person_id in then.showable)


def test_only_the_recognition_purpose_bears_on_matching(vault: Vault) -> None:
    person, refusing = enrol(vault), enrol(vault, ConsentState.REFUSED)
    vault.consents.append(event(person, ConsentState.WITHDRAWN, NOW, purpose=PHOTO))
    vault.consents.append(event(person, ConsentState.GIVEN, NOW, NOW + DAY, PurposeKey("letters")))
    vault.consents.append(event(refusing, ConsentState.GIVEN, NOW, purpose=PHOTO))
    assert matched(vault) == {person}
    assert vault.templates.standing(NOW).showable == {person}
    assert vault.templates.standing(NOW).upcoming == ()
    summary = vault.people.get(person, now=NOW)
    assert summary is not None
    assert summary.consent is ConsentState.GIVEN
    photo = vault.consents.newest(person, PHOTO)
    assert photo is not None
    assert photo.state is ConsentState.WITHDRAWN
    assert [each.purpose for each in vault.consents.history(person)] == [RECOGNITION, PHOTO, "letters"]


def test_a_restricted_person_leaves_and_comes_back_by_the_clock(vault: Vault) -> None:
    person, other = enrol(vault), enrol(vault, until=NOW + 4 * DAY)
    stranger = enrol(vault, ConsentState.REFUSED)
    vault.authorities.add(WatchlistAuthority(person, NOW - DAY, NOW + 9 * DAY))
    restrict(vault, person, NOW + DAY, NOW + 2 * DAY)
    restrict(vault, stranger, NOW + DAY, NOW + 2 * DAY)
    restricted = restrict(vault, other, NOW)
    assert matched(vault) == {person}
    assert matched(vault, NOW + DAY) == set()
    assert matched(vault, NOW + 2 * DAY) == {person}
    changes = vault.templates.standing(NOW).upcoming
    assert {change.person_id for change in changes} == {person, other}, "the clock changes nothing for the stranger"
    for change in changes:
        then = vault.templates.standing(change.at)
        assert change.matchable == (change.person_id in then.matchable)
        assert change.showable == (change.person_id in then.showable)
    revision = vault.matching_revision
    vault.restrictions.lift(restricted, NOW + timedelta(hours=1))
    assert vault.matching_revision > revision
    assert matched(vault, NOW + timedelta(hours=2)) == {person, other}
    (lifted,) = vault.restrictions.for_person(other)
    vault.restrictions.lift(restricted, NOW + DAY)
    assert vault.restrictions.for_person(other) == [lifted], "what is over is not ended again"
    with pytest.raises(PersonUnknown):
        restrict(vault, PersonId("nobody"), NOW)
    with pytest.raises(ValueError, match="ends after"):
        restrict(vault, person, NOW, NOW)


def test_the_revision_rises_with_every_change_that_bears_on_matching(vault: Vault) -> None:
    seen = [vault.matching_revision]

    def risen() -> bool:
        seen.append(vault.matching_revision)
        return seen[-1] > seen[-2]

    person = enrol(vault)
    assert risen()
    vault.consents.append(event(person, ConsentState.WITHDRAWN, NOW))
    assert risen()
    vault.templates.add(person, [template(5)])
    assert risen()
    vault.authorities.add(WatchlistAuthority(person, NOW, NOW + DAY))
    assert risen()
    vault.settings.set("theme", "dark")
    assert not risen()
    vault.people.remove(person)
    assert risen()


def test_people_without_templates_of_a_model_are_counted(vault: Vault) -> None:
    ada, bea, cy = vault.people.add_many([new_person(number) for number in range(3)])
    assert vault.templates.people_without(MODEL) == 0
    assert vault.templates.people_without("other") == 3
    vault.templates.add(ada, [template(7, "other"), template(8, "other")])
    assert vault.templates.people_without("other") == 2
    vault.people.remove(bea)
    assert vault.templates.people_without("other") == 1
    assert cy in vault.people.names()
