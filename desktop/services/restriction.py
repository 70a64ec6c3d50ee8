"""Restricting somebody's data: kept, not matched (GDPR 18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from desktop.domain.audit import AuditAction, AuditDraft, clean_reason
from desktop.domain.consent import Restriction
from desktop.domain.ids import PersonId, RestrictionId, random_id
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.errors import NoLongerMatchedOnly, ReasonMissing
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import DiskFailed, DiskFull
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class RestrictionService:
    """All calls read or write the vault: worker thread. A restriction never takes two people and never waits."""

    def __init__(
        self, vault: Vault, access: Access, feed: GalleryFeed, hub: Hub, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._vault = vault
        self._access = access
        self._feed = feed
        self._hub = hub
        self._clock = clock

    def restrict(self, person_id: PersonId, reason: str, until: datetime | None = None) -> RestrictionId:
        """Out of the gallery at once, then recorded with its reason. One that is in force already stays beside it.

        `until` None: until it is lifted. Raises PersonUnknown, ReasonMissing, NoLongerMatchedOnly; ValueError where
        `until` has passed.
        """
        self._access.demand(Permission.CONSENT)
        entry = self._entry(AuditAction.PERSON_RESTRICTED, person_id, reason)
        with self._feed.held_out(person_id):
            restriction = Restriction(RestrictionId(random_id()), person_id, self._clock(), until)
            try:
                self._vault.restrictions.add(restriction, audit=entry)
            except (DiskFull, DiskFailed) as error:
                raise NoLongerMatchedOnly from error
        log.info("person_restricted", person=person_id)
        self._hub.publish(PeopleChanged())
        return restriction.id

    def lift(self, person_id: PersonId, reason: str) -> int:
        """End every restriction of a person that is in force; how many. Whoever consents is matched again at once.

        Raises ReasonMissing.
        """
        self._access.demand(Permission.CONSENT)
        entry = self._entry(AuditAction.RESTRICTION_LIFTED, person_id, reason)
        now = self._clock()
        in_force = [each for each in self._vault.restrictions.for_person(person_id) if each.in_force(now)]
        for restriction in in_force:
            self._vault.restrictions.lift(restriction.id, now, audit=entry)
        if in_force:
            self._feed.follow()
            log.info("restriction_lifted", person=person_id)
            self._hub.publish(PeopleChanged())
        return len(in_force)

    def in_force(self, person_id: PersonId) -> bool:
        self._access.demand(Permission.PERSON_CARD)
        now = self._clock()
        return any(each.in_force(now) for each in self._vault.restrictions.for_person(person_id))

    def _entry(self, action: AuditAction, person_id: PersonId, reason: str) -> AuditDraft:
        cleaned = clean_reason(reason)
        if not cleaned:
            raise ReasonMissing
        return AuditDraft(action, self._access.actor, person_id, cleaned)
