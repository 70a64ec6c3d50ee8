"""The end of consents: recorded even on a full disk, and what is left to do after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, insert, or_, select
from sqlalchemy.orm import aliased

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState
from desktop.domain.erasure import SubjectKind
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.withdrawal import TAKEN_BACK
from desktop.vault import enrolment_rows as rows
from desktop.vault.engine import Drafts
from desktop.vault.holds import held
from desktop.vault.models import ConsentEventRow, ErasureLedgerRow, Photo, WatchlistAuthorityRow
from desktop.vault.reserve import Reserve
from desktop.vault.room import Room
from desktop.vault.subjects import SUBJECTS

_AT_ONCE = 500  # events recorded in one transaction


class WithdrawalRepository:
    """All methods may be called from any thread but the GUI's; those that write return when the change is durable."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def record(self, events: Sequence[ConsentEvent], *, audit: Drafts = ()) -> None:
        """Append ends of consents, of one person or several, in one transaction.

        Works on a full disk as long as there is ballast. Raises PersonUnknown where one of them is not there or is
        being erased, DiskFull.
        """
        people = sorted({event.person_id for event in events})

        def work(live: Connection) -> None:
            SUBJECTS[SubjectKind.PERSON].demand(live, people)
            live.execute(insert(ConsentEventRow), [rows.event_row(event) for event in events])

        store = self._room.store
        with Reserve(self._room) as reserve:
            store.call(lambda: reserve.run(lambda: store.transact(work, matching=True, audit=audit)))

    def erased(self, person_id: PersonId) -> bool:
        """Whether somebody of this id was erased for good."""
        row = ErasureLedgerRow
        query = select(row.seq).where(row.subject_id == person_id, row.kind == SubjectKind.PERSON.value)
        return self._room.store.read(lambda live: live.scalar(query)) is not None

    def waiting(self, now: datetime) -> list[PersonId]:
        """Who has withdrawn from recognition and is still stored, without an authority that covers them or will, and
        without a legal hold."""
        event, authority = ConsentEventRow, WatchlistAuthorityRow
        covered = exists().where(authority.person_id == event.person_id, authority.valid_until > now)
        query = newest_events_that(event.state == ConsentState.WITHDRAWN.value, RECOGNITION).where(~covered)
        found = self._erasable(SubjectKind.PERSON, query.with_only_columns(event.person_id), now)
        return [PersonId(each) for each in found]

    def photos_of(self, person_id: PersonId) -> list[str]:
        """Ids of a person's pictures, newest first."""
        query = select(Photo.id).where(Photo.person_id == person_id).order_by(Photo.added_at.desc())
        found = self._room.store.read(lambda live: [*live.scalars(query)])
        return [each for each in found if each not in self._room.gone]

    def photos_waiting(self, now: datetime) -> list[str]:
        """Ids of pictures that are still stored, without a hold, though keeping them was taken back or refused."""
        event = ConsentEventRow
        over = event.state.in_([state.value for state in TAKEN_BACK])
        owners = newest_events_that(over, PHOTO).with_only_columns(event.person_id)
        return self._erasable(SubjectKind.PHOTO, select(Photo.id).where(Photo.person_id.in_(owners)), now)

    def _erasable(self, kind: SubjectKind, query: Select[str], now: datetime) -> list[str]:
        """Those found that nobody is erasing yet and no hold keeps."""

        def work(live: Connection) -> list[str]:
            found = [each for each in live.scalars(query) if each not in self._room.gone]
            kept = held(live, kind, found, now) if found else set()
            return [each for each in found if each not in kept]

        return self._room.store.read(work)

    def expired(self, now: datetime) -> Iterator[list[ConsentEvent]]:
        """The events that expired at their end and are not recorded yet, in lots for one transaction each."""
        event = ConsentEventRow
        agreed = or_(*(event.state == state.value for state in MATCHABLE_STATES))
        query = newest_events_that(and_(agreed, event.valid_until <= now))
        columns = event.consent_id, event.person_id, event.purpose, event.valid_until, event.notice_id
        found = self._room.store.read(lambda live: live.execute(query.with_only_columns(*columns)).all())
        ends = [
            ConsentEvent(
                ConsentId(row.consent_id),
                PersonId(row.person_id),
                ConsentState.EXPIRED,
                row.valid_until,
                row.valid_until,
                PurposeKey(row.purpose),
                notice_id=row.notice_id,
            )
            for row in found
            if row.person_id not in self._room.gone
        ]
        for start in range(0, len(ends), _AT_ONCE):
            yield ends[start : start + _AT_ONCE]

    def ending(self, now: datetime, until: datetime) -> int:
        """How many people have a consent that stands and ends by `until`."""
        event = ConsentEventRow
        agreed = or_(*(event.state == state.value for state in MATCHABLE_STATES))
        query = newest_events_that(and_(agreed, event.valid_until > now, event.valid_until <= until))
        amount = query.with_only_columns(func.count(event.person_id.distinct()))
        return self._room.store.read(lambda live: int(live.scalar(amount) or 0))


def newest_events_that(condition: ColumnElement[bool], purpose: PurposeKey | None = None) -> Select[int]:
    """Events that fulfil the condition and are the newest of their person and purpose, oldest first."""
    event, later = ConsentEventRow, aliased(ConsentEventRow)
    newer = exists().where(later.person_id == event.person_id, later.purpose == event.purpose, later.seq > event.seq)
    query = select(event.seq).where(condition, ~newer).order_by(event.seq)
    return query if purpose is None else query.where(event.purpose == purpose)
