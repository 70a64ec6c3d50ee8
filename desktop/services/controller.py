"""Who answers for the processing at this site, kept in the vault."""

from __future__ import annotations

from dataclasses import asdict

import structlog

from desktop.domain.controller import Controller, cleaned, problems
from desktop.domain.permissions import Permission
from desktop.services.access import Access
from desktop.services.errors import ControllerIncomplete
from desktop.services.hub import Hub, SettingsChanged
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_KEY = "controller"


class ControllerService:
    """Reads from memory, writes to the vault."""

    def __init__(self, vault: Vault, access: Access, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._hub = hub
        stored: dict[str, str] = vault.settings.get(_KEY, {})
        self._current = Controller(**stored) if stored else None

    @property
    def current(self) -> Controller | None:
        """None: a desk that was made before the guided set-up; its details are still to be given."""
        return self._current

    @property
    def site_name(self) -> str:
        """For file names."""
        return self._current.site if self._current is not None else "consentry"

    def begin_with(self, controller: Controller) -> None:
        """Store the details of a desk that is being set up. The one call that needs nobody to be signed in.

        Raises ControllerIncomplete, RuntimeError where there are details already, vault errors.
        """
        if self._current is not None:
            raise RuntimeError("this desk has its controller")
        self._store(controller)

    def change(self, controller: Controller) -> None:
        """Raises NotPermitted, ControllerIncomplete, vault errors (worker thread)."""
        self._access.demand(Permission.SETTINGS)
        self._store(controller)
        log.info("controller_changed")
        self._hub.publish(SettingsChanged())

    def _store(self, controller: Controller) -> None:
        found = problems(controller)
        if found:
            raise ControllerIncomplete(field=next(iter(found)))
        tidy = cleaned(controller)
        self._vault.settings.set(_KEY, asdict(tidy))
        self._current = tidy
