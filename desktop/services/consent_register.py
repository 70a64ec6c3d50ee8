"""The officer's register of consents, what is archived, and the history of one person."""

from __future__ import annotations

from array import array
from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from desktop.domain.audit import AuditAction
from desktop.domain.consent import ConsentEvent, ConsentState, Restriction, effective_state
from desktop.domain.consent_archive import ArchivedConsent
from desktop.domain.consent_register import PersonConsents, RegisterEntry, RegisterFilter, RegisterView
from desktop.domain.ids import ArchiveId, NoticeId, PersonId
from desktop.domain.permissions import Permission
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.renewal import ends_soon, renewal_need
from desktop.domain.withdrawal import newest_by_purpose
from desktop.services.access import Access
from desktop.services.audit_recorder import AuditRecorder
from desktop.services.gallery_feed import utc_now
from desktop.vault.errors import PersonUnknown
from desktop.vault.vault import Vault

PAGE = 200  # entries a question
SEARCH_EVERY = 2.0  # s; a list that is only read anew says nothing new
VIEW_EVERY = 60.0  # s


@dataclass(frozen=True, slots=True)
class RegisterListing:
    """What fits a filter: only numbers, of which `ConsentRegisterService.list` reads the ones in sight."""

    wanted: RegisterFilter
    seqs: array[int]
    archive: tuple[ArchiveId, ...] = ()

    @property
    def count(self) -> int:
        return len(self.seqs) or len(self.archive)


