"""Settings of the site, kept in the vault: typed, with default, range and help."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from desktop.domain.audit import MONTHS_LEAST, MONTHS_MOST, AuditAction, AuditValue, clean_reason
from desktop.domain.consent_proof import Method
from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.permissions import Permission
from desktop.domain.retention import CONTACT_MONTHS
from desktop.recognition.settings import EngineSettings, MaskStyle
from desktop.services.access import Access
from desktop.services.errors import ReasonMissing, SettingInvalid
from desktop.services.hub import Hub, SettingsChanged
from desktop.vault.vault import Vault

log = structlog.get_logger("desktop.services")
_PREFIX = "site."
_PERMISSIONS = {
    "stranger_hours": Permission.RETENTION,
    "contact_months": Permission.RETENTION,
    "pass_days": Permission.RETENTION,
    "sighting_days": Permission.RETENTION,
    "audit_months": Permission.RETENTION,
    "consent_kept_days": Permission.RETENTION,
    "renewal_notice_days": Permission.RETENTION,
    "models": Permission.MODELS,
    "confirmation": Permission.CONSENT,
    "holiday_region": Permission.REQUESTS,
    "own_days_off": Permission.REQUESTS,
}
"""What a setting needs; all others need SETTINGS."""
LONGER_NEEDS_REASON = frozenset(
    {"stranger_hours", "sighting_days", "pass_days", "contact_months", "consent_kept_days", "audit_months"}
)
"""How long something is kept: more of it takes a reason."""


class ModelChoice(BaseModel):
    """A model pack of the site's own: where it lies, and what it was when it was chosen.

    Attributes:
        files: path below the folder and SHA-256 of every model file.
        commercial: whether the site said that its use is commercial.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str
    model_id: str
    files: dict[str, str]
    commercial: bool


