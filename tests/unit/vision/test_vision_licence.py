"""What insightface says of a licence becomes what the operator is shown and what is refused."""

from pathlib import Path

import pytest
from insightface.model_zoo import model_license

from desktop.vision.errors import ModelLicenceRefused
from desktop.vision.licence import LicenceKind, LicenceState, inspect_insightface_folder


def test_no_licence_file_means_research_only(tmp_path: Path) -> None:
    state = inspect_insightface_folder(tmp_path)
    assert state.kind is LicenceKind.RESEARCH_ONLY
    assert not state.commercial_use


@pytest.mark.parametrize("content", ["", "not json", '{"license_version": 1, "grant": "commercial"}'])
def test_a_licence_that_cannot_be_verified_never_counts(tmp_path: Path, content: str) -> None:
    (tmp_path / "MODEL.LICENSE").write_text(content, encoding="utf-8")
    state = inspect_insightface_folder(tmp_path)
    assert state.kind is LicenceKind.UNKNOWN
    with pytest.raises(ModelLicenceRefused, match=str(tmp_path)):
        state.require(tmp_path, commercial=False)


@pytest.mark.parametrize(
    ("status", "kind", "commercial"),
    [
        (model_license.STATUS_VERIFIED_COMMERCIAL, LicenceKind.LICENSED, True),
        (model_license.STATUS_VERIFIED_NON_COMMERCIAL, LicenceKind.RESEARCH_ONLY, False),
        (model_license.STATUS_EXPIRED, LicenceKind.UNKNOWN, False),
        (model_license.STATUS_NOT_ACTIVE, LicenceKind.UNKNOWN, False),
        (model_license.STATUS_INVALID_MANIFEST, LicenceKind.UNKNOWN, False),
        (model_license.STATUS_DEPENDENCY_MISSING, LicenceKind.UNKNOWN, False),
    ],
)
def test_each_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, kind: LicenceKind, commercial: bool
) -> None:
    found = model_license.ModelLicenseInspection(tmp_path, "m", None, status, "as inspected")
    monkeypatch.setattr(model_license, "inspect_model_package_license", lambda _folder: found)
    state = inspect_insightface_folder(tmp_path)
    assert state == LicenceState(kind, "as inspected", commercial)


def test_commercial_use_needs_a_licence_for_it(tmp_path: Path) -> None:
    research = LicenceState(LicenceKind.RESEARCH_ONLY, "", commercial_use=False)
    research.require(tmp_path, commercial=False)
    with pytest.raises(ModelLicenceRefused):
        research.require(tmp_path, commercial=True)
    LicenceState(LicenceKind.LICENSED, "", commercial_use=True).require(tmp_path, commercial=True)
