"""What the models may be used for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from desktop.vision.errors import ModelLicenceRefused


class LicenceKind(StrEnum):
    PERMISSIVE = "permissive"  # an open-source licence, any use
    RESEARCH_ONLY = "research_only"  # non-commercial research, the default of InsightFace's pretrained models
    LICENSED = "licensed"  # a signed licence for commercial use was verified
    UNKNOWN = "unknown"  # a licence file that cannot be verified, has expired or belongs to another model


@dataclass(frozen=True, slots=True)
class LicenceState:
    """Licence of a model pack as shown to the operator. `text` is a technical English phrase."""

    kind: LicenceKind
    text: str
    commercial_use: bool

    def require(self, folder: Path, *, commercial: bool) -> None:
        """Raises ModelLicenceRefused if commercial use is wanted and not allowed, or nothing is known."""
        if (commercial and not self.commercial_use) or self.kind is LicenceKind.UNKNOWN:
            raise ModelLicenceRefused(file=folder)


def inspect_insightface_folder(folder: Path) -> LicenceState:
    """What `insightface.model_zoo.model_license` says of a folder's MODEL.LICENSE, or of its absence.

    A licence that is there but malformed, expired, of another model or not verifiable never falls back to the
    public non-commercial terms: its kind is UNKNOWN.
    """
    from insightface.model_zoo import model_license

    found = model_license.inspect_model_package_license(folder)
    if found.status == model_license.STATUS_VERIFIED_COMMERCIAL:
        return LicenceState(LicenceKind.LICENSED, str(found.message), commercial_use=True)
    if found.status in (
        model_license.STATUS_VERIFIED_NON_COMMERCIAL,
        model_license.STATUS_DEFAULT_NON_COMMERCIAL,
    ):
        return LicenceState(LicenceKind.RESEARCH_ONLY, str(found.message), commercial_use=False)
    return LicenceState(LicenceKind.UNKNOWN, str(found.message), commercial_use=False)
