"""Consents that end: reminders before, the record of it afterwards, and giving them anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState, PlainConsent, effective_state
from desktop.domain.ids import OperatorId, PersonId
from desktop.domain.permissions import Permission
from desktop.domain.purposes import RECOGNITION, Purpose, PurposeKey
from desktop.domain.renewal import RENEWABLE, renewed_until
from desktop.services.access import Access
from desktop.services.errors import ConsentMissing, NotRenewable
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class RenewalService:
    """All calls read or write the vault: worker thread.

    Args:
        notice_days: how many days before its end a consent is announced as ending.
    """

    def __init__(
        self,
        vault: Vault,
        access: Access,
        feed: GalleryFeed,
        health: Health,
        hub: Hub,
        notice_days: Callable[[], int],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._feed = feed
        self._health = health
        self._hub = hub
        self._notice_days = notice_days
        self._clock = clock

    def until(self, person_id: PersonId, purpose: PurposeKey) -> datetime | None:
        """Until when a consent renewed now would be good; None: no end. Raises PersonUnknown, NotRenewable."""
        self._access.demand(Permission.ENROL)
        _, given = self._events(person_id, purpose)
        return renewed_until(given, self._purpose(purpose), self._clock())

    def renew(self, person_id: PersonId, purpose: PurposeKey, how: str, language: str) -> ConsentEvent:
        """Record that the person agreed anew, under the notice in force. Whoever had expired is matched again.

        `how`: in the operator's words. Raises PersonUnknown, NotRenewable, ConsentMissing.
        """
        self._access.demand(Permission.ENROL)
        actor = self._access.actor
        if not how.strip():
            raise ConsentMissing
        newest, given = self._events(person_id, purpose)
        now = self._clock()
        notice = self._vault.notices.published()
        event = ConsentEvent(
            consent_id=newest.consent_id,
            person_id=person_id,
            state=ConsentState.RENEWED,
            at=max(now, newest.at),
            valid_until=renewed_until(given, self._purpose(purpose), now),
            purpose=purpose,
            operator_id=OperatorId(actor.id),
            notice_id=given.notice_id if notice is None else notice.id,
        )
        detail = {"state": event.state, "purpose": Purpose(purpose).kind}
        entry = AuditDraft(AuditAction.CONSENT_CHANGED, actor, person_id, detail=detail)
        self._vault.consents.append(event, PlainConsent(how.strip(), language), audit=entry)
        if purpose == RECOGNITION:
            self._feed.follow()
        log.info("consent_renewed", person=person_id)
        self.remind()
        self._hub.publish(PeopleChanged())
        return event

    def record_expired(self) -> int:
        """The housekeeper's: write down the consents whose end has come; how many. Nothing is matched until then
        either. Only call it while the computer's clock is believed: what is recorded stays."""
        count = 0
        for events in self._vault.withdrawals.expired(self._clock()):
            drafts = [
                AuditDraft(
                    AuditAction.CONSENT_CHANGED,
                    object_id=event.person_id,
                    detail={"state": event.state, "purpose": Purpose(event.purpose).kind},
                )
                for event in events
            ]
            self._vault.withdrawals.record(events, audit=drafts)
            count += len(events)
        if count:
            log.info("consents_expired", count=count)
            self._hub.publish(PeopleChanged())
        return count

    def remind(self) -> None:
        """Say in the status strip how many people's consent ends soon."""
        now = self._clock()
        count = self._vault.withdrawals.ending(now, now + timedelta(days=self._notice_days()))
        if count:
            self._health.report(ProblemKind.CONSENTS_ENDING, count=count)
        else:
            self._health.clear(ProblemKind.CONSENTS_ENDING)

    def _purpose(self, key: PurposeKey) -> Purpose | None:
        notice = self._vault.notices.published()
        return None if notice is None else notice.purpose(key)

    def _events(self, person_id: PersonId, purpose: PurposeKey) -> tuple[ConsentEvent, ConsentEvent]:
        """The newest one, and the one with which the consent was given for the last time."""
        events = self._vault.consents.history(person_id)
        if not events:
            raise PersonUnknown
        own = [event for event in events if event.purpose == purpose]
        given = [event for event in own if event.state in MATCHABLE_STATES]
        if not given or effective_state(own[-1], self._clock()) not in RENEWABLE:
            raise NotRenewable
        return own[-1], given[-1]
