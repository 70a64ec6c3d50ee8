"""`consentry evaluate` on folders of real pictures and on a generated clip."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from desktop import paths
from desktop.cli.main import run as command_line
from desktop.demo.generator import DemoMaterial, make_material
from desktop.demo.roster import load_roster
from tests.helpers.demo_scripts import short_script
from tests.helpers.desks import source_path


def _put(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True)
    for name in names:
        shutil.copy(source_path(name), folder / name)


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Two people with a picture, one whose only picture shows six; probes of one of them, of a stranger, of nothing."""
    _put(tmp_path / "gallery" / "Ådå of the White House", "obama.jpg")
    _put(tmp_path / "gallery" / "bert", "biden.jpg")
    _put(tmp_path / "gallery" / "crowd", "t1.jpg")
    _put(tmp_path / "probes" / "Ådå of the White House", "obama2.jpg", "obama3.jpg")
    _put(tmp_path / "probes" / "_unknown", "astronaut.png")
    (tmp_path / "probes" / "_unknown" / "broken.jpg").write_bytes(b"not a picture")
    return tmp_path


def test_folders_give_rates_with_their_intervals(folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folders / "figures.json"

    code = command_line(
        ["evaluate", "--gallery", str(folders / "gallery"), "--probes", str(folders / "probes"), "--json", str(out)]
    )

    assert code == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["enrolled"] == 2
    assert figures["refused"] == {"several_faces": 1}
    counts = {name: (rate["errors"], rate["trials"]) for name, rate in figures["rates"].items()}
    assert counts == {
        "fte": (1, 3),
        "fta": (1, 4),  # the broken file
        "fmr": (0, 4),  # two probes against Bert, the stranger against both
        "fnmr": (0, 2),
        "fpir": (0, 1),
        "fnir": (0, 2),
        "misidentified": (0, 2),
    }
    assert figures["rates"]["fpir"]["high"] == pytest.approx(0.975)
    table = capsys.readouterr().out
    assert "false positive identification (FPIR)" in table
    assert "95% CI" in table


def test_an_empty_gallery_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gallery").mkdir()

    assert command_line(["evaluate", "--gallery", str(tmp_path / "gallery"), "--probes", str(tmp_path)]) == 1
    assert "nothing to evaluate" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [[], ["--gallery", "g"], ["--video", "a.mp4"], ["--video", "a.mp4", "--truth", "a.json", "--probes", "p"]],
)
def test_half_a_question_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["evaluate", *words]) == 2
    assert "--truth" in capsys.readouterr().err


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> DemoMaterial:
    """The first 4.5 seconds of the main entrance: an enrolled person and a stranger cross, another stranger comes."""
    cache = tmp_path_factory.mktemp("clips")
    return make_material(short_script(4.5, "lobby"), load_roster(), paths.demo_sources_dir(), cache)


def test_a_clip_is_played_and_checked(
    material: DemoMaterial, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clip,) = material.clips
    out = tmp_path / "figures.json"

    code = command_line(
        [
            *("evaluate", "--video", str(clip.video), "--truth", str(clip.truth)),
            *("--gallery", str(clip.video.parent / "enrolment"), "--json", str(out)),
        ]
    )

    assert code == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["enrolled"] == 5  # the one who has withdrawn is left out
    rates = {name: (rate["errors"], rate["trials"]) for name, rate in figures["rates"].items()}
    assert rates["fnir"] == (0, 1)
    assert rates["misidentified"] == (0, 1)
    assert rates["fpir"][0] == 0
    assert rates["unmasked"][0] == 0
    assert rates["unmasked"][1] > 50
    assert 0 < figures["time_to_name_ms"]["p50"] < 2500
    assert "time to name" in capsys.readouterr().out


def test_without_a_gallery_nobody_is_named_and_everybody_hidden(material: DemoMaterial, tmp_path: Path) -> None:
    (clip,) = material.clips
    out = tmp_path / "figures.json"

    assert command_line(["evaluate", "--video", str(clip.video), "--truth", str(clip.truth), "--json", str(out)]) == 0

    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["enrolled"] == 0
    assert figures["rates"]["fnir"]["value"] == 1.0


def test_truth_of_another_clip_is_refused(
    material: DemoMaterial, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (clip,) = material.clips
    truth = json.loads(clip.truth.read_text(encoding="utf-8"))
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**truth, "width": 640, "height": 360}), encoding="utf-8")

    assert command_line(["evaluate", "--video", str(clip.video), "--truth", str(other)]) == 1
    assert "another size" in capsys.readouterr().err
