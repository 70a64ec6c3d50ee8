"""The desk's keys, as an administrator sees and renews them."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from desktop.domain.audit import AuditAction, AuditDraft
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.access import Access
from desktop.services.rotation import RotationService
from desktop.vault.setup import ErasureMode
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What may be said about the keys without showing any.

    Attributes:
        place: where they are kept, in words ("Secret Service").
        epoch: how often people's keys were put under a new one, from 1.
        recoverable: whether a recovery code was set.
        strict: whether people's keys are nowhere else than in their place.
        under_passphrase: whether a passphrase locks them, which can be changed here.
    """

    place: str
    epoch: int
    recoverable: bool
    strict: bool
    under_passphrase: bool


class KeyService:
    """Worker threads only. Changes need the administrator's password once more."""

    def __init__(self, vault: Vault, access: Access, rotation: RotationService) -> None:
        self._vault = vault
        self._access = access
        self._rotation = rotation

    def facts(self) -> KeyFacts:
        self._access.demand(Permission.KEYS)
        policy = self._vault.recovery_policy()
        return KeyFacts(
            place=self._vault.keyring_backend,
            epoch=self._vault.epoch,
            recoverable=policy.public_key is not None,
            strict=policy.mode is ErasureMode.STRICT,
            under_passphrase=self._vault.under_passphrase,
        )

    def set_recovery_code(self, code: RecoveryCode) -> None:
        """A first recovery code, or a new one: the former opens nothing that is written from now on.

        Raises NotConfirmed, DiskFull, the keyring's errors.
        """
        self._access.demand_confirmed(Permission.KEYS)
        self._vault.set_recovery(code)
        self._vault.audit.append(AuditDraft(AuditAction.RECOVERY_CODE_SET, self._access.actor))
        log.info("recovery_code_set")

    def renew_person_keys(self) -> list[str]:
        """See `RotationService.rotate_epoch`. Raises NotConfirmed, too."""
        self._access.demand_confirmed(Permission.KEYS)
        return self._rotation.rotate_epoch()

    def renew_database_key(self, progress: Progress = UNWATCHED) -> list[str]:
        """See `RotationService.rotate_database_key`. Raises NotConfirmed, too."""
        self._access.demand_confirmed(Permission.KEYS)
        return self._rotation.rotate_database_key(progress)

    def change_passphrase(self, passphrase: str) -> None:
        """See `RotationService.change_passphrase`. Raises NotConfirmed, too."""
        self._access.demand_confirmed(Permission.KEYS)
        self._rotation.change_passphrase(passphrase)
