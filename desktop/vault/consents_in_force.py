"""Whose consent is in force under an earlier version of the notice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from desktop.domain.consent import MATCHABLE_STATES
from desktop.domain.ids import PersonId
from desktop.domain.notices import ToAsk
from desktop.domain.purposes import PurposeKey
from desktop.vault.consent_models import NoticeRow
from desktop.vault.models import ConsentEventRow
from desktop.vault.room import Room


class ConsentsInForce:
    """Reads in one pass over all events: worker thread."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def before_version(self, version: int, now: datetime) -> list[ToAsk]:
        """Everybody who agreed to anything under an earlier version than this one, or under none, and whose consent
        stands at `now`; whoever agreed longest ago first."""
        found = self._room.store.read(lambda live: _before(live, version, now))
        return [each for each in found if each.person_id not in self._room.gone]


def _before(live: Connection, version: int, now: datetime) -> list[ToAsk]:
    event = ConsentEventRow
    # SQLite gives the other columns of the row that holds the maximum.
    newest = (
        select(
            event.person_id,
            event.purpose,
            event.state,
            event.at,
            event.valid_until,
            event.notice_id,
            func.max(event.seq),
        )
        .group_by(event.person_id, event.purpose)
        .subquery()
    )
    of = newest.c
    query = (
        select(of.person_id, of.purpose, of.at, NoticeRow.version)
        .outerjoin(NoticeRow, NoticeRow.id == of.notice_id)
        .where(
            or_(*(of.state == state.value for state in MATCHABLE_STATES)),
            or_(of.valid_until.is_(None), of.valid_until > now),
            or_(NoticeRow.version.is_(None), NoticeRow.version < version),
        )
        .order_by(of.at, of.person_id, of.purpose)
    )
    found: dict[PersonId, ToAsk] = {}
    for person_id, purpose, at, under in live.execute(query):
        owner = PersonId(person_id)
        before = found.get(owner)
        known = before.purposes if before is not None else ()
        since = before.since if before is not None else at
        found[owner] = ToAsk(owner, (*known, PurposeKey(purpose)), since, under)
    return list(found.values())
