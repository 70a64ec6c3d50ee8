"""Consents that end: reminders before, and the record of it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.purposes import Purpose
from desktop.services.gallery_feed import utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, PeopleChanged
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
        health: Health,
        hub: Hub,
        notice_days: Callable[[], int],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._health = health
        self._hub = hub
        self._notice_days = notice_days
        self._clock = clock

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
