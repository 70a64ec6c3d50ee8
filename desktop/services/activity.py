"""The list of sightings."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.domain.sightings import Sighting, SightingFilter


@dataclass(frozen=True, slots=True)
class SightingRow:
    """A sighting with names joined in memory; `person_name` None: a stranger, or somebody no longer known."""

    sighting: Sighting
    camera_name: str
    person_name: str | None


class ActivityService:
    """Reads the vault: worker thread."""

    def list(self, wanted: SightingFilter = SightingFilter()) -> list[SightingRow]:
        """Newest first, at most `wanted.limit`."""
        raise NotImplementedError
