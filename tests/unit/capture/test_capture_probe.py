from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.capture.probe import probe_camera
from desktop.capture.source import SourceError
from desktop.domain.cameras import SourceKind, SourceSpec, StateReason
from desktop.domain.errors import Cancelled
from tests.helpers.capture_kit import SPEC, ScriptedSource, Sources, number_in, refused, write_clip


def never() -> bool:
    return False


def test_a_video_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", 10, fps=12.5)
    result = probe_camera(SourceSpec(SourceKind.VIDEO, str(path)), never)
    assert result.ok
    assert (result.width, result.height, result.fps) == (320, 180, 12.5)
    assert result.image is not None
    assert number_in(result.image) == 0


def test_a_live_camera_is_measured() -> None:
    source = ScriptedSource()
    result = probe_camera(SPEC, never, source_factory=Sources(source))
    assert result.ok
    assert (result.width, result.height) == (4, 4)
    assert 5 < result.fps < 110  # a frame every 10 ms at best
    assert source.closed.is_set()


@pytest.mark.parametrize("why", [StateReason.BAD_PASSWORD, StateReason.NOT_FOUND, StateReason.UNREACHABLE])
def test_a_camera_that_does_not_open_says_why(why: StateReason) -> None:
    result = probe_camera(SPEC, never, source_factory=Sources(refused(why)))
    assert (result.ok, result.reason, result.image) == (False, why, None)


def test_an_end_before_the_first_frame() -> None:
    result = probe_camera(SPEC, never, source_factory=Sources(ScriptedSource(None)))
    assert (result.ok, result.reason) == (False, StateReason.STREAM_ENDED)


def test_frames_before_a_break_are_enough() -> None:
    result = probe_camera(
        SPEC, never, source_factory=Sources(ScriptedSource(0.0, 0.0, SourceError(StateReason.NO_FRAMES)))
    )
    assert result.ok


def test_an_unforeseen_error_is_an_answer_too() -> None:
    result = probe_camera(SPEC, never, source_factory=Sources(ScriptedSource(opening=RuntimeError("geheim"))))
    assert (result.ok, result.reason) == (False, StateReason.NO_FRAMES)


def test_a_stuck_camera_is_left_after_the_timeout() -> None:
    hold = threading.Event()
    source = ScriptedSource(hold)
    result = probe_camera(SPEC, never, timeout=1.0, source_factory=Sources(source))
    assert (result.ok, result.reason) == (False, StateReason.NO_FRAMES)
    hold.set()
    assert source.closed.wait(20.0)


def test_an_opening_that_hangs_is_unreachable() -> None:
    hold = threading.Event()

    class Hanging(ScriptedSource):
        def open(self) -> None:
            hold.wait(30.0)

    result = probe_camera(SPEC, never, timeout=1.0, source_factory=Sources(Hanging()))
    assert (result.ok, result.reason) == (False, StateReason.UNREACHABLE)
    hold.set()


def test_cancelling_comes_through_a_stuck_camera() -> None:
    hold = threading.Event()
    source = ScriptedSource(hold)
    with pytest.raises(Cancelled):
        probe_camera(SPEC, lambda: source.reads > 0, timeout=60.0, source_factory=Sources(source))
    hold.set()
    assert source.closed.wait(20.0)


@pytest.mark.parametrize("address", ["0.mp4", "", "-1", "1000000"])
def test_no_such_usb_camera(address: str) -> None:
    result = probe_camera(SourceSpec(SourceKind.USB, address), never)
    assert (result.ok, result.reason) == (False, StateReason.NOT_FOUND)
