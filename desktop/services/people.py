"""People at the desk: list, search, names for labels, change."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here

from desktop.domain.audit import AuditAction
from desktop.domain.consent import ConsentEvent
from desktop.domain.ids import PersonId
from desktop.domain.people import PersonDetails, PersonSummary, clean_details
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.errors import DetailsTooLong, NameInvalid
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault

SEARCH_EVERY = 2.0  # s; a list that is only read anew says nothing new
VIEW_EVERY = 60.0  # s
LOOK_UP_LENGTH = 2  # characters of a name that look somebody up; with fewer the whole list would be browsed


class PeopleService:
    """Use cases on people. All calls but `name_of` read or write the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, views: AuditRecorder, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._views = views
        self._hub = hub

    def list(self, query: str = "", limit: int = 200, offset: int = 0) -> List[PersonSummary]:
        """A page of the people whose name contains `query` (case and accents' encoding do not matter), by name.

        Whoever may see single cards only must give at least two characters of the name.
        """
        self._access.demand(self._needed_for(query))
        found = self._vault.people.list(query, limit, offset)
        if offset == 0:  # the letters themselves may be a name
            letters = len(query.strip())
            self._views.record(
                self._access.draft(AuditAction.PEOPLE_SEARCHED, detail={"letters": letters}), every=SEARCH_EVERY
            )
        return found

    def count(self, query: str = "") -> int:
        """How many people `list` would find without its limit."""
        self._access.demand(self._needed_for(query))
        return self._vault.people.count(query)

    def get(self, person_id: PersonId) -> PersonSummary:
        """Raises PersonUnknown."""
        self._access.demand(Permission.PERSON_CARD)
        found = self._vault.people.get(person_id)
        if found is None:
            raise PersonUnknown
        self.viewed(person_id)
        return found

    def viewed(self, person_id: PersonId) -> None:
        """Somebody out of a list is being looked at closely. Returns at once: any thread."""
        self._access.demand(Permission.PERSON_CARD)
        self._views.record(self._access.draft(AuditAction.PERSON_VIEWED, person_id), every=VIEW_EVERY)

    def history(self, person_id: PersonId) -> List[ConsentEvent]:
        """All consent events of a person, oldest first."""
        self._access.demand(Permission.PERSON_CARD)
        return self._vault.consents.history(person_id)

    def name_of(self, person_id: PersonId) -> str | None:
        """Name for a label, from memory; any thread, no waiting. None: not known any more, or not for these eyes."""
        return self._vault.people.name(person_id) if self._access.allows(Permission.PERSON_CARD) else None

    def change(self, person_id: PersonId, details: PersonDetails) -> None:
        """Rectify the personal fields. Raises PersonUnknown, NameInvalid."""
        self._access.demand(Permission.PEOPLE)
        entry = self._access.draft(AuditAction.PERSON_CHANGED, person_id)
        self._vault.people.update(person_id, checked_details(details), audit=entry)
        self._hub.publish(PeopleChanged())

    @staticmethod
    def _needed_for(query: str) -> Permission:
        return Permission.PERSON_CARD if len(query.strip()) >= LOOK_UP_LENGTH else Permission.PEOPLE


def checked_details(details: PersonDetails) -> PersonDetails:
    """The details cleaned. Raises NameInvalid, DetailsTooLong."""
    try:
        return clean_details(details)
    except ValueError as error:
        if str(error) in ("contact", "note"):
            raise DetailsTooLong from error
        raise NameInvalid(reason=error) from error
