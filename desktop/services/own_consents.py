"""A person's own consents, for the screen on which they may take them back themselves."""

from __future__ import annotations

from desktop.domain.consent import effective_state
from desktop.domain.ids import PersonId
from desktop.domain.notices import LANGUAGES, Notice, filled
from desktop.domain.own_consents import OwnConsent, OwnConsents, Texts, purpose_words
from desktop.domain.permissions import Permission
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.withdrawal import newest_by_purpose
from desktop.services.access import Access
from desktop.services.controller import ControllerService
from desktop.services.gallery_feed import utc_now
from desktop.services.starter_notice import starter_notice
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault

__all__ = ["OwnConsentService", "PersonUnknown"]


class OwnConsentService:
    """Reads the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, controller: ControllerService) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller

    def of(self, person_id: PersonId) -> OwnConsents:
        """What counts for each purpose that the person was asked about, each in the words it was given to.

        Raises PersonUnknown: nobody of that id is stored (any more).
        """
        self._access.demand(Permission.WITHDRAW)
        newest = newest_by_purpose(self._vault.consents.history(person_id))
        name = self._vault.people.name(person_id)
        if not newest or name is None:
            raise PersonUnknown
        proofs = self._vault.consent_proofs.list(person_id)
        language = proofs[-1].proof.language if proofs else ""
        now = utc_now()
        in_force = self._texts(self._vault.notices.published())
        starter = self._filled({text.language: text for text in starter_notice().texts})
        controller = self._controller.current
        purposes = []
        for key in sorted(newest, key=lambda key: (key != RECOGNITION, key != PHOTO, key)):
            event = newest[key]
            shown = {} if event.notice_id is None else self._texts(self._vault.notices.get(event.notice_id))
            words = purpose_words(key, (shown, in_force, starter))
            purposes.append(OwnConsent(key, effective_state(event, now), event.valid_until, words))
        return OwnConsents(
            person_id=person_id,
            name=name,
            language=language if language in LANGUAGES else LANGUAGES[0],
            time_zone="UTC" if controller is None else controller.time_zone,
            purposes=tuple(purposes),
        )

    def _texts(self, notice: Notice | None) -> Texts:
        return {} if notice is None else self._filled(notice.texts)

    def _filled(self, texts: Texts) -> Texts:
        """As they are read: with the controller's name in its place."""
        controller = self._controller.current
        if controller is None:
            return texts
        return {language: filled(text, controller) for language, text in texts.items()}
