"""The list of sightings, and how long they are kept."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from desktop.domain.audit import AuditAction
from desktop.domain.ids import CameraId
from desktop.domain.permissions import Permission
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.services.access import Access
from desktop.services.audit_recorder import AuditRecorder
from desktop.vault.vault import Vault

VIEW_EVERY = 600.0  # s; the page follows new sightings by itself


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A sighting with names joined in memory.

    `camera_name` is empty for a camera that was removed; `person_name` None for a stranger.
    """

    sighting: Sighting
    camera_name: str
    person_name: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CameraName:
    """A camera to filter by; its address is not for everybody."""

    id: CameraId
    name: str


class ActivityService:
    """Reads the vault: worker thread."""

    def __init__(
        self, vault: Vault, access: Access, views: AuditRecorder, camera_name: Callable[[CameraId], str]
    ) -> None:
        self._vault = vault
        self._access = access
        self._views = views
        self._camera_name = camera_name

    def list(self, wanted: SightingFilter | None = None) -> List[SightingRow]:
        """Newest first, at most `wanted.limit` (500 without a filter).

        Whoever may see today's only (local time) gets nothing older, whatever the filter says.
        """
        self._access.demand(Permission.ACTIVITY_TODAY)
        wanted = wanted or SightingFilter()
        if not self._access.allows(Permission.ACTIVITY):
            today = datetime.combine(datetime.now().astimezone().date(), time()).astimezone()
            wanted = replace(wanted, since=max(today, wanted.since or today))
        self._views.record(self._access.draft(AuditAction.SIGHTINGS_VIEWED, wanted.person_id), every=VIEW_EVERY)
        return [
            SightingRow(
                sighting,
                self._camera_name(sighting.camera_id),
                self._vault.people.name(sighting.person_id) if sighting.person_id is not None else None,
            )
            for sighting in self._vault.sightings.query(wanted)
        ]

    def cameras(self) -> List[CameraName]:
        """What to filter by, in the order the cameras were added."""
        self._access.demand(Permission.ACTIVITY_TODAY)
        return [CameraName(camera.id, camera.name) for camera in self._vault.cameras.list()]
