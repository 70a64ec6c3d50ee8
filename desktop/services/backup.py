"""Backups: destinations, backing up, verifying. For whoever may back up; the schedule needs nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from desktop.domain.audit import Actor
from desktop.domain.backups import (
    LEAST_KEPT,
    MOST_KEPT,
    Backup,
    BackupId,
    Destination,
    DestinationId,
    DestinationPlan,
)
from desktop.domain.permissions import Permission, TwoPersonAct
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.approvals import ApprovalService
from desktop.services.errors import BackupPlanInvalid
from desktop.services.hub import BackupsChanged, Hub
from desktop.vault.vault import Vault


class Gate(Protocol):
    """Who acts, and what they may do."""

    @property
    def actor(self) -> Actor:
        """Raises NotSignedIn, ScreenLocked."""

    def demand(self, permission: Permission) -> None:
        """Raises NotSignedIn, ScreenLocked, NotPermitted."""


@dataclass(frozen=True, slots=True)
class DestinationView:
    """A destination as the window shows it.

    Attributes:
        backups: newest first, as last seen.
        reachable: whether its folder is there right now.
        same_disk: whether it is on the disk of the vault itself, and so lost with it.
        behind: whether the companion there still holds keys from before an erasure.
        ahead: whether it names erasures that this desk, which was restored, does not know of.
    """

    destination: Destination
    backups: tuple[Backup, ...]
    reachable: bool
    same_disk: bool
    behind: bool
    ahead: bool


class BackupService:
    """Everything here looks at disks: worker threads only.

    Args:
        site: the desk's name, for the names of the backups' folders.
    """

    def __init__(self, vault: Vault, gate: Gate, approvals: ApprovalService, hub: Hub, site: Callable[[], str]) -> None:
        self._vault = vault
        self._gate = gate
        self._approvals = approvals
        self._hub = hub
        self._site = site

    def acting_as(self, gate: Gate) -> BackupService:
        """The same for somebody who is not at the desk (the command line)."""
        return BackupService(self._vault, gate, self._approvals, self._hub, self._site)

    def ready(self) -> bool:
        """Whether there is a recovery code, without which no backup can be made. Raises NotPermitted."""
        self._gate.demand(Permission.BACKUP)
        return self._vault.recovery_policy().public_key is not None

    def destinations(self) -> list[DestinationView]:
        """By path. Raises NotPermitted, vault errors."""
        self._gate.demand(Permission.BACKUP)
        keeper, epoch = self._vault.backups, self._vault.epoch
        return [
            DestinationView(
                destination=one,
                backups=tuple(keeper.destinations.backups(one.id)),
                reachable=keeper.reachable(one),
                same_disk=_same_disk(Path(one.plan.path), self._vault.path),
                behind=one.companion_epoch not in (None, epoch),
                ahead=keeper.ahead(one),
            )
            for one in keeper.destinations.list()
        ]

    def add(self, plan: DestinationPlan) -> DestinationId:
        """The folder is made if its parent is there. Raises NotPermitted, BackupPlanInvalid, DestinationInvalid,
        DestinationTaken, DestinationRefused, DestinationUnreachable."""
        self._gate.demand(Permission.BACKUP)
        _check(plan)
        made = self._vault.backups.add(plan)
        self._hub.publish(BackupsChanged())
        return made

    def change(self, destination_id: DestinationId, plan: DestinationPlan) -> None:
        """Everything but the path. Raises NotPermitted, BackupPlanInvalid, DestinationUnknown."""
        self._gate.demand(Permission.BACKUP)
        _check(plan)
        self._vault.backups.destinations.change(destination_id, plan)
        self._hub.publish(BackupsChanged())

    def remove(self, destination_id: DestinationId) -> bool:
        """Forget a destination; its backups stay there. False: so does its companion, because it is out of reach.

        Raises NotPermitted, DestinationUnknown.
        """
        self._gate.demand(Permission.BACKUP)
        clean = self._vault.backups.remove(destination_id)
        self._hub.publish(BackupsChanged())
        return clean

    def back_up(self, destination_id: DestinationId, progress: Progress = UNWATCHED) -> Backup:
        """Raises NotPermitted, the destination's errors, RecoveryCodeNeeded, BackupNotProven, Cancelled."""
        self._gate.demand(Permission.BACKUP)
        try:
            return self._vault.backups.make(destination_id, self._site(), progress, self._gate.actor)
        finally:
            self._hub.publish(BackupsChanged())

    def verify(self, backup: Backup, progress: Progress = UNWATCHED) -> Backup:
        """Read a backup once more. Raises NotPermitted, BackupDamaged, BackupMissing, destination errors, Cancelled."""
        self._gate.demand(Permission.BACKUP)
        try:
            return self._vault.backups.verify(backup, progress)
        finally:
            self._hub.publish(BackupsChanged())

    def allow_restore(self, backup_id: BackupId) -> None:
        """Before a restore takes this desk's place. Raises NotPermitted, ApprovalNeeded."""
        self._gate.demand(Permission.BACKUP)
        self._approvals.demand(TwoPersonAct.RESTORE, backup_id)


def _check(plan: DestinationPlan) -> None:
    if not LEAST_KEPT <= plan.keep <= MOST_KEPT or not 0 <= plan.hour <= 23:
        raise BackupPlanInvalid(least=LEAST_KEPT, most=MOST_KEPT)


def _same_disk(path: Path, vault: Path) -> bool:
    try:
        return path.stat().st_dev == vault.stat().st_dev
    except OSError:
        return False
