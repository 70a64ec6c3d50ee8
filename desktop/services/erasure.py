"""Erasing people for good: who may, matching stopped first, and what is left to do tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from desktop.domain.audit import Actor
from desktop.domain.consent import MATCHABLE_STATES, effective_state
from desktop.domain.erasure import ErasureOrder, ErasureReason, SignedErasure, SubjectKind
from desktop.domain.erasure_preview import ErasurePreview, keeps_proof, must_stay
from desktop.domain.errors import Cancelled
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Permission, TwoPersonAct
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.approvals import ApprovalService
from desktop.services.certificates import CertificateService
from desktop.services.errors import ErasureNotBegun
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import ArchiveUnknown, PersonUnknown, PhotoUnknown, SubjectHeld, VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class ErasureService:
    """All calls read or write the vault: worker thread.

    Args:
        kept_days: how long what proves a consent is kept after its end.
    """

    def __init__(
        self,
        vault: Vault,
        access: Access,
        approvals: ApprovalService,
        feed: GalleryFeed,
        health: Health,
        hub: Hub,
        certificates: CertificateService,
        kept_days: Callable[[], int],
    ) -> None:
        self._vault = vault
        self._access = access
        self._approvals = approvals
        self._feed = feed
        self._health = health
        self._hub = hub
        self._certificates = certificates
        self._kept_days = kept_days

    def preview(self, people: Sequence[PersonId], reason: ErasureReason = ErasureReason.REQUEST) -> ErasurePreview:
        """What would go, what must stay and why, who has been given what. Raises PersonUnknown."""
        self._access.demand(Permission.ERASE)
        found = self._vault.erasures.preview(people)
        told = replace(
            found,
            given_out=self._certificates.given_out(tuple(people)),
            packages={copy.id: copy.path for each in people for copy in self._vault.exports.list_for(each)},
            language=language_of(self._vault, people[0]),
            held=len(self._vault.holds.held(SubjectKind.PERSON, people, utc_now())),
        )
        if not keeps_proof(found.goes, reason):
            return told
        return replace(told, stays=must_stay(found.goes, archived=True), kept_until=self.kept_until)

    def erase(
        self, people: Sequence[PersonId], progress: Progress = UNWATCHED, *, reason: ErasureReason | None = None
    ) -> SignedErasure:
        """Out of the gallery at once, then out of the vault for good; the result says what was done, and what is not.

        `progress` tells the step (desktop.domain.erasure.step_at); it can be cancelled while that is PREPARE. `reason`
        None: consent was withdrawn, where nobody's stands any more, else the people asked for it. What proves consents
        is sealed apart first, unless it is a mistake.

        Raises Cancelled, PersonUnknown, SubjectHeld, ApprovalNeeded (while a consent stands), ErasureNotBegun.
        """
        self._access.demand(Permission.ERASE)
        checkpoint(progress, 0.0)
        standing = self.standing(people)
        why = reason or (ErasureReason.REQUEST if standing else ErasureReason.WITHDRAWAL)
        proof_until = None if why is ErasureReason.MISTAKE else self.kept_until
        with self._approvals.spending(TwoPersonAct.ERASURE, standing):
            return self.carry_out(ErasureOrder(tuple(people), why, self.actor, proof_until=proof_until), progress)

    def carry_out(self, order: ErasureOrder, progress: Progress = UNWATCHED) -> SignedErasure:
        """An order that whoever calls was allowed to give: people out of the gallery at once, then all of it for good.

        Raises Cancelled, the subjects' unknown errors, SubjectHeld (a legal hold), ErasureNotBegun.
        """
        people = [PersonId(each) for each in order.subjects] if order.kind is SubjectKind.PERSON else []
        with self._held_out(people), _still_stored():
            erasure = self._vault.erasures.erase(order, progress)
        progress.report(1.0)
        result = erasure.result
        log.info(
            "erased",
            erasure=result.id,
            kind=order.kind.value,
            count=len(order.subjects),
            missing=[each.value for each in result.missing],
        )
        self._tell_health()
        self._hub.publish(PeopleChanged())
        return erasure

    def finish(self, progress: Progress = UNWATCHED) -> int:
        """The housekeeper's: try what incomplete erasures lack; how many are complete now. Raises Cancelled."""
        if not self._vault.erasures.standing():
            self._tell_health()
            return 0
        finished = self._vault.erasures.finish(progress)
        # One whose intent could not be called off was still in the gallery.
        self._feed.follow()
        self._tell_health()
        return sum(each.result.complete for each in finished)

    def results(self, limit: int = 200) -> list[SignedErasure]:
        """Of all erasures, newest first."""
        self._access.demand(Permission.ERASE)
        return self._vault.erasures.results(limit)

    def standing(self, people: Sequence[PersonId]) -> list[PersonId]:
        """Those of them whose consent to recognition stands."""
        self._access.demand(Permission.ERASE)
        now, newest = utc_now(), self._vault.consents.newest
        return [each for each in people if effective_state(newest(each), now) in MATCHABLE_STATES]

    @property
    def kept_until(self) -> datetime:
        """Until when what proves a consent is kept that ends now."""
        return utc_now() + timedelta(days=self._kept_days())

    @property
    def actor(self) -> Actor:
        """Whoever is at the desk."""
        signed_in = self._access.current
        return Actor() if signed_in is None else Actor(signed_in.operator_id, tuple(sorted(signed_in.roles)))

    @contextmanager
    def _held_out(self, people: Sequence[PersonId]) -> Iterator[None]:
        """Out of the gallery meanwhile; after cancelling, and where a hold refuses, whoever may be is back in it."""
        stopped: Cancelled | SubjectHeld | None = None
        with ExitStack() as stack:
            for person_id in people:
                stack.enter_context(self._feed.held_out(person_id))
            try:
                yield
            except (Cancelled, SubjectHeld) as error:
                stopped = error
        if stopped is not None:
            self._feed.follow()
            raise stopped

    def _tell_health(self) -> None:
        count = len(self._vault.erasures.standing())
        if count:
            self._health.report(ProblemKind.ERASURE_INCOMPLETE, count=count)
        else:
            self._health.clear(ProblemKind.ERASURE_INCOMPLETE)


def language_of(vault: Vault, person_id: PersonId) -> str:
    """The one in which they were last talked to; empty where it is not known."""
    proofs = vault.consent_proofs.list(person_id)
    return proofs[-1].proof.language if proofs else ""


@contextmanager
def _still_stored() -> Iterator[None]:
    """Where disk or keyring refuse, say what is so already: out of the gallery, but still in the vault."""
    try:
        yield
    except (PersonUnknown, PhotoUnknown, ArchiveUnknown, SubjectHeld):
        raise
    except VaultError as error:
        raise ErasureNotBegun from error
