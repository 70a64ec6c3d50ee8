"""What is chosen from a folder and what is left out, told from the graphs."""

from pathlib import Path

import pytest

from desktop.vision.errors import ModelChanged, ModelForeign, ModelMissing, ModelPartMissing
from desktop.vision.model_folder import check_expected, checksums, scan
from tests.helpers import tiny_models


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_models.detector(tmp_path / "det.onnx")
    tiny_models.recogniser(tmp_path / "w600k.onnx")
    return tmp_path


def test_a_detector_and_a_recogniser_are_chosen(folder: Path) -> None:
    content = scan(folder)
    assert content.detector.path.name == "det.onnx"
    assert content.embedder.path.name == "w600k.onnx"
    assert content.left_out == ()


def test_other_kinds_are_left_out_and_named(folder: Path) -> None:
    tiny_models.attributes(folder / "genderage.onnx")
    tiny_models.attributes(folder / "emotion_in_disguise.onnx", side=112)
    tiny_models.landmarks(folder / "2d106det.onnx")
    tiny_models.recogniser(folder / "z_second.onnx")
    assert set(scan(folder).left_out) == {
        ("genderage.onnx", "attributes"),
        ("emotion_in_disguise.onnx", "attributes"),
        ("2d106det.onnx", "landmarks"),
        ("z_second.onnx", "duplicate"),
    }


@pytest.mark.parametrize(("missing", "part"), [("det.onnx", "detection"), ("w600k.onnx", "recognition")])
def test_a_missing_part_is_named(folder: Path, missing: str, part: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelPartMissing, match=part):
        scan(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="not_here"):
        scan(tmp_path / "not_here")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x00" * 5000])
def test_a_file_that_is_no_model_is_named(folder: Path, content: bytes) -> None:
    (folder / "odd.onnx").write_bytes(content)
    with pytest.raises(ModelForeign, match=r"odd\.onnx"):
        scan(folder)


def test_a_detector_without_landmarks_is_refused(folder: Path) -> None:
    tiny_models.detector(folder / "det.onnx", landmarks=False)
    with pytest.raises(ModelForeign, match=r"det\.onnx.*landmarks"):
        scan(folder)


def test_a_recogniser_of_another_size_is_refused(folder: Path) -> None:
    tiny_models.recogniser(folder / "w600k.onnx", side=128)
    with pytest.raises(ModelForeign, match=r"w600k\.onnx.*112"):
        scan(folder)


def test_a_folder_is_held_to_what_it_was(folder: Path) -> None:
    expected = checksums(folder)
    check_expected(folder, expected)
    tiny_models.recogniser(folder / "w600k.onnx", dimension=256)
    with pytest.raises(ModelChanged, match=r"w600k\.onnx"):
        check_expected(folder, expected)
    (folder / "w600k.onnx").unlink()
    with pytest.raises(ModelMissing, match=r"w600k\.onnx"):
        check_expected(folder, expected)
    tiny_models.recogniser(folder / "w600k.onnx")
    tiny_models.attributes(folder / "new.onnx")
    with pytest.raises(ModelForeign, match=r"new\.onnx"):
        check_expected(folder, expected)