class SiteSettings(BaseModel):
    """All settings of a site. Field descriptions are the help texts (translation context "settings")."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target_fpir: float = Field(
        default=0.01,
        ge=0.0001,
        le=0.1,
        description=T(
            "settings",
            "How often a stranger may be taken for somebody enrolled. A smaller share asks for more likeness "
            "and names people later.",
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
        description=T(
            "settings", "Width in pixels at which faces are searched for. Wider finds smaller faces, slower."
        ),
    )
    analysis_fps: float = Field(
        default=10.0,
        ge=1.0,
        le=25.0,
        description=T("settings", "Analysed pictures per second and camera, as long as the processor suffices."),
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
    pass_days: int = Field(
        default=30,
        ge=1,
        le=365,
        description=T("settings", "Days after its end after which a visitor's pass (a number, times) is deleted."),
    )
    contact_months: int = Field(
        default=CONTACT_MONTHS,
        ge=1,
        le=CONTACT_MONTHS,
        description=T(
            "settings",
            "Months after the last contact (seen, agreed, renewed) after which a person is erased, whatever the "
            "consent says. Illinois allows 36 at most.",
        ),
    )
    audit_months: int = Field(
        default=MONTHS_MOST,
        ge=MONTHS_LEAST,
        le=MONTHS_MOST,
        description=T("settings", "Months after which entries of the audit log are deleted."),
    )

    consent_kept_days: int = Field(
        default=1095,
        ge=30,
        le=3650,
        description=T(
            "settings",
            "Days for which what proves a consent is kept after it was taken back, sealed and without anything of a "
            "face.",
        ),
    )
    renewal_notice_days: int = Field(
        default=30,
        ge=1,
        le=180,
        description=T("settings", "Days before a consent ends from which on it is shown as ending soon."),
    )
    confirmation: Method = Field(
        default=Method.SIGNATURE,
        description=T("settings", "How people confirm what they agreed to or refused."),
    )

    holiday_region: str = Field(
        default="",
        max_length=6,
        pattern=r"^[A-Z0-9]*$",
        description=T("settings", "Part of the country with holidays of its own, as in ISO 3166-2, for example BY."),
    )
    own_days_off: tuple[date, ...] = Field(
        default=(),
        max_length=366,
        description=T("settings", "Days on which the site is closed: no answer to a request falls due on them."),
    )

    models: ModelChoice | None = Field(
        default=None,
        description=T("settings", "The recognition models loaded when the desk is opened; none: those built in."),
    )

    def engine(self) -> EngineSettings:
        """The part that the recognition engine needs."""
        return EngineSettings(
            target_fpir=self.target_fpir,
            mask_style=self.mask_style,
            detection_width=self.analysis_width,
            target_fps=self.analysis_fps,
        )


class SettingsService:
    """Reads from memory, writes to the vault.

    Args:
        apply: puts changed settings into force (restarts a running engine where it must).
    """

    def __init__(self, vault: Vault, access: Access, hub: Hub) -> None:
        self._vault = vault
        self._access = access
        self._hub = hub
        self._changing = threading.Lock()
        self._current = stored_settings(vault)
        self.apply: Callable[[SiteSettings, SiteSettings], None] = lambda _old, _new: None

    @property
    def current(self) -> SiteSettings:
        return self._current

    def change(self, *, reason: str = "", **values: Any) -> SiteSettings:
        """New values by field name; stored and in force when this returns (worker thread).

        `reason`: stands in the audit log; needed where something is to be kept longer.

        Raises SettingInvalid (names the field; nothing is stored), ReasonMissing, vault errors.
        """
        for name in values:
            self._access.demand(_PERMISSIONS.get(name, Permission.SETTINGS))
        with self._changing:
            old = self._current
            try:
                new = SiteSettings.model_validate({**old.model_dump(), **values})
            except ValidationError as error:
                raise SettingInvalid(field=_first_field(error)) from None
            stored = new.model_dump(mode="json")
            changed = [name for name in values if getattr(old, name) != getattr(new, name)]
            why = clean_reason(reason)
            if not why and any(getattr(new, name) > getattr(old, name) for name in LONGER_NEEDS_REASON & {*changed}):
                raise ReasonMissing
            draft = self._access.draft(AuditAction.SETTING_CHANGED)
            entries = [replace(draft, reason=why, detail=_change(name, old, new)) for name in changed]
            self._vault.settings.set_many({_PREFIX + name: stored[name] for name in values}, audit=entries)
            self._current = new
            self.apply(old, new)
        self._hub.publish(SettingsChanged())
        return new


def stored_settings(vault: Vault) -> SiteSettings:
    """What the vault holds; a value that no longer fits its range gives way to the default."""
    stored = {
        key.removeprefix(_PREFIX): value
        for key, value in vault.settings.all().items()
        if key.removeprefix(_PREFIX) in SiteSettings.model_fields and key.startswith(_PREFIX)
    }
    while True:
        try:
            return SiteSettings.model_validate(stored)
        except ValidationError as error:
            name = _first_field(error)
            log.warning("setting_unusable", field=name)
            del stored[name]


def _change(name: str, old: SiteSettings, new: SiteSettings) -> dict[str, AuditValue]:
    """The setting now and before, as fields of an audit entry."""
    return {name: _as_value(getattr(new, name)), f"{name}_before": _as_value(getattr(old, name))}


def _as_value(value: Any) -> AuditValue:
    """A choice of models holds paths and names, and days and a region are texts: the audit log keeps their digest."""
    if isinstance(value, BaseModel):
        return hashlib.sha256(value.model_dump_json().encode()).digest()
    if isinstance(value, tuple) or (isinstance(value, str) and not isinstance(value, StrEnum)):
        return hashlib.sha256(json.dumps(value, default=str).encode()).digest()
    return value  # type: ignore[no-any-return]


def _first_field(error: ValidationError) -> str:
    return str(error.errors(include_input=False, include_context=False)[0]["loc"][0])
