"""Which sites this computer has: a desk of its own, and the demo site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.domain.progress import UNWATCHED, Part, Progress, checkpoint
from desktop.services.desk import Desk
from desktop.services.preferences import PreferencesStore
from desktop.vault.system_keystore import SystemKeyStore
from desktop.vault.vault import Vault


class SiteKind(StrEnum):
    DESK = "desk"
    DEMO = "demo"


class SiteState(StrEnum):
    NONE = "none"  # nothing is there: offer the first-run choice
    READY = "ready"  # something of a vault is there: open it (which may refuse)


Furnish = Callable[[Desk, Progress], None]
"""Fills a site that was just opened (the demo's cameras and people); must be harmless when done already."""

Waiting = Callable[[], None]
"""Called once, in the worker thread, when the keyring has not answered for two seconds."""


class Site:
    """One place with a vault and a keyring service of its own. Nothing here is for the GUI thread but `state`.

    Args:
        folder: where the vault lies; made by `create`.
        service: name of the keyring entries' service.
        furnish: fills the site each time it is opened. With it, `open` makes a missing vault by itself.
    """

    def __init__(self, kind: SiteKind, folder: Path, service: str, *, furnish: Furnish | None = None) -> None:
        self.kind = kind
        self.folder = folder
        self.service = service
        self._furnish = furnish

    @property
    def available(self) -> bool:
        """Whether `open` can succeed at all: a demo site needs somebody to furnish it."""
        return self.kind is SiteKind.DESK or self._furnish is not None

    def state(self) -> SiteState:
        """Looks at file names only: any thread."""
        return SiteState.READY if Vault.exists(self.folder) else SiteState.NONE

    def create(self, progress: Progress = UNWATCHED, on_waiting: Waiting | None = None) -> None:
        """Make the vault and its keys. Raises the vault's and the keyring's errors; nothing half-made stays."""
        checkpoint(progress, 0.0)
        Vault.create(self.folder, self._keystore(progress, on_waiting)).close()

    def open(
        self, progress: Progress = UNWATCHED, on_waiting: Waiting | None = None, *, built_in_models: bool = False
    ) -> Desk:
        """Open the site. Raises as `Desk.open`; what `furnish` raises closes the desk again."""
        if self._furnish is None:
            return self._opened(progress, on_waiting, built_in_models)
        if self.state() is SiteState.NONE:
            self.create(progress, on_waiting)
        desk = self._opened(Part(progress, 0.0, 0.1), on_waiting, built_in_models)
        try:
            self._furnish(desk, Part(progress, 0.1, 1.0))
        except BaseException:
            desk.close()
            raise
        return desk

    def _opened(self, progress: Progress, on_waiting: Waiting | None, built_in_models: bool) -> Desk:
        keystore = self._keystore(progress, on_waiting)
        desk = Desk.open(self.folder, keystore, progress, built_in_models=built_in_models)
        # The vault goes on using the keyring; what watched over the opening has nothing to say then.
        keystore.cancelled = keystore.on_waiting = None
        return desk

    def unlock_keyring(self, progress: Progress = UNWATCHED) -> bool:
        """Let the desktop ask for the keyring's password. False: the person dismissed the question."""
        return self._keystore(progress, None).unlock()

    def _keystore(self, progress: Progress, on_waiting: Waiting | None) -> SystemKeyStore:
        return SystemKeyStore(self.service, on_waiting=on_waiting, cancelled=progress.cancelled)


@dataclass(frozen=True, slots=True)
class Program:
    """What the window is started with."""

    desk: Site
    demo: Site
    preferences: PreferencesStore

    def site(self, kind: SiteKind) -> Site:
        return self.desk if kind is SiteKind.DESK else self.demo
