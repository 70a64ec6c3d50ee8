"""Deleting sightings whose time is over. The keeper's work: nobody needs to be signed in for it."""

from __future__ import annotations

from datetime import timedelta

from desktop.domain.decision import Band
from desktop.services.gallery_feed import utc_now
from desktop.services.health import Health, ProblemKind
from desktop.services.retention_clock import RetentionClock
from desktop.services.settings import SiteSettings
from desktop.vault.sightings import SightingRepository


def purge_sightings(
    sightings: SightingRepository, settings: SiteSettings, clock: RetentionClock, health: Health
) -> int:
    """Strangers go after hours, others after days; how many sightings that were. Raises vault errors.

    Nothing goes while the computer's clock is not believed; `health` says so.
    """
    now = utc_now()
    if not clock.believed(now):
        health.report(ProblemKind.CLOCK)
        return 0
    health.clear(ProblemKind.CLOCK)
    strangers = now - timedelta(hours=settings.stranger_hours)
    return sum(
        (
            sightings.purge(strangers, band=Band.UNKNOWN),
            sightings.purge(strangers, band=Band.POSSIBLE),
            sightings.purge(now - timedelta(days=settings.sighting_days)),
        )
    )
