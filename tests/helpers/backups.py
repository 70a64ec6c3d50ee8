"""A vault that can be backed up, and its destinations."""

from __future__ import annotations

from pathlib import Path

from desktop.domain.backups import Backup, DestinationId, DestinationPlan, Schedule
from desktop.domain.progress import UNWATCHED, Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.vault.keystore import KeyStore
from desktop.vault.setup import VaultSetup
from desktop.vault.vault import Vault
from tests.helpers.vaults import TEST_BALLAST

CODE = RecoveryCode(bytes(range(16)))
SITE = "North Gate"


def recoverable_vault(folder: Path, keystore: KeyStore, *, strict: bool = False) -> Vault:
    """A new vault with CODE as its recovery code."""
    return Vault.create(folder, keystore, setup=VaultSetup(CODE, strict), ballast_bytes=TEST_BALLAST)


def add_destination(vault: Vault, path: Path, keep: int = 7) -> DestinationId:
    path.mkdir(parents=True, exist_ok=True)
    return vault.backups.destinations.add(DestinationPlan(str(path), keep, Schedule.OFF))


def back_up(vault: Vault, destination_id: DestinationId, progress: Progress = UNWATCHED) -> Backup:
    return vault.backups.make(destination_id, SITE, progress)


def names_in(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())
