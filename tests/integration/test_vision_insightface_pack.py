"""Customers' model folders, loaded through insightface.

A real buffalo or raccoon pack is not at hand here (their licence forbids to pass them on, and nothing is downloaded).
The folders of these tests hold our own SFace and YuNet, which insightface's ArcFaceONNX reads, and models of a few
hundred bytes in the shapes of InsightFace's, made by the test; the decoding of SCRFD's outputs and the batching are
insightface's own code.
"""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from desktop import paths
from desktop.domain.decision import thresholds_for
from desktop.vision.align import align
from desktop.vision.errors import ModelChanged, ModelForeign, ModelMissing
from desktop.vision.insightface_pack import CALIBRATION_FILE, load_insightface_pack
from desktop.vision.licence import LicenceKind
from desktop.vision.manifest import default_manifest
from desktop.vision.model_folder import checksums
from tests.helpers import tiny_models
from tests.helpers.pictures import default_pack, picture


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with our SFace and YuNet under names of the customer's choosing."""
    folder = tmp_path / "customer pack"
    folder.mkdir()
    manifest = default_manifest()
    shutil.copy(paths.models_dir() / manifest.detector.file, folder / "det.onnx")
    shutil.copy(paths.models_dir() / manifest.embedder.file, folder / "rec.onnx")
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    tiny_models.detector(folder / "det_500m.onnx")
    tiny_models.recogniser(folder / "w600k.onnx")
    return folder


def test_sface_through_insightface_gives_the_same_vectors(own: Path) -> None:
    pack = load_insightface_pack(own)
    image = picture("t1.jpg")
    faces = pack.new_detector().detect(image)
    assert len(faces) == 6
    crops = [align(image, face.landmarks) for face in faces]
    ours, theirs = default_pack().new_embedder().embed(crops), pack.new_embedder().embed(crops)
    np.testing.assert_allclose(theirs, ours, atol=2e-6)
    assert (pack.manifest.normalisation.mean, pack.manifest.normalisation.std) == (0.0, 1.0)
    assert pack.manifest.dimension == 128
    assert pack.model_id != default_pack().model_id  # templates of one pack are never compared with another's


def test_a_pack_without_calibration_names_nobody(own: Path) -> None:
    pack = load_insightface_pack(own)
    assert not pack.manifest.calibration.measured
    assert not thresholds_for(pack.calibration, 0.01, 5).calibrated
    (own / CALIBRATION_FILE).write_text(
        json.dumps({"points": [[1e-3, 0.3], [1e-5, 0.42]], "note": "measured on site"}), encoding="utf-8"
    )
    assert thresholds_for(load_insightface_pack(own).calibration, 0.01, 5).calibrated
    (own / CALIBRATION_FILE).write_text('{"points": [[0.1, 0.5]]}', encoding="utf-8")
    with pytest.raises(ModelForeign, match=r"calibration\.json"):
        load_insightface_pack(own)


def test_without_a_licence_file_it_is_for_research_only(own: Path) -> None:
    licence = load_insightface_pack(own).licence
    assert licence.kind is LicenceKind.RESEARCH_ONLY
    assert not licence.commercial_use
    (own / "MODEL.LICENSE").write_text("forged", encoding="utf-8")
    assert load_insightface_pack(own).licence.kind is LicenceKind.UNKNOWN


def test_attribute_models_are_never_opened_and_reported(tiny: Path) -> None:
    attribute = tiny_models.attributes(tiny / "genderage.onnx")
    with pytest.raises(Exception, match="GuessTheAge"):
        onnxruntime.InferenceSession(str(attribute), providers=["CPUExecutionProvider"])
    tiny_models.landmarks(tiny / "2d106det.onnx")
    pack = load_insightface_pack(tiny)
    assert set(pack.left_out) == {("genderage.onnx", "attributes"), ("2d106det.onnx", "landmarks")}
    assert pack.manifest.dimension == 128


