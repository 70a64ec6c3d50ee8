"""Making clips: complete or not at all, and only once."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import pytest

from desktop import paths
from desktop.demo import generator
from desktop.demo.generator import ClipsNotWritten, make_material
from desktop.demo.pixels import DemoSourceMissing
from desktop.demo.roster import Cast, load_roster
from desktop.domain.errors import Cancelled
from desktop.evaluation.truth import load_truth
from tests.helpers.demo_scripts import CountingProgress, short_script

ROSTER = load_roster()


def test_clips_truth_and_pictures_are_made(tmp_path: Path) -> None:
    progress = CountingProgress()

    material = make_material(short_script(1.2, "lobby", "gate"), ROSTER, paths.demo_sources_dir(), tmp_path, progress)

    assert [clip.scene for clip in material.clips] == ["lobby", "gate"]
    for clip in material.clips:
        capture = cv2.VideoCapture(str(clip.video))
        try:
            frames = 0
            while capture.read()[0]:
                frames += 1
            assert frames == 30
            assert capture.get(cv2.CAP_PROP_FPS) == 25
        finally:
            capture.release()
        truth = load_truth(clip.truth)
        assert truth.camera == clip.name
        assert len(truth.faces) == len(truth.hidden) == 30
        assert truth.appearances
    assert set(material.pictures) == {person.id for person in ROSTER.people if person.enrol}
    assert all(path.is_file() for paths_ in material.pictures.values() for path in paths_)
    assert progress.shares[-1] == 1.0
    assert progress.shares == sorted(progress.shares)


def test_the_second_time_nothing_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = short_script(0.2, "desk")
    first = make_material(script, ROSTER, paths.demo_sources_dir(), tmp_path)
    monkeypatch.setattr(generator, "_make", lambda *_: pytest.fail("drawn again"))

    assert make_material(script, ROSTER, paths.demo_sources_dir(), tmp_path) == first


def test_other_content_gets_other_files(tmp_path: Path) -> None:
    sources = paths.demo_sources_dir()
    one = make_material(short_script(0.2, "desk"), ROSTER, sources, tmp_path)
    longer = make_material(short_script(0.24, "desk"), ROSTER, sources, tmp_path)
    public = make_material(short_script(0.2, "desk"), load_roster(Cast.PUBLIC), sources, tmp_path)

    assert len({material.clips[0].video for material in (one, longer, public)}) == 3


def test_a_cancelled_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        make_material(
            short_script(5.0, "lobby", "desk"),
            ROSTER,
            paths.demo_sources_dir(),
            tmp_path,
            CountingProgress(stop_after=6),
        )

    assert list((tmp_path / "demo").iterdir()) == []


def test_what_a_killed_run_left_is_removed_but_not_what_another_is_making(tmp_path: Path) -> None:
    old, young = tmp_path / "demo" / "making-old", tmp_path / "demo" / "making-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (1, 1))

    make_material(short_script(0.2, "desk"), ROSTER, paths.demo_sources_dir(), tmp_path)

    assert not old.exists()
    assert young.exists()


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(DemoSourceMissing) as refused:
        make_material(short_script(0.2, "desk"), ROSTER, tmp_path / "nowhere", tmp_path / "cache")

    assert refused.value.params["file"]


def test_a_cache_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")

    with pytest.raises(ClipsNotWritten):
        make_material(short_script(0.2, "desk"), ROSTER, paths.demo_sources_dir(), tmp_path / "cache")
