"""What is decided about a vault's keys when it is set up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.recovery_code import RecoveryCode


class ErasureMode(StrEnum):
    NORMAL = "normal"  # escrow and backup companions hold the persons' keys, sealed to the recovery key
    STRICT = "strict"  # nothing but the key place does: losing it means enrolling everybody again


@dataclass(frozen=True, slots=True)
class VaultSetup:
    """`recovery_code`: only its public half is stored; None: no way back until `Vault.set_recovery`."""

    recovery_code: RecoveryCode | None = None
    strict: bool = False

    @property
    def erasure_mode(self) -> ErasureMode:
        return ErasureMode.STRICT if self.strict else ErasureMode.NORMAL
