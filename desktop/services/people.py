"""People at the desk: list, search, names for labels, withdraw, remove."""

from __future__ import annotations

from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails, PersonSummary
from desktop.domain.progress import NoProgress, Progress


class PeopleService:
    """Use cases on people. All calls but `name_of` read or write the vault: call them in a worker thread."""

    def list(self, query: str = "", limit: int = 200, offset: int = 0) -> list[PersonSummary]:
        """People whose name holds `query` (any case), by name."""
        raise NotImplementedError

    def count(self) -> int: raise NotImplementedError

    def get(self, person_id: PersonId) -> PersonSummary:
        """Raises PersonGone."""
        raise NotImplementedError

    def change(self, person_id: PersonId, details: PersonDetails) -> None:
        """Rectify the personal fields. Raises PersonGone, NameInvalid."""
        raise NotImplementedError

    def withdraw(self, person_id: PersonId) -> None:
        """Consent withdrawn: out of the gallery at once, then recorded. Raises PersonGone."""
        raise NotImplementedError

    def remove(self, person_id: PersonId, progress: Progress = NoProgress()) -> None:
        """Out of the gallery at once, then everything of the person out of the vault. Raises PersonGone."""
        raise NotImplementedError

    def name_of(self, person_id: PersonId) -> str | None:
        """Name for a label, from memory; any thread, no waiting. None: not (or no longer) known."""
        raise NotImplementedError
