"""Settings of the site, kept in the vault: typed, with default, range and help."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.recognition.settings import MaskStyle


class SiteSettings(BaseModel):
    """All settings of a site. Field descriptions are the help texts (translation context "settings")."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    target_fpir: float = Field(
        default=0.01,
        ge=0.0001,
        le=0.1,
        description=T(
            "settings",
            "How often a stranger may be taken for somebody enrolled: 0.01 is one stranger in a hundred. "
            "A smaller share asks for more likeness and names people later.",
        ),
    )
    mask_style: MaskStyle = Field(
        default=MaskStyle.OPAQUE,
        description=T("settings", "How faces of people who are not matched are hidden."),
    )
    analysis_width: int = Field(
        default=640,
        ge=320,
        le=1280,
        multiple_of=32,
        description=T("settings", "Width in pixels at which faces are searched for. Wider finds smaller faces, slower."),
    )
    stranger_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        description=T("settings", "Hours after which sightings of strangers (a time and a place) are deleted."),
    )
    sighting_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description=T("settings", "Days after which sightings of enrolled people are deleted."),
    )


class SettingsService:
    """Reads from memory, writes to the vault."""

    @property
    def current(self) -> SiteSettings:
        raise NotImplementedError

    def change(self, **values: Any) -> SiteSettings:
        """New values by field name; in force at once. Worker thread. Raises SettingInvalid."""
        raise NotImplementedError
