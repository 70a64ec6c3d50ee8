"""What the command line may have done to a vault, over the desk's line or with the vault open in its own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from desktop.domain.audit import Actor
from desktop.domain.operators import Operator
from desktop.domain.permissions import Permission, permitted
from desktop.domain.progress import Part, Progress
from desktop.services.backup import BackupService, Gate
from desktop.services.desk_line import Act, Authenticate
from desktop.services.errors import NotPermitted, RequestInvalid
from desktop.services.rotation import RotationService
from desktop.vault.backup_errors import DestinationUnknown


class SignedInOnce:
    """Somebody who signed in for one request. The session at the window is not touched."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    @property
    def actor(self) -> Actor:
        return self._operator.actor

    def demand(self, permission: Permission) -> None:
        if not permitted(self._operator.roles, permission):
            raise NotPermitted


def signing_in(check: Callable[[str, str], Operator]) -> Authenticate:
    """A gate for whoever `check` (services/authentication.py) recognises."""
    return lambda login, password: SignedInOnce(check(login, password))


def vault_acts(backup: BackupService, rotation: RotationService) -> dict[str, Act]:
    """By the name that a request gives."""

    def back_up(gate: Gate, wish: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        service = backup.acting_as(gate)
        chosen = [view.destination for view in service.destinations()]
        if wish.get("path") is not None:
            chosen = [one for one in chosen if one.plan.path == wish["path"]]
        if not chosen:
            raise DestinationUnknown
        made = []
        for number, one in enumerate(chosen):
            part = Part(progress, number / len(chosen), (number + 1) / len(chosen))
            done = service.back_up(one.id, part)
            made.append({"path": one.plan.path, "folder": done.folder, "bytes": done.size})
        return {"backups": made}

    def rotate(gate: Gate, wish: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        service = rotation.acting_as(gate)
        if wish.get("what") == "epoch":
            return {"out_of_reach": service.rotate_epoch()}
        if wish.get("what") == "database":
            return {"out_of_reach": service.rotate_database_key(progress)}
        raise RequestInvalid

    def change_passphrase(gate: Gate, wish: Mapping[str, Any], _: Progress) -> dict[str, Any]:
        passphrase = wish.get("passphrase")
        if not isinstance(passphrase, str):
            raise RequestInvalid
        rotation.acting_as(gate).change_passphrase(passphrase)
        return {}

    return {"backup": back_up, "rotate": rotate, "passphrase": change_passphrase}
