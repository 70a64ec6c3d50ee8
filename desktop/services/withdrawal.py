"""Taking consent back: one action, for one purpose or all, that never takes two people and never waits.

    1. out of the gallery                          (memory: every camera, at once)
    2. the events, also on a full disk             (from here on it is in force, whatever happens)
    3. what proves the consent is sealed anew      (recognition only)
    4. the erasure primitive                       (the person, or for the photo purpose the pictures alone)

Where a crash, a locked keyring or a full disk stops it after step 2, the housekeeper carries on: it goes by the
recorded events alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditValue
from desktop.domain.consent import ConsentEvent
from desktop.domain.erasure import ErasureOrder, ErasureReason, SignedErasure, SubjectKind
from desktop.domain.ids import OperatorId, PersonId
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress, Unstoppable
from desktop.domain.purposes import PHOTO, RECOGNITION, Purpose, PurposeKey
from desktop.domain.withdrawal import TAKEN_BACK, Withdrawal, endings, newest_by_purpose
from desktop.services.access import Access
from desktop.services.erasure import ErasureService
from desktop.services.errors import ErasureNotBegun, NoLongerMatchedOnly
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import DiskFailed, DiskFull, PersonUnknown, VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class WithdrawalService:
    """All calls read or write the vault: worker thread.

    Args:
        kept_days: how long what proves a consent is kept after its end.
    """

    def __init__(
        self,
        vault: Vault,
        access: Access,
        feed: GalleryFeed,
        erasures: ErasureService,
        health: Health,
        hub: Hub,
        kept_days: Callable[[], int],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._vault = vault
        self._access = access
        self._feed = feed
        self._erasures = erasures
        self._health = health
        self._hub = hub
        self._kept_days = kept_days
        self._clock = clock
        self._turn = threading.Lock()  # the housekeeper must not take a withdrawal's erasure out of its hands

    def withdraw(
        self,
        person_id: PersonId,
        purpose: PurposeKey | None = None,
        progress: Progress = UNWATCHED,
        *,
        refused: Sequence[ConsentEvent] = (),
    ) -> Withdrawal:
        """Take back the consent to one purpose, or (None) to all; `refused` is recorded before it, of somebody who was
        asked again. Again: nothing more is recorded, and what was not
        erased yet is tried once more.

        Once it is recorded it does not raise any more; what is left to do stands in the result. It cannot be cancelled.
        Raises PersonUnknown, NoLongerMatchedOnly.
        """
        self._access.demand(Permission.WITHDRAW)
        actor = self._access.actor
        from_recognition = purpose in (None, RECOGNITION)
        with self._feed.held_out(person_id) if from_recognition else nullcontext():
            if self._vault.withdrawals.erased(person_id):
                return Withdrawal(person_id, ())
            ended = self._record(person_id, purpose, actor, refused)
        self._hub.publish(PeopleChanged())
        watched = Unstoppable(progress)
        with self._turn:
            if not from_recognition:
                return self._without_photos(person_id, ended, actor, watched)
            if self._covered(person_id):
                self._feed.follow()
                kept = self._without_photos(person_id, ended, actor, watched)
                return replace(kept, covered=True)
            if self._held(SubjectKind.PERSON, [person_id]):
                return Withdrawal(person_id, ended, held=True)
            kept_until = self._clock() + timedelta(days=self._kept_days())
            erasure = self._erase_people([person_id], kept_until, actor, watched)
            waits = person_id in self._vault.withdrawals.waiting(self._clock())
            return Withdrawal(person_id, ended, erasure, waits, kept_until=kept_until)

    def finish(self, progress: Progress = UNWATCHED) -> int:
        """The housekeeper's: erase what withdrawals left to do; how many people and pictures. Raises Cancelled."""
        with self._turn:
            return self._finish(progress)

    def _finish(self, progress: Progress) -> int:
        now = self._clock()
        people = self._vault.withdrawals.waiting(now)
        kept_until = now + timedelta(days=self._kept_days())
        done = 0
        if people and self._erase_people(people, kept_until, Actor(), progress) is not None:
            done += len(people)
        photos = self._vault.withdrawals.photos_waiting(now)
        if photos and self._erase(photos, SubjectKind.PHOTO, ErasureReason.WITHDRAWAL, Actor(), progress) is not None:
            done += len(photos)
        self._tell_health()
        return done

    def _record(
        self, person_id: PersonId, purpose: PurposeKey | None, actor: Actor, refused: Sequence[ConsentEvent]
    ) -> tuple[PurposeKey, ...]:
        newest = newest_by_purpose(self._vault.consents.history(person_id))
        if not newest:
            raise PersonUnknown
        events = endings(newest, purpose, self._clock(), OperatorId(actor.id))
        if events:
            written = [*refused, *events]
            drafts = [
                AuditDraft(AuditAction.CONSENT_CHANGED, actor, person_id, detail=_detail(event)) for event in written
            ]
            try:
                self._vault.withdrawals.record(written, audit=drafts)
            except (DiskFull, DiskFailed) as error:
                raise NoLongerMatchedOnly from error
            log.info("consent_withdrawn", person=person_id, purposes=len(events))
        return tuple(event.purpose for event in events)

    def _covered(self, person_id: PersonId) -> bool:
        now = self._clock()
        return any(now < authority.valid_until for authority in self._vault.authorities.for_person(person_id))

    def _held(self, kind: SubjectKind, subjects: Sequence[str]) -> bool:
        return bool(self._vault.holds.held(kind, subjects, self._clock()))

    def _without_photos(
        self, person_id: PersonId, ended: tuple[PurposeKey, ...], actor: Actor, progress: Progress
    ) -> Withdrawal:
        """The pictures go where keeping them was taken back or refused; the person stays."""
        newest = self._vault.consents.newest(person_id, PHOTO)
        photos = self._vault.withdrawals.photos_of(person_id)
        if newest is None or newest.state not in TAKEN_BACK or not photos:
            return Withdrawal(person_id, ended)
        if self._held(SubjectKind.PHOTO, photos):
            return Withdrawal(person_id, ended, held=True)
        erasure = self._erase(photos, SubjectKind.PHOTO, ErasureReason.WITHDRAWAL, actor, progress)
        self._tell_health()
        return Withdrawal(person_id, ended, erasure, waits=erasure is None)

    def _erase_people(
        self, people: Sequence[PersonId], kept_until: datetime, actor: Actor, progress: Progress
    ) -> SignedErasure | None:
        """None: it waits."""
        now = self._clock()
        try:
            for person_id in people:
                self._vault.archive.put(person_id, now, kept_until)
        except VaultError as error:
            log.warning("archive_waits", error=error.code)
            self._tell_health()
            return None
        erasure = self._erase(people, SubjectKind.PERSON, ErasureReason.WITHDRAWAL, actor, progress)
        self._tell_health()
        return erasure

    def _erase(
        self, subjects: Sequence[str], kind: SubjectKind, reason: ErasureReason, actor: Actor, progress: Progress
    ) -> SignedErasure | None:
        """None: it waits."""
        try:
            return self._erasures.carry_out(ErasureOrder(tuple(subjects), reason, actor, kind), progress)
        except (VaultError, ErasureNotBegun) as error:
            log.warning("withdrawal_erasure_waits", error=error.code)
            return None

    def _tell_health(self) -> None:
        now = self._clock()
        waiting = len(self._vault.withdrawals.waiting(now)) + len(self._vault.withdrawals.photos_waiting(now))
        if waiting:
            self._health.report(ProblemKind.WITHDRAWAL_WAITS, count=waiting)
        else:
            self._health.clear(ProblemKind.WITHDRAWAL_WAITS)


def _detail(event: ConsentEvent) -> dict[str, AuditValue]:
    """The audit log knows the kinds of purposes; a site's own one may be called anything."""
    return {"state": event.state, "purpose": Purpose(event.purpose).kind}
