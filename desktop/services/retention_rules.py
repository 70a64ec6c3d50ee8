"""The rules of retention that are in force: the site's settings, the notice's promises, and the law's longest time."""

from __future__ import annotations

from typing import Final

from desktop.domain.notices import Notice
from desktop.domain.purposes import PHOTO, RECOGNITION
from desktop.domain.retention import DRAFT_HOURS, Kept, Period, Rule, Since, Unit
from desktop.services.settings import SiteSettings

SETTINGS: Final = {
    Kept.STRANGERS: ("stranger_hours", Unit.HOURS, Since.STORED),
    Kept.SIGHTINGS: ("sighting_days", Unit.DAYS, Since.STORED),
    Kept.PASSES: ("pass_days", Unit.DAYS, Since.STORED),
    Kept.PEOPLE: ("contact_months", Unit.MONTHS, Since.CONTACT),
    Kept.ARCHIVE: ("consent_kept_days", Unit.DAYS, Since.CONSENT_END),
    Kept.AUDIT: ("audit_months", Unit.MONTHS, Since.STORED),
}
"""By category the setting that gives its period."""


def site_rule(settings: SiteSettings, category: Kept) -> Rule:
    """What the site set for a category. Raises KeyError for one that has no setting."""
    name, unit, since = SETTINGS[category]
    return Rule(category, since, Period(int(getattr(settings, name)), unit))


def rules_in_force(settings: SiteSettings, notice: Notice | None) -> list[Rule]:
    """All of them; of the notice's promises those of the version that people are shown now."""
    found = [site_rule(settings, category) for category in SETTINGS]
    found.append(Rule(Kept.DRAFTS, Since.STORED, Period(DRAFT_HOURS, Unit.HOURS)))
    for key, category in ((RECOGNITION, Kept.PEOPLE), (PHOTO, Kept.PHOTOS)):
        purpose = None if notice is None else notice.purpose(key)
        if notice is not None and purpose is not None:
            days = Period(purpose.retention_days, Unit.DAYS)
            found.append(Rule(category, Since.CONSENT_END, days, key, notice.version))
    return sorted(found, key=lambda rule: list(Kept).index(rule.category))
