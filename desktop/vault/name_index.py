"""Names in memory, for search and for labels. They are sealed on the disk, so SQL cannot search them."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Iterable
from heapq import merge
from itertools import islice

from desktop.domain.ids import PersonId
from desktop.domain.people import search_key

_PART = 16384


class NameIndex:
    """People by name, in order of their folded names. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[PersonId, str] = {}
        self._order: list[tuple[str, PersonId]] = []

    def load(self, names: Iterable[tuple[PersonId, str]]) -> None:
        """Replace everything."""
        loaded = dict(names)
        people = iter(loaded.items())
        parts: list[list[tuple[str, PersonId]]] = []
        # In parts, merged by Python itself: every other thread would wait while one long list is sorted.
        while part := sorted((search_key(name), person_id) for person_id, name in islice(people, _PART)):
            parts.append(part)
        order = list(merge(*parts))
        with self._lock:
            self._names, self._order = loaded, order

    def put(self, person_id: PersonId, name: str) -> None:
        """Add or rename."""
        with self._lock:
            self._take_out(person_id)
            self._names[person_id] = name
            insort(self._order, (search_key(name), person_id))

    def discard(self, person_id: PersonId) -> None:
        with self._lock:
            self._take_out(person_id)

    def name(self, person_id: PersonId) -> str | None:
        return self._names.get(person_id)

    def all(self) -> dict[PersonId, str]:
        with self._lock:
            return dict(self._names)

    def find(self, query: str) -> list[PersonId]:
        """Everybody whose folded name contains the folded query, in order of name. An empty query finds all."""
        wanted = search_key(query)
        with self._lock:
            return [person_id for key, person_id in self._order if wanted in key]

    def _take_out(self, person_id: PersonId) -> None:
        name = self._names.pop(person_id, None)
        if name is not None:
            del self._order[bisect_left(self._order, (search_key(name), person_id))]
