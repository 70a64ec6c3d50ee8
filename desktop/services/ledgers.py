"""Erasures that a backup destination knows of and this desk does not, because a backup was restored here."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from desktop.domain.audit import AuditAction
from desktop.domain.backups import DestinationId
from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Part, Progress, Unstoppable
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.access import Access
from desktop.services.erasure import ErasureService
from desktop.services.hub import BackupsChanged, Hub
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class LedgerService:
    """Worker threads only."""

    _vault: Vault
    _access: Access
    _erasures: ErasureService
    _hub: Hub

    def take_over(self, destination_id: DestinationId, code: RecoveryCode, progress: Progress = UNWATCHED) -> int:
        """Erase here whoever was erased according to the companion there, then write that anew; how many people.

        A crash on the way leaves the destination as it was, to be taken over again. Nobody has to agree: these
        erasures were decided on before. Raises NotPermitted, RecoveryCodeWrong, CompanionMissing, CompanionDamaged, the
        destination's errors, SubjectHeld, ErasureNotBegun, Cancelled (with nobody erased).
        """
        self._access.demand(Permission.BACKUP)
        known = self._vault.backups.open_companion(destination_id, code)
        actor, people = self._access.actor, 0
        for number, kind in enumerate(SubjectKind):
            subjects = self._vault.erasures.unknown(known.ledger, kind)
            if not subjects:
                continue
            part = Part(progress, number / len(SubjectKind), (number + 1) / len(SubjectKind))
            order = ErasureOrder(tuple(subjects), ErasureReason.REPEATED, actor, kind)
            self._erasures.carry_out(order, part if kind is SubjectKind.PERSON else Unstoppable(part))
            people += len(subjects) if kind is SubjectKind.PERSON else 0
        entry = self._access.draft(AuditAction.ERASURES_TAKEN_OVER, destination_id, {"people": people})
        self._vault.backups.take_over(known, entry)
        self._vault.backups.companions.write_behind()
        self._erasures.finish(Unstoppable(progress))
        self._hub.publish(BackupsChanged())
        log.info("erasures_taken_over", people=people)
        return people