class ConsentRegisterService:
    """All calls read the vault: worker thread.

    Args:
        notice_days: how many days before its end a consent ends "soon".
    """

    def __init__(
        self,
        vault: Vault,
        access: Access,
        views: AuditRecorder,
        notice_days: Callable[[], int],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._views = views
        self._notice_days = notice_days
        self._clock = clock

    def find(self, wanted: RegisterFilter) -> RegisterListing:
        """Everything that fits; newest change first, and what ends soon by its end."""
        self._access.demand(Permission.CONSENT)
        letters = len(wanted.name.strip())
        self._views.record(
            self._access.draft(AuditAction.PEOPLE_SEARCHED, detail={"letters": letters}), every=SEARCH_EVERY
        )
        if wanted.view is RegisterView.ARCHIVED:
            return RegisterListing(wanted, array("q"), tuple(self._vault.archive.find(wanted.name)))
        again = self._vault.notices.asked_again_since()
        return RegisterListing(wanted, self._vault.consent_register.find(wanted, self._clock(), self._within, again))

    def list(self, listing: RegisterListing, offset: int = 0, limit: int = PAGE) -> List[RegisterEntry]:
        """A page of a listing; whoever was erased meanwhile is left out."""
        self._access.demand(Permission.CONSENT)
        versions = self._vault.consent_register.versions()
        if listing.wanted.view is RegisterView.ARCHIVED:
            archived = self._vault.archive.list(listing.archive[offset : offset + limit])
            return [_of_archive(each, versions) for each in archived]
        now, again = self._clock(), self._vault.notices.asked_again_since()
        events = self._vault.consent_register.list(listing.seqs[offset : offset + limit])
        restricted = self._vault.consent_register.restricted({event.person_id for event in events}, now)
        entries = []
        for event in events:
            name = self._vault.people.name(event.person_id)
            if name is not None:
                entries.append(self._entry(event, name, versions, event.person_id in restricted, again, now))
        return entries

    def of_person(self, person_id: PersonId) -> List[RegisterEntry]:
        """What counts now for each purpose of one person, recognition first. Raises PersonUnknown."""
        self._access.demand(Permission.PERSON_CARD)
        newest = newest_by_purpose(self._vault.consents.history(person_id))
        name = self._vault.people.name(person_id)
        if not newest or name is None:
            raise PersonUnknown
        now, again = self._clock(), self._vault.notices.asked_again_since()
        versions = self._vault.consent_register.versions()
        restricted = bool(self._vault.consent_register.restricted([person_id], now))
        order = sorted(newest, key=lambda key: (key != RECOGNITION, key != PHOTO, key))
        return [self._entry(newest[key], name, versions, restricted, again, now) for key in order]

    def history(self, person_id: PersonId) -> PersonConsents:
        """Everything that happened to one person's consents. Raises PersonUnknown."""
        self._access.demand(Permission.CONSENT)
        events = self._vault.consents.history(person_id)
        if not events:
            raise PersonUnknown
        self._views.record(self._access.draft(AuditAction.PERSON_VIEWED, person_id), every=VIEW_EVERY)
        restrictions = self._vault.restrictions.for_person(person_id)
        return self._told(person_id, tuple(events), restrictions=tuple(restrictions))

    def archived_history(self, archive_id: ArchiveId) -> PersonConsents:
        """What happened in an archived record. Raises ArchiveUnknown."""
        self._access.demand(Permission.CONSENT)
        found = self._vault.archive.get(archive_id)
        self._views.record(self._access.draft(AuditAction.PERSON_VIEWED, found.person_id), every=VIEW_EVERY)
        return self._told(found.person_id, found.events)

    def archived(self, name: str) -> List[ArchivedConsent]:
        """Archived records of people of exactly this name, newest first."""
        self._access.demand(Permission.CONSENT)
        found = self._vault.archive.list(self._vault.archive.find(name))
        return [each for each in found if each.name == name]

    def purpose_titles(self, language: str) -> dict[PurposeKey, str]:
        """Of every purpose that a notice ever named, in this language or else in the first the notice has."""
        self._access.demand_any((Permission.CONSENT, Permission.PERSON_CARD))
        titles: dict[PurposeKey, str] = {}
        for notice in self._vault.notices.list():
            text = notice.texts.get(language) or next(iter(notice.texts.values()), None)
            for purpose in notice.purposes:
                if text is not None and purpose.key in text.purposes:
                    titles.setdefault(purpose.key, text.purposes[purpose.key].title)
        return titles

    @property
    def _within(self) -> timedelta:
        return timedelta(days=self._notice_days())

    def _entry(
        self,
        event: ConsentEvent,
        name: str,
        versions: Mapping[NoticeId, int],
        restricted: bool,
        again: int | None,
        now: datetime,
    ) -> RegisterEntry:
        version = None if event.notice_id is None else versions.get(event.notice_id)
        state = effective_state(event, now)
        expired = state is ConsentState.EXPIRED and event.valid_until is not None
        return RegisterEntry(
            person_id=event.person_id,
            consent_id=event.consent_id,
            name=name,
            purpose=event.purpose,
            state=state,
            since=event.valid_until if expired and event.valid_until is not None else event.at,
            until=event.valid_until,
            notice_id=event.notice_id,
            notice_version=version,
            ends_soon=ends_soon(event, now, self._within),
            restricted=restricted,
            need=renewal_need(event, version, again, now),
        )

    def _told(
        self, person_id: PersonId, events: tuple[ConsentEvent, ...], restrictions: tuple[Restriction, ...] = ()
    ) -> PersonConsents:
        known = {str(each.id): each.name for each in self._vault.operators.list()}
        named = {str(event.operator_id): known.get(event.operator_id, "") for event in events if event.operator_id}
        versions = self._vault.consent_register.versions()
        return PersonConsents(person_id, events, restrictions, named, versions)


def _of_archive(found: ArchivedConsent, versions: Mapping[NoticeId, int]) -> RegisterEntry:
    newest = newest_by_purpose(found.events)
    event = newest.get(RECOGNITION) or next(iter(newest.values()))
    return RegisterEntry(
        person_id=found.person_id,
        consent_id=found.consent_id,
        name=found.name,
        purpose=event.purpose,
        state=event.state,
        since=event.at,
        until=found.keep_until,
        notice_id=event.notice_id,
        notice_version=None if event.notice_id is None else versions.get(event.notice_id),
        archive_id=found.id,
    )
