"""The rules of the site's jurisdiction, read from resources/jurisdictions, and its days off."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date
from functools import cache

import structlog
from pydantic import BaseModel, ConfigDict

from desktop.domain.controller import Controller
from desktop.domain.legal_clock import ClockRules, DayOff, PauseEffect, PauseReason, Period, Unit
from desktop.domain.notices import LANGUAGES
from desktop.paths import resources_dir

log = structlog.get_logger("desktop.services")
STRICTEST = "OTHER"
_FALLBACK = "en"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Period(_Data):
    count: int
    unit: Unit


class Jurisdiction(_Data):
    """One file. `codes`: of Controller.jurisdiction; `complaint`: where to turn, by language; `sources`: of rules."""

    name: str
    codes: tuple[str, ...]
    period: _Period
    extended: _Period | None
    pauses: dict[PauseReason, PauseEffect]
    rolls: bool
    complaint: dict[str, str]
    sources: tuple[str, ...]

    @property
    def rules(self) -> ClockRules:
        longer = self.extended
        return ClockRules(
            Period(self.period.count, self.period.unit),
            None if longer is None else Period(longer.count, longer.unit),
            self.pauses,
            self.rolls,
        )

    def complaint_in(self, language: str) -> str:
        return self.complaint.get(language, self.complaint[_FALLBACK])


@cache
def jurisdictions() -> dict[str, Jurisdiction]:
    """All, by code. Raises OSError, pydantic.ValidationError, KeyError where the program is broken."""
    found: dict[str, Jurisdiction] = {}
    for path in sorted((resources_dir() / "jurisdictions").glob("*.json")):
        made = Jurisdiction.model_validate_json(path.read_bytes())
        if set(LANGUAGES) - set(made.complaint):
            raise KeyError(f"{path.name} does not speak every language")
        found.update(dict.fromkeys(made.codes, made))
    return found


def jurisdiction_of(controller: Controller | None) -> Jurisdiction:
    """The site's; the strictest common one where nobody said where the site is."""
    return jurisdictions()[STRICTEST if controller is None else controller.jurisdiction]


def days_off(code: str, region: str = "", own: Collection[date] = ()) -> DayOff:
    """Public holidays of a jurisdiction's code and the site's `own`. `region`: a part of the country with holidays of
    its own, as in ISO 3166-2 ("BY"); one that is not known counts as none, so that nothing falls due too late."""
    country, _, part = code.partition("-")
    extra = frozenset(own)
    if country == STRICTEST:
        return extra.__contains__
    public = _public_holidays(country, part or region)
    return lambda day: day in extra or day in public


@cache
def _public_holidays(country: str, region: str) -> Container[date]:
    import holidays

    try:
        return holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        log.warning("holiday_region_unknown")
        return holidays.country_holidays(country)
