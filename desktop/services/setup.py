"""Setting up a desk: everything that was chosen, written in one go or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from desktop.domain.controller import Controller
from desktop.domain.operators import OperatorDraft
from desktop.domain.progress import UNWATCHED, Part, Progress
from desktop.domain.recovery_code import RecoveryCode
from desktop.services.site import KeyPlace, Site, Waiting
from desktop.vault.setup import VaultSetup

if TYPE_CHECKING:
    from desktop.services.desk import Desk

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class SetupDraft:
    """What the guided set-up asks for. Its repr shows no secret."""

    controller: Controller
    administrator: OperatorDraft
    place: KeyPlace
    passphrase: str = field(repr=False)
    recovery_code: RecoveryCode
    strict: bool


def set_up(site: Site, draft: SetupDraft, progress: Progress = UNWATCHED, on_waiting: Waiting | None = None) -> Desk:
    """Make the vault, its keys and the first administrator; the open desk (worker thread).

    Raises what `Site.create`, `Site.open`, `ControllerService.begin_with` and `OperatorService.create_first` raise, and
    Cancelled; nothing half-made stays then.
    """
    vault = VaultSetup(draft.recovery_code, draft.strict)
    site.create(Part(progress, 0.0, 0.4), on_waiting, place=draft.place, passphrase=draft.passphrase, setup=vault)
    try:
        desk = site.open(Part(progress, 0.4, 0.9), on_waiting, passphrase=draft.passphrase)
        try:
            desk.controller.begin_with(draft.controller)
            desk.operators.create_first(draft.administrator)
        except BaseException:
            desk.close()
            raise
    except BaseException:
        site.destroy(passphrase=draft.passphrase)
        raise
    log.info("desk_set_up", place=draft.place, strict=draft.strict)
    progress.report(1.0)
    return desk
