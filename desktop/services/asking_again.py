"""Asking somebody enrolled once more: their consent ends, or the notice is another one.

Nothing is computed from a face. The conversation has no draft: nothing is typed in it, and a copy of the name would lie
under another key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.capture import refuses
from desktop.domain.consent import ConsentEvent, effective_state
from desktop.domain.consent_proof import Proof
from desktop.domain.conversation import Conversation, Need, Step, Who
from desktop.domain.ids import ConsentId, PersonId, random_id
from desktop.domain.permissions import Permission
from desktop.domain.purposes import RECOGNITION, Purpose
from desktop.domain.renewal import RENEWABLE
from desktop.domain.withdrawal import Withdrawal, newest_by_purpose
from desktop.services import capture_end
from desktop.services.access import Access
from desktop.services.capture_errors import ConversationIncomplete
from desktop.services.capture_needs import lacking, needed_controller, needed_notice, shown_notice
from desktop.services.controller import ControllerService
from desktop.services.errors import NotRenewable
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.hub import Hub, PeopleChanged
from desktop.services.renewal import RenewalService
from desktop.services.settings import SettingsService
from desktop.services.withdrawal import WithdrawalService
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class AskingAgainService:
    """Reads and writes the vault: worker thread."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        controller: ControllerService,
        settings: SettingsService,
        renewals: RenewalService,
        withdrawals: WithdrawalService,
        feed: GalleryFeed,
        hub: Hub,
    ) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller
        self._settings = settings
        self._renewals = renewals
        self._withdrawals = withdrawals
        self._feed = feed
        self._hub = hub

    def begin(self, person_id: PersonId) -> Conversation:
        """A conversation with somebody whose recognition stands or has expired: at the notice, or before it where
        something about the person is missing that the record needs.

        Raises PersonUnknown, NotRenewable, NoticeMissing, NoticeDamaged, ControllerUnknown.
        """
        self._access.demand(Permission.ENROL)
        self._history(person_id)
        person = self._vault.people.get(person_id)
        if person is None:
            raise PersonUnknown
        notice = needed_notice(self._vault)
        needed_controller(self._controller)
        told = [each.proof for each in self._vault.consent_proofs.list(person_id) if isinstance(each.proof, Proof)]
        guardian, reason = (told[-1].guardian, told[-1].free_reason) if told else ("", "")
        who = Who(person.details, minor=bool(guardian), guardian=guardian, free_reason=reason)
        talk = Conversation(PersonId(random_id()), utc_now(), Step.WHO, who, renews=person_id)
        missing = lacking(talk, notice, self._settings.current.confirmation, upto=Step.WHO)
        return talk if missing else replace(talk, step=Step.NOTICE)

    def renew(self, talk: Conversation) -> ConsentId:
        """Record what was agreed to again and what was refused, with the proof; the id of the new record. Whoever had
        expired is matched again, and a picture whose keeping was refused goes.

        Raises PersonUnknown, NotRenewable, NoticeMissing, NoticeOutdated, NoticeDamaged, ControllerUnknown,
        ConversationIncomplete, vault errors.
        """
        self._access.demand(Permission.ENROL)
        person_id, notice = talk.person_id, shown_notice(self._vault, talk)
        missing = lacking(talk, notice, self._settings.current.confirmation)
        if missing or refuses(talk, notice.purposes):
            raise ConversationIncomplete(needs=", ".join(missing or (Need.CHOICES,)))
        before = self._history(person_id)
        consent_id, operator_id = ConsentId(random_id()), self._access.operator_id
        events = capture_end.events_again(talk, notice, consent_id, operator_id, utc_now(), before)
        proof = capture_end.proof(talk, needed_controller(self._controller), place="")
        self._vault.consents.record_again(events, proof, audit=self._entries(events))
        self._feed.follow()
        log.info("consent_renewed", person=person_id)
        self._withdrawals.finish()
        self._renewals.remind()
        self._hub.publish(PeopleChanged())
        return consent_id

    def refuse(self, talk: Conversation) -> Withdrawal:
        """Record the refusal of what recognition needs, and end everything at once, as a withdrawal does.

        Raises PersonUnknown, NoticeMissing, NoticeOutdated, NoticeDamaged, ConversationIncomplete, NoLongerMatchedOnly.
        """
        self._access.demand(Permission.ENROL)
        notice = shown_notice(self._vault, talk)
        if not refuses(talk, notice.purposes):
            raise ConversationIncomplete(needs=Need.CHOICES)
        record, operator_id = ConsentId(random_id()), self._access.operator_id
        events = capture_end.refusals_again(talk, notice, record, operator_id, utc_now())
        return self._withdrawals.withdraw(talk.person_id, refused=events)

    def _history(self, person_id: PersonId) -> list[ConsentEvent]:
        """Of somebody who can be asked again. Raises PersonUnknown, NotRenewable."""
        events = self._vault.consents.history(person_id)
        if not events:
            raise PersonUnknown
        if effective_state(newest_by_purpose(events).get(RECOGNITION), utc_now()) not in RENEWABLE:
            raise NotRenewable
        return events

    def _entries(self, events: Sequence[ConsentEvent]) -> list[AuditDraft]:
        return [
            self._access.draft(
                AuditAction.CONSENT_CHANGED,
                event.person_id,
                {"state": event.state, "purpose": Purpose(event.purpose).kind},
            )
            for event in events
        ]
