"""Erasing people for good: who may, matching stopped first, and what is left to do tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from desktop.domain.audit import Actor
from desktop.domain.consent import MATCHABLE_STATES, ConsentState, effective_state
from desktop.domain.erasure import ErasureOrder, ErasurePreview, ErasureReason, SignedErasure, SubjectKind
from desktop.domain.errors import Cancelled
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Permission, TwoPersonAct
from desktop.domain.progress import UNWATCHED, Progress, checkpoint
from desktop.services.access import Access
from desktop.services.approvals import ApprovalService
from desktop.services.errors import ErasureNotBegun, ResultNotSaved
from desktop.services.files import write_atomically
from desktop.services.gallery_feed import GalleryFeed, utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, PeopleChanged
from desktop.vault.errors import ArchiveUnknown, PersonUnknown, PhotoUnknown, SubjectHeld, VaultError
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class ErasureService:
    """All calls read or write the vault: worker thread."""

    def __init__(
        self, vault: Vault, access: Access, approvals: ApprovalService, feed: GalleryFeed, health: Health, hub: Hub
    ) -> None:
        self._vault = vault
        self._access = access
        self._approvals = approvals
        self._feed = feed
        self._health = health
        self._hub = hub

    def preview(self, people: Sequence[PersonId]) -> ErasurePreview:
        """What would go and what would stay. Raises PersonUnknown."""
        self._access.demand(Permission.ERASE)
        return self._vault.erasures.preview(people)

    def erase(
        self, people: Sequence[PersonId], progress: Progress = UNWATCHED, *, reason: ErasureReason | None = None
    ) -> SignedErasure:
        """Out of the gallery at once, then out of the vault for good; the result says what was done, and what is not.

        `progress` tells the step (desktop.domain.erasure.step_at); it can be cancelled while that is PREPARE. `reason`
        None: consent was withdrawn, where nobody's stands any more, else the people asked for it.

        Raises Cancelled, PersonUnknown, SubjectHeld, ApprovalNeeded (while a consent stands), ErasureNotBegun.
        """
        self._access.demand(Permission.ERASE)
        checkpoint(progress, 0.0)
        standing = [each for each in people if self._state(each) in MATCHABLE_STATES]
        why = reason or (ErasureReason.REQUEST if standing else ErasureReason.WITHDRAWAL)
        with self._approvals.spending(TwoPersonAct.ERASURE, standing):
            return self.carry_out(ErasureOrder(tuple(people), why, self._actor()), progress)

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

    def save(self, erasure: SignedErasure, path: Path) -> None:
        """Write the signed result as JSON. Raises ResultNotSaved."""
        self._access.demand(Permission.ERASE)
        try:
            write_atomically(path, json.dumps(erasure.to_values(), indent=2).encode())
        except OSError as error:
            raise ResultNotSaved(path=path) from error

    def _state(self, person_id: PersonId) -> ConsentState:
        return effective_state(self._vault.consents.newest(person_id), utc_now())

    def _actor(self) -> Actor:
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


@contextmanager
def _still_stored() -> Iterator[None]:
    """Where disk or keyring refuse, say what is so already: out of the gallery, but still in the vault."""
    try:
        yield
    except (PersonUnknown, PhotoUnknown, ArchiveUnknown, SubjectHeld):
        raise
    except VaultError as error:
        raise ErasureNotBegun from error
