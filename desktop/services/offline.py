"""A vault open without a window, for the command line: no models, no cameras, each act signed in by itself."""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Self

from desktop.domain.permissions import TwoPersonAct
from desktop.services.access import Access
from desktop.services.approvals import ApprovalService
from desktop.services.authentication import Authenticator
from desktop.services.backup import BackupService
from desktop.services.controller import ControllerService
from desktop.services.gallery_feed import utc_now
from desktop.services.hub import Hub
from desktop.services.rotation import RotationService
from desktop.services.vault_acts import signing_in, vault_acts
from desktop.vault.keystore import KeyStore
from desktop.vault.passwords import HashCost, PasswordHasher
from desktop.vault.vault import Vault

_COST = HashCost()


class OfflineVault:
    """Holds the vault's lock until it is left. Raises as `Vault.open`, VaultInUse among them."""

    def __init__(self, folder: Path, keystore: KeyStore, cost: HashCost = _COST) -> None:
        self._vault = Vault.open(folder, keystore)
        hub, hasher = Hub(), PasswordHasher(cost)
        access = Access(self._vault, hasher, hub)
        self._approvals = ApprovalService(self._vault, access, hub)
        self.without_operators = access.first_needed
        self.sign_in = signing_in(
            Authenticator(self._vault.operators, self._vault.audit, hasher, utc_now, time.monotonic).check
        )
        controller = ControllerService(self._vault, access, hub)
        backup = BackupService(self._vault, access, self._approvals, hub, lambda: controller.site_name)
        self.acts = vault_acts(backup, RotationService(self._vault, access))

    @property
    def restore_takes_two(self) -> bool:
        return TwoPersonAct.RESTORE in self._approvals.wanted

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._vault.close()
