"""Templates: sealed vectors, given out only for people who may be matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, insert, select

from desktop.domain.ids import PersonId, TemplateId
from desktop.domain.standing import Standing
from desktop.vault import enrolment_rows as rows
from desktop.vault.bulk import bulk_rows, collector_paused
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person, Template
from desktop.vault.records import NewTemplate, utc_now
from desktop.vault.room import Room
from desktop.vault.standing import read_standing


class MatchingRows(NamedTuple):
    """What a gallery is made of. `vectors` is float32 (N, D), of shape (0, 0) for nobody; `owners` has one a row."""

    owners: tuple[PersonId, ...]
    vectors: NDArray[np.float32]
    standing: Standing


class TemplateRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def for_matching(self, model_id: str, now: datetime) -> MatchingRows:
        """Everything that may be in the gallery at `now`.

        Only templates of that model, and only of people whose newest consent or an authority in force allows it
        (desktop.domain.consent.matching_allowed).
        """
        query = select(Template.id, Template.person_id, Template.sealed).where(Template.model_id == model_id)

        def work(connection: Connection) -> MatchingRows:
            standing = read_standing(connection, now, self._room.gone)
            allowed = standing.matchable
            owners: list[PersonId] = []
            vectors: list[bytes] = []
            for part in bulk_rows(connection, query):
                sealed = (row for row in part if row[1] in allowed)
                for owner, vector in self._room.open_many(rows.TEMPLATES, sealed):
                    owners.append(PersonId(owner))
                    vectors.append(vector)
            return MatchingRows(tuple(owners), _stacked(vectors), standing)

        with collector_paused():
            return self._room.store.read(work)

    def standing(self, now: datetime) -> Standing:
        """Who may be matched and who may be shown at `now`; nothing is unsealed."""
        return self._room.store.read(lambda connection: read_standing(connection, now, self._room.gone))

    def people_without(self, model_id: str) -> int:
        """How many people have templates, but none of that model: they are matched only once enrolled again."""
        owners = select(Template.person_id).distinct()
        query = owners.except_(select(Template.person_id).where(Template.model_id == model_id))

        def work(connection: Connection) -> int:
            return len({PersonId(owner) for owner in connection.scalars(query)} - self._room.gone)

        return self._room.store.read(work)

    def add(self, person_id: PersonId, templates: Sequence[NewTemplate]) -> list[TemplateId]:
        """Add vectors to somebody. Raises PersonUnknown."""

        def work(connection: Connection) -> list[TemplateId]:
            if connection.scalar(select(Person.id).where(Person.id == person_id)) is None:
                raise PersonUnknown
            new = rows.template_rows(self._room.sealer, person_id, templates, utc_now())
            if new:
                connection.execute(insert(Template), new)
            return [TemplateId(row["id"]) for row in new]

        return self._room.store.write(work, matching=True).result()

    def count(self) -> int:
        query = select(func.count()).select_from(Template)
        return self._room.store.read(lambda connection: int(connection.scalar(query) or 0))


def _stacked(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    if not vectors:
        return np.empty((0, 0), np.float32)
    # In a bytearray, so that the array can be overwritten after use.
    joined = np.frombuffer(bytearray().join(vectors), dtype="<f4")
    return joined.astype(np.float32, copy=False).reshape(len(vectors), -1)
