"""Renewing the vault's keys, or what locks them, on somebody's order."""

from __future__ import annotations

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.backup import Gate
from desktop.services.passwords import refuse_guessable
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


class RotationService:
    """Worker threads only. Afterwards the companions are written anew; the schedule makes up for those out of reach."""

    def __init__(self, vault: Vault, gate: Gate) -> None:
        self._vault = vault
        self._gate = gate

    def acting_as(self, gate: Gate) -> RotationService:
        """The same for somebody who is not at the desk (the command line)."""
        return RotationService(self._vault, gate)

    def rotate_epoch(self) -> list[str]:
        """Wrap every person's key anew; the paths of the backup destinations that are out of reach.

        Raises NotPermitted, DiskFull, RotationUnfinished, the keyring's errors.
        """
        self._gate.demand(Permission.KEYS)
        epoch = self._vault.rotate_epoch()
        self._vault.audit.append(AuditDraft(AuditAction.EPOCH_ROTATED, self._gate.actor, detail={"epoch": epoch}))
        return self._write_companions()

    def rotate_database_key(self, progress: Progress = UNWATCHED) -> list[str]:
        """Put the database under a new key; the paths of the backup destinations that are out of reach.

        Raises NotPermitted, DiskFull, DatabaseBusy, RotationUnfinished, Cancelled, the keyring's errors.
        """
        self._gate.demand(Permission.KEYS)
        self._vault.rotate_database_key(progress)
        self._vault.audit.append(AuditDraft(AuditAction.DATABASE_KEY_ROTATED, self._gate.actor))
        return self._write_companions()

    def change_passphrase(self, passphrase: str) -> None:
        """From now on another passphrase opens the desk; the keys themselves stay.

        Raises NotPermitted, PassphraseUnfit, NoPassphrase (they are in the keyring), DiskFull.
        """
        self._gate.demand(Permission.KEYS)
        refuse_guessable(passphrase)
        self._vault.change_passphrase(passphrase)
        self._vault.audit.append(AuditDraft(AuditAction.PASSPHRASE_CHANGED, self._gate.actor))
        log.info("passphrase_changed")

    def _write_companions(self) -> list[str]:
        return [one.plan.path for one in self._vault.backups.companions.write_all()]
