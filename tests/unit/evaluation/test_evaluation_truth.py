"""The truth format: what is read back, refused, and counted as nameable."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from desktop.evaluation.truth import (
    TruthUnreadable,
    is_nameable_stay,
    load_truth,
    longest_nameable_run,
    pack_cells,
    save_truth,
    unpack_cells,
)
from tests.helpers.truths import FPS, clip, face, turned


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    truth = clip(
        [("ada", 0, 1), ("sid", 1, 1)],
        [[face(0, 10)], [face(0, 12, cells="00ff00ff00ff00ff", visible=0.5), face(1, 150)]],
        [[], [turned(1, 150)]],
    )
    save_truth(truth, tmp_path / "clip.json")

    assert load_truth(tmp_path / "clip.json") == truth


def test_the_example_of_the_document_is_of_the_format(tmp_path: Path) -> None:
    document = (Path(__file__).parents[3] / "docs" / "truth-format.md").read_text(encoding="utf-8")
    example = document.split("```json")[1].split("```")[0]
    (tmp_path / "clip.json").write_text(example, encoding="utf-8")

    truth = load_truth(tmp_path / "clip.json")

    half = unpack_cells(truth.faces[1][0].cells)
    assert half[:, :4].all()
    assert not half[:, 4:].any()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "format"),
        ({"colour": "red"}, "colour"),
        ({"fps": 0}, "fps"),
        ({"appearances": [{"id": 0, "person": "nobody", "first": 0, "last": 0}]}, "not listed"),
        ({"appearances": []}, "not listed"),
        ({"hidden": [[{"appearance": 0, "box": [0, 0, 9, 9]}]]}, "hidden.0.0.size"),
        ({"hidden": [[turned(7, 10).model_dump(exclude_none=True)]]}, "not listed"),
        ({"hidden": [[], []]}, "as many frames"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    content = json.loads(clip([("ada", 0, 0)], [[face(0, 10)]]).model_dump_json(exclude_none=True))
    path = tmp_path / "clip.json"
    path.write_text(json.dumps({**content, **change}), encoding="utf-8")

    with pytest.raises(TruthUnreadable) as refused:
        load_truth(path)

    assert "clip.json" in refused.value.text()
    assert reason in refused.value.text()


@pytest.mark.parametrize("content", ["", "not json", "[]"])
def test_something_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "clip.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(TruthUnreadable):
        load_truth(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TruthUnreadable):
        load_truth(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("changes", "nameable"),
    [
        ({}, True),
        ({"size": 63.9}, False),
        ({"yaw": -35.0}, False),
        ({"yaw": 34.9}, True),
        ({"visible": 0.74}, False),
    ],
)
def test_a_face_is_nameable_from_its_size_turn_and_visible_part(changes: dict[str, object], nameable: bool) -> None:
    assert face(0, 10, **changes).nameable is nameable


def test_a_run_is_broken_by_a_bad_frame_and_by_a_gap() -> None:
    good, bad = face(0, 10), face(0, 10, yaw=60.0)

    assert longest_nameable_run([(0, good), (1, good), (2, bad), (3, good)]) == 2
    assert longest_nameable_run([(0, good), (1, good), (5, good)]) == 2
    assert longest_nameable_run([(7, good), (8, good), (9, good)]) == 3
    assert longest_nameable_run([]) == 0


def test_a_stay_needs_length_and_a_good_stretch() -> None:
    good, bad = face(0, 10), face(0, 10, yaw=60.0)
    long_enough = [(i, good) for i in range(round(FPS))]

    assert is_nameable_stay(long_enough, FPS)
    assert not is_nameable_stay(long_enough[:-1], FPS)
    assert not is_nameable_stay([(i, good if i % 10 else bad) for i in range(50)], FPS)
    assert not is_nameable_stay([], FPS)


def test_cells_survive_packing() -> None:
    free = np.zeros((8, 8), np.bool_)
    free[0, 0] = free[3, 5] = True

    packed = pack_cells(free)

    assert packed is not None
    assert packed.startswith("80")
    assert (unpack_cells(packed) == free).all()
    assert pack_cells(np.ones((8, 8), np.bool_)) is None
    assert unpack_cells(None).all()
