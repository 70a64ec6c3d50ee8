"""scripts/prepare_resources.py: the source pictures come out of pinned packages, checked."""

import importlib.util
import io
import json
import tarfile
from pathlib import Path
from types import ModuleType

import pytest

from desktop import paths

MANIFEST = paths.resources_dir() / "demo" / "sources.json"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = paths.resources_dir().parent / "scripts" / "prepare_resources.py"
    spec = importlib.util.spec_from_file_location("prepare_resources", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entries() -> list[dict[str, object]]:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))["files"]


def test_every_source_says_where_it_comes_from() -> None:
    for entry in entries():
        assert entry.keys() == {
            "name", "package", "version", "carrier", "member", "sha256", "bytes", "licence", "origin", "publishable"
        }  # fmt: skip
        assert entry["origin"]
    shown = {str(entry["name"]) for entry in entries() if entry["publishable"]}
    assert shown == {
        "astronaut.png", "obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg",
        "obama_partial_face.jpg", "obama_partial_face2.jpg",
    }  # fmt: skip


def test_all_sources_are_extracted_and_a_spoilt_one_is_repaired(script: ModuleType, tmp_path: Path) -> None:
    script.extract_sources(MANIFEST, tmp_path)
    sizes = {str(entry["name"]): entry["bytes"] for entry in entries()}
    assert {item.name: item.stat().st_size for item in tmp_path.iterdir()} == sizes
    (tmp_path / "t1.jpg").write_bytes(b"spoilt")
    untouched = (tmp_path / "obama.jpg").stat().st_mtime_ns
    script.extract_sources(MANIFEST, tmp_path)
    assert (tmp_path / "t1.jpg").stat().st_size == sizes["t1.jpg"]
    assert (tmp_path / "obama.jpg").stat().st_mtime_ns == untouched


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("t1.jpg", {"sha256": "0" * 64}),
        ("t1.jpg", {"member": "insightface/data/images/absent.jpg"}),
        ("t1.jpg", {"package": "no-such-package"}),
        ("obama.jpg", {"carrier": "absent.tar.gz"}),
        ("obama.jpg", {"member": "face_recognition-1.3.0/absent.jpg"}),
    ],
)
def test_what_cannot_be_had_is_named(script: ModuleType, tmp_path: Path, name: str, change: dict[str, str]) -> None:
    (entry,) = [item for item in entries() if item["name"] == name]
    manifest = tmp_path / "sources.json"
    manifest.write_text(json.dumps({"files": [entry | change]}), encoding="utf-8")
    with pytest.raises(script.ResourceError) as error:
        script.extract_sources(manifest, tmp_path / "out")
    assert str((entry | change)["member"]) in str(error.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_directory_in_an_archive_is_no_picture(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        folder = tarfile.TarInfo("pictures")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder, io.BytesIO())
    monkeypatch.setattr(script, "ARCHIVES", tmp_path)
    with pytest.raises(script.ResourceError, match="not a file"):
        script.from_archive({"carrier": "a.tar.gz", "member": "pictures"})
