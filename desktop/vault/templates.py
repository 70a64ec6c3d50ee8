"""Templates: sealed vectors, given out only for people who may be matched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, insert, select

from desktop.domain.consent import ConsentEvent, ConsentState, matching_allowed, showing_allowed
from desktop.domain.ids import ConsentId, PersonId, TemplateId
from desktop.vault import enrolment_rows as rows
from desktop.vault.authorities import authorities_by_person
from desktop.vault.columns import from_microseconds
from desktop.vault.consents import newest_states
from desktop.vault.errors import PersonUnknown
from desktop.vault.models import Person, Template
from desktop.vault.records import NewTemplate, utc_now
from desktop.vault.room import Room

_AT_ONCE = 2000  # rows; one by one they take twice as long, all at once they keep the garbage collector busy


def _showable(connection: Connection, now: datetime) -> set[PersonId]:
    """The domain's rule on the stored states. Who and which record it is makes no difference to the rule."""
    allowed: set[PersonId] = set()
    answers: dict[tuple[str, int | None], bool] = {}  # most people share a few states and ends
    for part in connection.execute(newest_states()).partitions(_AT_ONCE):
        for owner, state, end in part:
            answer = answers.get((state, end))
            if answer is None:
                until = None if end is None else from_microseconds(end)
                event = ConsentEvent(ConsentId(""), PersonId(""), ConsentState(state), now, until)
                answer = answers[state, end] = showing_allowed(event, now)
            if answer:
                allowed.add(PersonId(owner))
    return allowed


def _matchable(connection: Connection, now: datetime) -> set[PersonId]:
    """Who has consented, and whom an authority in force covers whatever their consent is."""
    allowed = _showable(connection, now)
    for person_id, authorities in authorities_by_person(connection).items():
        if any(matching_allowed(None, authority, now) for authority in authorities):
            allowed.add(person_id)
    return allowed


class TemplateRepository:
    def __init__(self, room: Room) -> None:
        self._room = room

    def for_matching(self, model_id: str, now: datetime) -> tuple[tuple[PersonId, ...], NDArray[np.float32]]:
        """Everything that may be in the gallery at `now`: the owner of each row, and the rows (N, D) float32.

        Only templates of that model, and only of people whose newest consent or an authority in force allows it
        (desktop.domain.consent.matching_allowed). Nobody: ((), array of shape (0, 0)).
        """
        query = select(Template.id, Template.person_id, Template.sealed).where(Template.model_id == model_id)

        def work(connection: Connection) -> tuple[tuple[PersonId, ...], NDArray[np.float32]]:
            allowed = _matchable(connection, now) - self._room.gone
            owners: list[PersonId] = []
            vectors: list[bytes] = []
            for part in connection.execute(query).partitions(_AT_ONCE):
                for row_id, person_id, sealed in part:
                    if person_id in allowed:
                        plain = self._room.open_sealed(rows.TEMPLATES, row_id, person_id, sealed)
                        if plain is not None:
                            owners.append(PersonId(person_id))
                            vectors.append(plain)
            return tuple(owners), _stacked(vectors)

        return self._room.store.read(work)

    def matchable(self, now: datetime) -> frozenset[PersonId]:
        """People who may be matched at `now`; nothing is unsealed."""
        return frozenset(self._room.store.read(lambda connection: _matchable(connection, now)) - self._room.gone)

    def showable(self, now: datetime) -> frozenset[PersonId]:
        """People who may be shown by name once matched (desktop.domain.consent.showing_allowed): of those who may be
        matched at `now`, not the ones whom an authority alone covers."""
        return frozenset(self._room.store.read(lambda connection: _showable(connection, now)) - self._room.gone)

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
    return np.frombuffer(b"".join(vectors), dtype="<f4").astype(np.float32).reshape(len(vectors), -1)
