"""Reads what the rules of retention ask about everybody, in one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Select, func, or_, select

from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId
from desktop.domain.notices import NoticeState
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.retention import Keeper, Kept, PersonFacts, Standing
from desktop.vault.bulk import bulk_rows
from desktop.vault.columns import from_microseconds
from desktop.vault.consent_models import NoticeRow, PurposeRow, RestrictionRow
from desktop.vault.holds import held_categories, held_people
from desktop.vault.models import ConsentEventRow, Person, Photo, SightingRow, WatchlistAuthorityRow

# What the program or the clock recorded is no contact with the person.
_BY_ITSELF = frozenset({ConsentState.EXPIRED, ConsentState.TERMINATED, ConsentState.INVALIDATED})
_ASKED = (RECOGNITION, PHOTO)

_Newest = tuple[ConsentState, datetime, datetime | None, str | None]  # state, at, valid_until, notice


def read_facts(live: Connection, now: datetime, gone: Collection[str]) -> list[PersonFacts]:
    """Of everybody but `gone`. `last_contact` leaves out the sightings that are still stored."""
    newest, contacts = _consents(live)
    promised = _Promises(live)
    authority = WatchlistAuthorityRow
    until = dict(
        live.execute(select(authority.person_id, func.max(authority.valid_until)).group_by(authority.person_id)).all()
    )
    photos = set(live.scalars(select(Photo.person_id).distinct()))
    kept = _Keepers(live, now)

    def standing(person: str, purpose: str) -> Standing | None:
        found = newest[purpose].get(person)
        if found is None:
            return None
        state, at, valid_until, notice = found
        return Standing(state, at, valid_until, promised.of(notice, purpose))

    facts = []
    for part in bulk_rows(live, select(Person.id, Person.enrolled_at, Person.last_contact)):
        for person, enrolled, seen in part:
            if person not in gone:
                contact = max(enrolled, seen or enrolled, contacts.get(person, enrolled))
                facts.append(
                    PersonFacts(
                        person_id=PersonId(person),
                        enrolled_at=from_microseconds(enrolled),
                        last_contact=from_microseconds(contact),
                        recognition=standing(person, RECOGNITION),
                        photo=standing(person, PHOTO),
                        authority_until=until.get(person),
                        photos=person in photos,
                        keeper=kept.of(person, photos),
                    )
                )
    return facts


def _consents(live: Connection) -> tuple[dict[str, dict[str, _Newest]], dict[str, int]]:
    """The newest event of everybody by purpose, and when each last agreed, renewed, refused or took back
    (microseconds)."""
    event = ConsentEventRow
    query = select(event.person_id, event.purpose, event.state, event.at, event.valid_until, event.notice_id)
    newest: dict[str, dict[str, _Newest]] = {purpose: {} for purpose in _ASKED}
    contacts: dict[str, int] = {}
    states = {state.value: state for state in ConsentState}
    for part in bulk_rows(live, query.order_by(event.seq)):
        for person, purpose, name, at, until, notice in part:
            state = states[name]
            if state not in _BY_ITSELF:
                contacts[person] = max(at, contacts.get(person, at))
            if purpose in newest:
                end = None if until is None else from_microseconds(until)
                newest[purpose][person] = (state, from_microseconds(at), end, notice)
    return newest, contacts


class _Promises:
    """What the versions of the notice say on how long a purpose's data is kept after the consent's end."""

    def __init__(self, live: Connection) -> None:
        notice, purpose = NoticeRow, PurposeRow
        query = select(notice.id, notice.version, notice.state, purpose.key, purpose.retention_days)
        self._days: defaultdict[tuple[str | None, str], tuple[tuple[int, int], ...]] = defaultdict(tuple)
        self._published: dict[str, tuple[int, int]] = {}
        for row in live.execute(query.join(purpose, purpose.notice_id == notice.id)):
            promise = (row.version, row.retention_days)
            self._days[row.id, row.key] = (promise,)
            if row.state == NoticeState.PUBLISHED.value:
                self._published[row.key] = promise

    def of(self, notice: str | None, purpose: str) -> tuple[tuple[int, int], ...]:
        """By version and days: as the person was told, and as people are told now."""
        own = self._days.get((notice, purpose), ())
        now = self._published.get(purpose)
        return own if now is None or now in own else (*own, now)


class _Keepers:
    """Why whose data stays, whatever the rules say."""

    def __init__(self, live: Connection, now: datetime) -> None:
        self._categories = held_categories(live, now)
        seen = select(SightingRow.person_id).where(SightingRow.person_id.is_not(None)).distinct()
        self._seen = set(live.scalars(seen)) if Kept.SIGHTINGS in self._categories else set()
        restricted: dict[str, Keeper] = dict.fromkeys(live.scalars(restricted_people(now)), Keeper.RESTRICTION)
        self._own = restricted | {str(each): Keeper.HOLD for each in held_people(live, now)}

    def of(self, person: str, photos: Collection[str]) -> Keeper | None:
        own = self._own.get(person)
        if own is not None:
            return own
        held = (
            Kept.PEOPLE in self._categories
            or (Kept.PHOTOS in self._categories and person in photos)
            or person in self._seen
        )
        return Keeper.CATEGORY_HOLD if held else None


def restricted_people(now: datetime) -> Select[str]:
    """Whose restriction is in force at `now`, or will be."""
    row = RestrictionRow
    return select(row.person_id).where(row.lifted_at.is_(None), or_(row.valid_until.is_(None), row.valid_until > now))
