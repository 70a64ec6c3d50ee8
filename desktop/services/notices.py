"""What people are told before they decide: drafted, published, retired by the privacy officer."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from dataclasses import replace

import structlog

from desktop.domain.audit import AuditAction, AuditValue
from desktop.domain.ids import NoticeId, random_id
from desktop.domain.notices import (
    Notice,
    NoticeEdit,
    NoticeState,
    NoticeText,
    ToAsk,
    clean_text,
    publishing_problems,
    too_long,
)
from desktop.domain.permissions import Permission
from desktop.domain.purposes import PurposeProblem, purpose_problems
from desktop.services.access import Access
from desktop.services.controller import ControllerService
from desktop.services.errors import ControllerMissing, NoticeTooLong, NoticeUnfinished, PurposesInvalid
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import Hub, NoticesChanged
from desktop.services.starter_notice import starter_notice
from desktop.vault.errors import NoticeChanged, NoticeUnknown
from desktop.vault.notices import Publication, text_hash
from desktop.vault.vault import Vault

__all__ = ["NoticeChanged", "NoticeService", "NoticeUnknown", "starter_text", "unchanged_starters"]

log = structlog.get_logger("desktop.services")

_NEVER_STORED = {PurposeProblem.TWICE, PurposeProblem.KEY, PurposeProblem.TOO_MANY, PurposeProblem.DAYS}
"""Problems that a draft may not have either."""


class NoticeService:
    """All calls read or write the vault: worker thread."""

    def __init__(self, vault: Vault, access: Access, controller: ControllerService, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._controller = controller
        self._hub = hub

    def list(self) -> List[Notice]:
        """Every version, newest first."""
        self._access.demand(Permission.CONSENT)
        return self._vault.notices.list()

    def in_force(self) -> Notice | None:
        """What people are shown now; None: nothing is published, and nobody can be asked in the guided way."""
        self._access.demand_any((Permission.ENROL, Permission.CONSENT))
        return self._vault.notices.published()

    def begin(self) -> NoticeId:
        """A new draft: a copy of the version in force, or of the newest one, or else the starter texts.

        Raises DraftExists.
        """
        self._access.demand(Permission.CONSENT)
        source = self._vault.notices.published() or next(iter(self._vault.notices.list()), None)
        starter = starter_notice()
        purposes, texts = starter.purposes, starter.texts
        if source is not None:
            purposes, texts = source.purposes, tuple(source.texts.values())
        notice_id = NoticeId(random_id())
        entry = self._access.draft(AuditAction.NOTICE_DRAFTED, notice_id, {"languages": len(texts)})
        self._vault.notices.begin(NoticeEdit(notice_id, 1, purposes, texts), utc_now(), audit=entry)
        self._announce("notice_drafted", notice_id)
        return notice_id

    def edit(self, edit: NoticeEdit) -> Notice:
        """Store a draft as it should become, cleaned of control and direction-changing characters; it need not be
        complete. The draft as stored.

        Raises NoticeTooLong (nothing is cut off silently), PurposesInvalid, NoticeChanged (somebody else edited it
        meanwhile).
        """
        self._access.demand(Permission.CONSENT)
        keys = {purpose.key for purpose in edit.purposes}
        texts = tuple(
            replace(text, purposes={key: words for key, words in text.purposes.items() if key in keys})
            for text in map(clean_text, edit.texts)
        )
        if any(map(too_long, texts)):
            raise NoticeTooLong
        if _NEVER_STORED & {problem for _, problem in purpose_problems(edit.purposes)}:
            raise PurposesInvalid
        entry = self._access.draft(AuditAction.NOTICE_EDITED, edit.notice_id, {"revision": edit.revision + 1})
        self._vault.notices.save(replace(edit, texts=texts), utc_now(), audit=entry)
        self._announce("notice_edited", edit.notice_id)
        return self._vault.notices.get(edit.notice_id)

    def discard(self, notice_id: NoticeId, revision: int) -> None:
        """Delete a draft. Raises NoticeChanged."""
        self._access.demand(Permission.CONSENT)
        entry = self._access.draft(AuditAction.NOTICE_DISCARDED, notice_id)
        self._vault.notices.discard(notice_id, revision, audit=entry)
        self._announce("notice_discarded", notice_id)

    def publish(self, notice_id: NoticeId, revision: int, *, ask_again: bool) -> None:
        """Freeze a draft and put it in force; the version before is retired. `ask_again`: whoever agreed under an
        earlier one is listed by `to_ask` until they have been asked.

        Raises NoticeUnknown, NoticeChanged, NoticeUnfinished, ControllerMissing.
        """
        self._access.demand(Permission.CONSENT)
        notice = self._vault.notices.get(notice_id)
        if notice.state is NoticeState.DRAFT and publishing_problems(notice):
            raise NoticeUnfinished
        if self._controller.current is None:
            raise ControllerMissing
        hashes: dict[str, AuditValue] = {
            f"text_{language}": text_hash(text, notice.purposes) for language, text in notice.texts.items()
        }
        detail = {"version": notice.version, "ask_again": ask_again, **hashes}
        entry = self._access.draft(AuditAction.NOTICE_PUBLISHED, notice_id, detail)
        publication = Publication(notice_id, revision, ask_again, self._access.operator_id, utc_now())
        self._vault.notices.publish(publication, audit=entry)
        self._announce("notice_published", notice_id)

    def retire(self, notice_id: NoticeId) -> None:
        """Take the version in force back: nobody can be asked in the guided way until another is published.

        Raises NoticeUnknown, NoticeChanged.
        """
        self._access.demand(Permission.CONSENT)
        entry = self._access.draft(AuditAction.NOTICE_RETIRED, notice_id)
        self._vault.notices.retire(notice_id, utc_now(), audit=entry)
        self._announce("notice_retired", notice_id)

    def to_ask(self) -> List[ToAsk]:
        """Who must be asked again, whoever agreed longest ago first."""
        self._access.demand(Permission.CONSENT)
        version = self._vault.notices.asked_again_since()
        return [] if version is None else self._vault.consents_in_force.before_version(version, utc_now())

    def would_ask(self, notice: Notice) -> int:
        """How many people would have to be asked again if this draft were published so."""
        self._access.demand(Permission.CONSENT)
        return len(self._vault.consents_in_force.before_version(notice.version, utc_now()))

    def _announce(self, event: str, notice_id: NoticeId) -> None:
        log.info(event, notice=notice_id)
        self._hub.publish(NoticesChanged())


def starter_text(language: str) -> NoticeText:
    """The text that every desk starts from, in one of LANGUAGES."""
    return next(text for text in starter_notice().texts if text.language == language)


def unchanged_starters(notice: Notice) -> tuple[str, ...]:
    """Languages whose text is still the one every desk starts from."""
    starters = {text.language: text for text in starter_notice().texts}
    return tuple(language for language in notice.languages if notice.texts[language] == starters.get(language))
