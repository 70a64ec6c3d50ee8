"""The list of sightings, and how long they are kept."""

from __future__ import annotations

from builtins import list as List  # noqa: N812 - `list` is a method here
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from desktop.domain.decision import Band
from desktop.domain.ids import CameraId
from desktop.domain.sightings import Sighting, SightingFilter
from desktop.services.gallery_feed import utc_now
from desktop.services.settings import SiteSettings
from desktop.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A sighting with names joined in memory.

    `camera_name` is empty for a camera that was removed; `person_name` None for a stranger.
    """

    sighting: Sighting
    camera_name: str
    person_name: str | None = field(repr=False)


class ActivityService:
    """Reads and writes the vault: worker thread."""

    def __init__(
        self, vault: Vault, settings: Callable[[], SiteSettings], camera_name: Callable[[CameraId], str]
    ) -> None:
        self._vault = vault
        self._settings = settings
        self._camera_name = camera_name

    def list(self, wanted: SightingFilter | None = None) -> List[SightingRow]:
        """Newest first, at most `wanted.limit` (500 without a filter)."""
        return [
            SightingRow(
                sighting,
                self._camera_name(sighting.camera_id),
                self._vault.people.name(sighting.person_id) if sighting.person_id is not None else None,
            )
            for sighting in self._vault.sightings.query(wanted or SightingFilter())
        ]

    def purge(self) -> int:
        """Delete the sightings whose time is over (strangers after hours, others after days); how many they were."""
        now, settings = utc_now(), self._settings()
        strangers = now - timedelta(hours=settings.stranger_hours)
        return sum(
            (
                self._vault.sightings.purge(strangers, band=Band.UNKNOWN),
                self._vault.sightings.purge(strangers, band=Band.POSSIBLE),
                self._vault.sightings.purge(now - timedelta(days=settings.sighting_days)),
            )
        )
