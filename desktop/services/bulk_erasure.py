"""Erasing several people: each like one, one after the other, and carried on after a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from desktop.domain.bulk_erasure import BulkErasure, Queue, Refused
from desktop.domain.erasure import ErasureReason, SignedErasure
from desktop.domain.errors import Cancelled, ConsentryError
from desktop.domain.ids import PersonId
from desktop.domain.permissions import Permission, TwoPersonAct
from desktop.domain.progress import UNWATCHED, Part, Progress
from desktop.services.access import Access
from desktop.services.approvals import ApprovalService
from desktop.services.erasure import ErasureService, language_of
from desktop.services.errors import ErasureRunning
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class BulkErasureService:
    """All calls read or write the vault: worker thread. One order at a time."""

    def __init__(self, vault: Vault, access: Access, approvals: ApprovalService, erasures: ErasureService) -> None:
        self._vault = vault
        self._access = access
        self._approvals = approvals
        self._erasures = erasures
        self._turn = threading.Lock()

    def erase(
        self, people: Sequence[PersonId], progress: Progress = UNWATCHED, *, reason: ErasureReason | None = None
    ) -> BulkErasure:
        """One after the other. Cancelled, whoever has not been begun with stays. `reason`: see ErasureService.erase.

        Raises ApprovalNeeded (while a consent stands) and ErasureRunning, with nobody erased.
        """
        self._access.demand(Permission.ERASE)
        with self._alone():
            standing = self._erasures.standing(people)
            why = {
                each: reason or (ErasureReason.REQUEST if each in standing else ErasureReason.WITHDRAWAL)
                for each in people
            }
            with self._approvals.spending(TwoPersonAct.ERASURE, standing):
                return self._carry_out(Queue(why, self._erasures.actor, self._erasures.kept_until), progress)

    def finish(self, progress: Progress = UNWATCHED) -> int:
        """The housekeeper's: carry on an order that a crash cut off; how many were erased. Raises Cancelled, with the
        rest for the next time."""
        if self._turn.locked():
            return 0
        with self._alone():
            queue = self._vault.erasure_queue.get()
            if queue is None:
                return 0
            done = self._carry_out(queue, progress, stays_queued=True)
            if done.left:
                raise Cancelled
            return len(done.done)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._turn.acquire(blocking=False):
            raise ErasureRunning
        try:
            yield
        finally:
            self._turn.release()

    def _carry_out(self, queue: Queue, progress: Progress, *, stays_queued: bool = False) -> BulkErasure:
        """`stays_queued`: who is left when it is cancelled."""
        store, people = self._vault.erasure_queue, tuple(queue.people)
        store.set(queue)
        done: list[SignedErasure] = []
        languages: dict[str, str] = {}
        refused: list[Refused] = []
        for place, person_id in enumerate(people):
            part = Part(progress, place / len(people), (place + 1) / len(people))
            try:
                language = language_of(self._vault, person_id)
                erasure = self._erasures.carry_out(queue.order(person_id), part)
            except Cancelled:
                break
            except ConsentryError as error:
                log.warning("bulk_erasure_refused", error=error.code)
                refused.append(Refused(person_id, error))
            else:
                done.append(erasure)
                languages[erasure.result.id] = language
            queue = queue.without(person_id)
            store.set(queue)
        left = tuple(queue.people)
        if left and not stays_queued:
            store.set(Queue({}, queue.actor, queue.proof_until))
        log.info("bulk_erased", count=len(done), refused=len(refused), left=len(left))
        return BulkErasure(tuple(done), languages, tuple(refused), left)
