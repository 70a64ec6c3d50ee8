"""The conversation in which a person gives or refuses consent, and the enrolment at its end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft
from desktop.domain.capture import refuses, resumed, settled_who
from desktop.domain.capture_draft import from_values, to_values
from desktop.domain.consent import PlainConsent
from desktop.domain.consent_proof import Method
from desktop.domain.conversation import Conversation, Need, Step
from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.ids import CameraId, ConsentId, PersonId, random_id
from desktop.domain.people import PersonSummary, search_key
from desktop.domain.permissions import Permission
from desktop.services import capture_end
from desktop.services.access import Access
from desktop.services.capture_errors import ConversationIncomplete, ConversationOver, DraftNotDestroyed
from desktop.services.capture_needs import lacking, needed_controller, needed_notice, shown_notice
from desktop.services.controller import ControllerService
from desktop.services.enrolment import EnrolmentService
from desktop.services.errors import ConsentMissing
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.hub import Hub, PeopleChanged
from desktop.services.photo_check import PhotoCheck
from desktop.services.settings import SettingsService
from desktop.vault.capture_drafts import StoredDraft
from desktop.vault.enrolments import Enrolment
from desktop.vault.errors import DraftUnknown, VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_NAMESAKES = 5


class CaptureService:
    """Reads and writes the vault: worker thread. Nothing of a picture is kept but what `enrol` stores."""

    def __init__(
        self,
        vault: Vault,
        access: Access,
        enrolment: EnrolmentService,
        controller: ControllerService,
        settings: SettingsService,
        feed: GalleryFeed,
        hub: Hub,
    ) -> None:
        self._vault = vault
        self._access = access
        self._enrolment = enrolment
        self._controller = controller
        self._settings = settings
        self._feed = feed
        self._hub = hub
        self._writing = threading.Lock()
        self._ended: set[PersonId] = set()  # no late write brings the draft of one of these back

    @property
    def method(self) -> Method:
        """How this site wants choices confirmed; from memory."""
        return self._settings.current.confirmation

    def begin(self) -> Conversation:
        """A new conversation; nothing is written yet. Raises NoticeMissing, NoticeDamaged, ControllerUnknown."""
        self._access.demand(Permission.ENROL)
        needed_notice(self._vault)
        needed_controller(self._controller)
        return Conversation(PersonId(random_id()), utc_now())

    def namesakes(self, talk: Conversation) -> list[PersonSummary]:
        """People of exactly this name, whom the person may be already; five at most."""
        self._access.demand(Permission.ENROL)
        key = search_key(talk.who.details.name)
        if not key or talk.who.nameless:
            return []
        found = self._vault.people.list(talk.who.details.name)
        return [each for each in found if search_key(each.details.name) == key][:_NAMESAKES]

    def keep(self, talk: Conversation) -> None:
        """Write the draft, or its newer state. Raises ConversationOver."""
        self._access.demand(Permission.ENROL)
        with self._writing:
            if talk.id in self._ended or talk.over(utc_now()):
                raise ConversationOver
            draft = StoredDraft(talk.id, self._access.operator_id, talk.begun_at, to_values(talk))
            self._vault.capture_drafts.save(draft, utc_now())

    def unfinished(self) -> list[Conversation]:
        """What a crash or a closed window left behind, oldest first; ready to go on."""
        self._access.demand(Permission.ENROL)
        found = [_read(draft) for draft in self._vault.capture_drafts.list()]
        now = utc_now()
        return [resumed(talk) for talk in found if talk is not None and not talk.over(now)]

    def give_up(self, talk: Conversation) -> None:
        """Destroy the draft with its key: the person refused, took everything back, or went away. Again: nothing.

        Raises DraftNotDestroyed.
        """
        self._access.demand(Permission.ENROL)
        reason = ErasureReason.WITHDRAWAL if talk.step is Step.PASS else ErasureReason.REQUEST
        with self._writing:
            self._ended.add(talk.id)
            self._destroy([talk.id], reason, self._access.actor)

    def tend(self) -> int:
        """The housekeeper's: destroy drafts that are over or cannot be read; how many. Raises vault errors."""
        now = utc_now()
        with self._writing:
            drafts = self._vault.capture_drafts.list()
            over = [draft.id for draft in drafts if (talk := _read(draft)) is None or talk.over(now)]
            if over:
                self._ended.update(over)
                self._destroy(over, ErasureReason.RETENTION, Actor())
        return len(over)

    def check_photo(self, talk: Conversation, path: Path) -> PhotoCheck:
        """Check a picture file. Raises ConsentMissing: nothing is computed from a face before recognition is agreed to
        and confirmed."""
        self._access.demand(Permission.ENROL)
        return self._enrolment.check_photo(path, agreed(talk))

    def check_camera(self, talk: Conversation, camera_id: CameraId) -> PhotoCheck:
        """The same for the newest frame of a running camera; the frame itself never leaves the services."""
        self._access.demand(Permission.ENROL)
        return self._enrolment.check_camera(camera_id, agreed(talk))

    def enrol(self, talk: Conversation, checks: Sequence[PhotoCheck], place: str = "") -> ConsentId:
        """Store person, consent, proof, templates and, where that was agreed to, a picture in one transaction; the
        draft goes with it. The id of the consent record.

        Every check is discarded afterwards, whether it worked or not. `place`: name of the camera; empty for files.

        Raises ConsentMissing, ConversationOver, ConversationIncomplete, NoticeOutdated, NoticeMissing,
        ControllerUnknown, NoUsablePhoto, PhotosDiffer, vault errors.
        """
        self._access.demand(Permission.ENROL)
        try:
            agreed(talk)
            with self._writing:
                return self._enrol(talk, checks, place)
        finally:
            for check in checks:
                check.discard()

    def _enrol(self, talk: Conversation, checks: Sequence[PhotoCheck], place: str) -> ConsentId:
        now = utc_now()
        if talk.id in self._ended or talk.over(now):
            raise ConversationOver
        notice = shown_notice(self._vault, talk)
        missing = lacking(talk, notice, self.method)
        if missing or refuses(talk, notice.purposes):
            raise ConversationIncomplete(needs=", ".join(missing or (Need.CHOICES,)))
        consent_id = ConsentId(random_id())
        enrolment = Enrolment(
            person_id=talk.id,
            consent_id=consent_id,
            at=now,
            details=settled_who(talk).details,
            events=capture_end.events(talk, notice, consent_id, self._access.operator_id, now),
            proof=capture_end.proof(talk, needed_controller(self._controller), place),
            templates=self._enrolment.templates(checks),
            photo=capture_end.kept_photo(talk, checks),
        )
        self._vault.enrolments.add(enrolment, audit=self._entries(enrolment))
        self._ended.add(talk.id)
        self._feed.follow()
        log.info("person_enrolled", person=talk.id, templates=len(enrolment.templates))
        self._hub.publish(PeopleChanged())
        return consent_id

    def _entries(self, enrolment: Enrolment) -> list[AuditDraft]:
        person_id = enrolment.person_id
        detail = {"templates": len(enrolment.templates), "photo": enrolment.photo is not None}
        order = list(dict.fromkeys(event.purpose for event in enrolment.events))
        changes = [
            self._access.draft(
                AuditAction.CONSENT_CHANGED, person_id, {"state": event.state, "place": order.index(event.purpose)}
            )
            for event in enrolment.events
        ]
        return [self._access.draft(AuditAction.PERSON_ENROLLED, person_id, detail), *changes]

    def _destroy(self, drafts: Sequence[PersonId], reason: ErasureReason, actor: Actor) -> None:
        """Where nothing is stored yet, or any more, there is nothing to do."""
        order = ErasureOrder(tuple(drafts), reason, actor, SubjectKind.DRAFT)
        try:
            self._vault.erasures.erase(order)
        except DraftUnknown:
            return
        except VaultError as error:
            raise DraftNotDestroyed from error
        log.info("drafts_destroyed", count=len(drafts))


def _read(draft: StoredDraft) -> Conversation | None:
    try:
        return None if draft.values is None else from_values(draft.values)
    except ValueError:
        return None


def agreed(talk: Conversation) -> PlainConsent:
    """What lets a face be looked at. Raises ConsentMissing before recognition is agreed to and confirmed."""
    if not talk.recognised or talk.confirmation is None or talk.shown is None:
        raise ConsentMissing
    return PlainConsent(talk.confirmation.method.value, talk.shown.language)
