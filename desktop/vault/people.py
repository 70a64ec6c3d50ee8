"""People: enrolled, listed, changed and removed."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select, update

from desktop.domain.consent import PlainConsent, effective_state
from desktop.domain.erasure import ErasureOrder
from desktop.domain.ids import PersonId, random_id
from desktop.domain.people import PersonDetails, PersonSummary
from desktop.vault import enrolment_rows as rows
from desktop.vault.consents import newest_events
from desktop.vault.engine import Drafts
from desktop.vault.erasure import ErasureRepository
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person, Photo, Template
from desktop.vault.records import NewPerson, NewTemplate, utc_now
from desktop.vault.room import Room


class PeopleRepository:
    """All methods may be called from any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room, erasures: ErasureRepository) -> None:
        self._room = room
        self._erasures = erasures

    def add(
        self,
        details: PersonDetails,
        consent: PlainConsent,
        templates: Sequence[NewTemplate] = (),
        photo: bytes | None = None,
        *,
        at: datetime | None = None,
        person_id: PersonId | None = None,
        audit: Drafts = (),
    ) -> PersonId:
        """Enrol somebody who gave consent, in one transaction. Raises DiskFull.

        `person_id`: a fresh random id, for whoever has to name it in `audit`.
        """
        person_id = person_id or PersonId(random_id())
        self._add([(person_id, NewPerson(details, consent, templates, photo, at=at))], audit)
        return person_id

    def add_many(self, people: Sequence[NewPerson]) -> List[PersonId]:
        """Enrol several people in one transaction; their ids in the given order."""
        numbered = [(PersonId(random_id()), person) for person in people]
        if numbered:
            self._add(numbered, ())
        return [person_id for person_id, _ in numbered]

    def _add(self, numbered: Sequence[tuple[PersonId, NewPerson]], audit: Drafts) -> None:
        room = self._room

        def task() -> None:
            photos = (person.photo_id for _, person in numbered if person.photo is not None)
            room.sealer.create([*(person_id for person_id, _ in numbered), *photos])
            write = partial(rows.write_people, sealer=room.sealer, people=numbered, now=utc_now())
            room.store.transact(write, matching=True, audit=audit)
            for person_id, person in numbered:
                room.names.put(person_id, person.details.name)

        room.store.call(task)

    def list(
        self, query: str = "", limit: int = 200, offset: int = 0, *, now: datetime | None = None
    ) -> List[PersonSummary]:
        """A page, by name, of the people whose name contains `query`; case, width and encoding do not matter."""
        wanted = self._room.names.find(query)[offset : offset + limit]
        found = self._summaries(wanted, now or utc_now())
        return [found[person_id] for person_id in wanted if person_id in found]

    def count(self, query: str = "") -> int:
        return len(self._room.names.find(query))

    def get(self, person_id: PersonId, *, now: datetime | None = None) -> PersonSummary | None:
        return self._summaries([person_id], now or utc_now()).get(person_id)

    def names(self) -> dict[PersonId, str]:
        """Everybody's name, from memory."""
        return self._room.names.all()

    def name(self, person_id: PersonId) -> str | None:
        """A person's name, from memory and without a lock: for labels."""
        return self._room.names.name(person_id)

    def photo(self, person_id: PersonId) -> bytes | None:
        """The newest photo as it was stored; None without one."""
        of = select(Photo.id, Photo.own_key, Photo.sealed).where(Photo.person_id == person_id)

        def work(connection: Connection) -> bytes | None:
            row = connection.execute(of.order_by(Photo.added_at.desc()).limit(1)).one_or_none()
            if row is None or person_id in self._room.gone:
                return None
            subject = rows.photo_subject(row.id, person_id, row.own_key)
            return self._room.open_sealed(rows.PHOTOS, row.id, subject, row.sealed)

        return self._room.store.read(work)

    def update(self, person_id: PersonId, details: PersonDetails, *, audit: Drafts = ()) -> None:
        """Change the personal fields. Raises PersonUnknown."""
        room = self._room

        def work(connection: Connection) -> None:
            known = connection.scalar(select(Person.id).where(Person.id == person_id))
            if known is None:
                raise PersonUnknown
            sealed = rows.seal_details(room.sealer, person_id, details)
            connection.execute(
                update(Person).where(Person.id == person_id).values(kind=details.kind.value, sealed=sealed)
            )

        def task() -> None:
            room.store.transact(work, audit=audit)
            room.names.put(person_id, details.name)

        room.store.call(task)

    def remove(self, person_id: PersonId) -> bool:
        """Erase one person; whether that is complete. Raises as `ErasureRepository.erase`, which tells more."""
        return self._erasures.erase(ErasureOrder((person_id,))).result.complete

    def _summaries(self, wanted: Sequence[PersonId], now: datetime) -> dict[PersonId, PersonSummary]:
        return self._room.store.read(lambda connection: self._read_summaries(connection, wanted, now))

    def _read_summaries(
        self, connection: Connection, wanted: Sequence[PersonId], now: datetime
    ) -> dict[PersonId, PersonSummary]:
        people = connection.execute(
            select(Person.id, Person.kind, Person.enrolled_at, Person.sealed).where(Person.id.in_(wanted))
        ).all()
        templates = connection.execute(
            select(Template.person_id, func.count()).where(Template.person_id.in_(wanted)).group_by(Template.person_id)
        )
        amounts: dict[str, int] = {row[0]: row[1] for row in templates}
        newest = newest_events(connection, wanted)
        found: dict[PersonId, PersonSummary] = {}
        for row in people:
            plain = self._room.open_sealed(rows.PEOPLE, row.id, row.id, row.sealed)
            if plain is None:
                continue
            person_id = PersonId(row.id)
            event = newest.get(person_id)
            found[person_id] = PersonSummary(
                id=person_id,
                details=rows.details_from(plain, row.kind),
                consent=effective_state(event, now),
                consent_until=event.valid_until if event else None,
                enrolled_at=row.enrolled_at,
                templates=amounts.get(person_id, 0),
            )
        return found
