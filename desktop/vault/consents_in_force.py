"""Whose consent is in force under an earlier version of the notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from desktop.domain.ids import PersonId
from desktop.domain.notices import ToAsk
from desktop.domain.purposes import PurposeKey
from desktop.vault.bulk import bulk_rows
from desktop.vault.columns import from_microseconds
from desktop.vault.consent_models import NoticeRow
from desktop.vault.models import ConsentEventRow
from desktop.vault.room import Room
from desktop.vault.standing import consent_stands


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
    query = select(event.person_id, event.purpose, event.state, event.at, event.valid_until, event.notice_id)
    newest: dict[tuple[str, str], tuple[str, int, int | None, str | None]] = {}
    for part in bulk_rows(live, query.order_by(event.seq)):  # a later row takes the place of an earlier one
        newest |= {(person_id, purpose): tuple(rest) for person_id, purpose, *rest in part}
    versions = {row.id: row.version for row in live.execute(select(NoticeRow.id, NoticeRow.version))}
    stands = consent_stands(now)
    in_force = sorted(
        (at, person_id, purpose, versions.get(notice_id))
        for (person_id, purpose), (state, at, end, notice_id) in newest.items()
        if stands(state, end) and (notice_id is None or versions[notice_id] < version)
    )
    found: dict[str, ToAsk] = {}
    for at, person_id, purpose, under in in_force:
        known = found.get(person_id)
        if known is None:
            found[person_id] = ToAsk(PersonId(person_id), (PurposeKey(purpose),), from_microseconds(at), under)
        else:
            found[person_id] = replace(known, purposes=(*known.purposes, PurposeKey(purpose)))
    return list(found.values())
