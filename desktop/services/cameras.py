"""Configuring cameras: list, add, change, remove, test."""

from __future__ import annotations

import threading
from builtins import list as List  # noqa: N812 - `list` is a method here
from dataclasses import dataclass, replace

import structlog

from desktop.domain.audit import AuditAction
from desktop.domain.cameras import Camera, SourceSpec
from desktop.domain.geometry import Point
from desktop.domain.ids import CameraId, random_id
from desktop.domain.permissions import Permission
from desktop.domain.progress import UNWATCHED, Progress
from desktop.services.access import Access
from desktop.services.camera_rules import checked_camera, checked_source, with_old_password
from desktop.services.camera_test import CameraTest
from desktop.services.camera_tester import CameraTester
from desktop.services.hub import CamerasChanged, Hub
from desktop.services.live import LiveService
from desktop.vault.errors import CameraUnknown
from desktop.vault.vault import Vault

__all__ = ["CameraDraft", "CameraService", "CameraTest"]

log = structlog.get_logger("desktop.services")


@dataclass(frozen=True, slots=True)
class CameraDraft:
    """A camera as typed, before it has an id."""

    name: str
    source: SourceSpec
    area: tuple[Point, ...] = ()
    notice_posted: bool = False
    enabled: bool = True


class CameraService:
    """All calls read or write the vault or a camera: worker thread. Running cameras follow every change."""

    def __init__(self, vault: Vault, access: Access, live: LiveService, tester: CameraTester, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._live = live
        self._tester = tester
        self._hub = hub
        self._changing = threading.Lock()  # names are compared with all others before one is written

    def list(self) -> List[Camera]:
        """All cameras, in the order they were added."""
        self._access.demand(Permission.CAMERAS)
        return self._vault.cameras.list()

    def get(self, camera_id: CameraId) -> Camera:
        """Raises CameraUnknown."""
        self._access.demand(Permission.CAMERAS)
        found = self._vault.cameras.get(camera_id)
        if found is None:
            raise CameraUnknown
        return found

    def add(self, draft: CameraDraft) -> CameraId:
        """Raises CameraNameInvalid, CameraNameTaken, AreaInvalid, AddressInvalid, vault errors."""
        self._access.demand(Permission.CAMERAS)
        new = Camera(
            id=CameraId(random_id()),
            name=draft.name,
            source=draft.source,
            area=draft.area,
            notice_posted=draft.notice_posted,
            enabled=draft.enabled,
        )
        with self._changing:
            camera = checked_camera(new, self._vault.cameras.list())
            self._vault.cameras.add(camera, audit=self._access.draft(AuditAction.CAMERA_ADDED, camera.id))
            self._live.camera_saved(camera)
        log.info("camera_added", camera=camera.id, kind=camera.source.kind.value)
        self._hub.publish(CamerasChanged())
        return camera.id

    def update(self, camera: Camera) -> None:
        """As `add`, and CameraUnknown. An address that equals the old one's `shown` keeps the old one's password."""
        self._access.demand(Permission.CAMERAS)
        with self._changing:
            known = {other.id: other for other in self._vault.cameras.list()}
            old = known.get(camera.id)
            if old is None:
                raise CameraUnknown
            camera = replace(camera, source=with_old_password(camera.source, old.source))
            camera = checked_camera(camera, known.values())
            entry = self._access.draft(AuditAction.CAMERA_CHANGED, camera.id, _changes(old, camera))
            self._vault.cameras.update(camera, audit=entry)
            self._live.camera_saved(camera)
        log.info("camera_changed", camera=camera.id)
        self._hub.publish(CamerasChanged())

    def remove(self, camera_id: CameraId) -> None:
        """Its reader ends at once; what it saw stays in Activity. Raises CameraUnknown, vault errors."""
        self._access.demand(Permission.CAMERAS)
        with self._changing:
            self._vault.cameras.remove(camera_id, audit=self._access.draft(AuditAction.CAMERA_REMOVED, camera_id))
            self._live.camera_removed(camera_id)
        log.info("camera_removed", camera=camera_id)
        self._hub.publish(CamerasChanged())

    def test(self, source: SourceSpec, progress: Progress = UNWATCHED, *, of: CameraId | None = None) -> CameraTest:
        """Open the camera for up to 10 s and look at a picture, which comes back masked.

        `of`: the stored camera that is being edited; its password is used where the address only repeats what is shown.
        Raises AddressInvalid, CameraUnknown, Cancelled.
        """
        self._access.demand(Permission.CAMERAS)
        if of is not None:
            source = with_old_password(source, self.get(of).source)
        return self._tester.test(checked_source(source), progress)


def _changes(old: Camera, new: Camera) -> dict[str, bool]:
    """What the audit log says of a change: which fields; of the switches, how they stand now."""
    fields = {name: getattr(old, name) != getattr(new, name) for name in ("name", "source", "area")}
    switches = {
        name: getattr(new, name) for name in ("notice_posted", "enabled") if getattr(old, name) != getattr(new, name)
    }
    return {**{name: True for name, changed in fields.items() if changed}, **switches}