def test_scrfd_boxes_come_back_in_pixels_of_the_picture(tiny: Path) -> None:
    detector = load_insightface_pack(tiny).new_detector()
    image = np.zeros((720, 1280, 3), np.uint8)
    image[320:336, 640:656] = 255  # one cell of 8 x 8 at a width of 640
    (face,) = detector.detect(image, width=640, score=0.9)
    assert (face.box.x, face.box.y, face.box.w, face.box.h) == pytest.approx((608, 288, 64, 64), abs=2)
    expected = 640 + 16 * np.array(tiny_models.LANDMARKS)[:, 0]
    np.testing.assert_allclose(face.landmarks[:, 0], expected, atol=2)
    assert face.score > 0.95
    assert detector.detect(np.zeros_like(image)) == []


def test_detectors_keep_their_own_settings(tiny: Path) -> None:
    """insightface's prepare() changes shared state; two detectors at different thresholds must not meet."""
    pack = load_insightface_pack(tiny)
    first, second = pack.new_detector(), pack.new_detector()
    image = np.zeros((360, 640, 3), np.uint8)
    image[160:168, 320:328] = 190  # a weak face: brightness 0.49 on the model's scale
    assert len(first.detect(image, score=0.3)) == 1
    assert second.detect(image, score=0.8) == []
    assert len(first.detect(image, score=0.3)) == 1


@pytest.mark.parametrize("batch", [1, "batch"])
def test_recognisers_exported_for_one_face_work_in_batches_too(tiny: Path, batch: int | str) -> None:
    tiny_models.recogniser(tiny / "w600k.onnx", dimension=512, batch=batch)
    embedder = load_insightface_pack(tiny).new_embedder()
    random = np.random.default_rng(0)
    crops = [random.integers(0, 256, (112, 112, 3), dtype=np.uint8) for _ in range(3)]
    together = embedder.embed(crops)
    assert together.shape == (3, 512)
    np.testing.assert_allclose(together[2], embedder.embed(crops[2:])[0], atol=1e-5)


def manifest_v2(folder: Path, **recognition: object) -> None:
    content = {
        "manifest_version": 2,
        "model_id": "site-model",
        "license": "MODEL.LICENSE",
        "tasks": {
            "detection": {"file": "det_500m.onnx"},
            "recognition": {"file": "w600k.onnx", "preprocessing": {"mean": 0.0, "std": 1.0}} | recognition,
        },
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def test_a_version_2_manifest_decides(tiny: Path) -> None:
    tiny_models.recogniser(tiny / "a_better_sorted_name.onnx", dimension=256)
    manifest_v2(tiny)
    pack = load_insightface_pack(tiny)
    assert pack.manifest.embedder.file == "w600k.onnx"
    assert pack.manifest.normalisation.std == 1.0
    assert pack.left_out == (("a_better_sorted_name.onnx", "unlisted"),)


def test_a_manifest_that_disagrees_with_its_files_is_refused(tiny: Path) -> None:
    manifest_v2(tiny, sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(ModelChanged, match=r"w600k\.onnx"):
        load_insightface_pack(tiny)
    manifest_v2(tiny, file="gone.onnx")
    with pytest.raises(ModelMissing, match=r"gone\.onnx"):
        load_insightface_pack(tiny)
    manifest_v2(tiny, file="../w600k.onnx")
    with pytest.raises(ModelForeign, match=r"manifest\.json"):
        load_insightface_pack(tiny)


def test_changed_missing_and_foreign_files_are_named(tiny: Path) -> None:
    expected = checksums(tiny)
    load_insightface_pack(tiny, expected=expected)
    (tiny / "extra.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelForeign, match=r"extra\.onnx"):
        load_insightface_pack(tiny)
    (tiny / "extra.onnx").unlink()
    tiny_models.recogniser(tiny / "w600k.onnx", dimension=256)
    with pytest.raises(ModelChanged, match=r"w600k\.onnx"):
        load_insightface_pack(tiny, expected=expected)
    (tiny / "det_500m.onnx").unlink()
    with pytest.raises(ModelMissing, match=r"det_500m\.onnx"):
        load_insightface_pack(tiny, expected=expected)


def test_a_recogniser_that_cannot_be_opened_is_named(tiny: Path) -> None:
    path = tiny / "w600k.onnx"
    nodes = [tiny_models.make_node("Mystery", ["input"], ["vector"], domain="nobody.knows")]
    tiny_models.save(path, nodes, {"input": ["batch", 3, 112, 112]}, {"vector": ["batch", 128]})
    with pytest.raises(ModelForeign, match=r"w600k\.onnx"):
        load_insightface_pack(tiny)
