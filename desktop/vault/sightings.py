"""Sightings: when a face was before a camera. Written in batches, read with filters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from desktop.domain.decision import Band
from desktop.domain.ids import CameraId, PersonId, SightingId
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.vault.models import Person, SightingRow
from desktop.vault.room import Room


class SightingRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def append_many(self, batch: Sequence[Sighting]) -> int:
        """Store a batch in one transaction; the number of rows.

        A sighting of somebody who was removed meanwhile is stored as one of an unknown face. So is everything that
        is not a match: of strangers only time and place are kept.
        """
        if not batch:
            return 0

        def work(connection: Connection) -> int:
            named = {sighting.person_id for sighting in batch if sighting.person_id is not None}
            known = set(connection.scalars(select(Person.id).where(Person.id.in_(named)))) if named else set()
            connection.execute(insert(SightingRow), [_values(sighting, known) for sighting in batch])
            return len(batch)

        return self._room.store.write(work).result()

    def query(self, wanted: SightingFilter) -> list[Sighting]:
        """Newest first, at most `wanted.limit`. `since` is included, `until` is not; both mean the beginning."""
        return self._room.store.read(lambda connection: sightings_that(connection, wanted, wanted.limit))

    def count(self) -> int:
        query = select(func.count()).select_from(SightingRow)
        return self._room.store.read(lambda connection: int(connection.scalar(query) or 0))


def sightings_that(connection: Connection, wanted: SightingFilter, limit: int | None) -> list[Sighting]:
    """See SightingRepository.query; `limit` None: all of them."""
    row = SightingRow
    query = select(
        row.id, row.camera_id, row.band, row.started_at, row.ended_at, row.person_id, row.score, row.threshold
    )
    if wanted.since is not None:
        query = query.where(row.started_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(row.started_at < wanted.until)
    if wanted.camera_id is not None:
        query = query.where(row.camera_id == wanted.camera_id)
    if wanted.person_id is not None:
        query = query.where(row.person_id == wanted.person_id)
    if wanted.band is not None:
        query = query.where(row.band == wanted.band.value)
    query = query.order_by(row.started_at.desc(), row.id).limit(limit)
    return [
        Sighting(
            id=SightingId(id_),
            camera_id=CameraId(camera_id),
            band=Band(band),
            started_at=started_at,
            ended_at=ended_at,
            person_id=None if person_id is None else PersonId(person_id),
            score=score,
            threshold=threshold,
        )
        for id_, camera_id, band, started_at, ended_at, person_id, score, threshold in connection.execute(query)
    ]


def _values(sighting: Sighting, known: set[str]) -> dict[str, object]:
    named = sighting.person_id in known and sighting.band is Band.MATCH
    band = sighting.band if named or sighting.band is Band.POSSIBLE else Band.UNKNOWN
    return {
        "id": sighting.id,
        "camera_id": sighting.camera_id,
        "band": band.value,
        "started_at": sighting.started_at,
        "ended_at": sighting.ended_at,
        "person_id": sighting.person_id if named else None,
        "score": sighting.score if named else None,
        "threshold": sighting.threshold if named else None,
    }
