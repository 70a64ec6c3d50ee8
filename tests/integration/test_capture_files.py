"""Readers on real files: rhythm, loops, ends, and what is no video at all."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.capture.frame import Frame
from desktop.capture.reader import CameraReader
from desktop.domain.cameras import CameraState, SourceKind, SourceSpec, StateReason
from tests.helpers.capture_kit import FAST, Recorder, make_reader, number_in, wait_for, write_clip, write_picture


class Wall:
    """Starts readers and stops them all at the end."""

    def __init__(self) -> None:
        self.readers: list[CameraReader] = []

    def start(
        self,
        kind: SourceKind,
        address: Path | str,
        *,
        loop: bool = True,
        fps: float = 0.0,
        recorder: Recorder | None = None,
        tap: Callable[[Frame], None] | None = None,
    ) -> tuple[CameraReader, Recorder]:
        recorder = recorder or Recorder()
        reader = make_reader(recorder, SourceSpec(kind, str(address), loop, fps), tap=tap)
        self.readers.append(reader)
        reader.start()
        return reader, recorder


@pytest.fixture
def wall() -> Iterator[Wall]:
    made = Wall()
    yield made
    for reader in made.readers:
        reader.request_stop()
    assert all(reader.stop() for reader in made.readers)


def test_a_file_plays_at_its_own_pace_and_ends(wall: Wall, tmp_path: Path) -> None:
    reader, seen = wall.start(SourceKind.VIDEO, write_clip(tmp_path / "clip.mp4", 50), loop=False)
    status = seen.wait_state(CameraState.ENDED)
    assert (status.reason, status.retry_at) == (StateReason.STREAM_ENDED, None)
    assert seen.states == [CameraState.CONNECTING, CameraState.LIVE, CameraState.ENDED]
    frames = seen.frames
    assert [number_in(frame.image) for frame in frames] == [frame.position for frame in frames]
    assert len(frames) + reader.stats().file_skipped == 50
    assert frames[0].position == 0
    # Never early: one clip second takes a second at least, however fast the machine.
    for frame in frames:
        assert frame.at - frames[0].at >= (frame.position or 0) / 25.0 - 0.002


def test_a_loop_starts_at_0_again_without_losing_the_beat(wall: Wall, tmp_path: Path) -> None:
    reader, seen = wall.start(SourceKind.VIDEO, write_clip(tmp_path / "clip.mp4", 20))
    assert wait_for(lambda: seen.frames and seen.frames[-1].pass_ >= 4)
    reader.stop()
    frames = seen.frames
    assert all(number_in(frame.image) == frame.position for frame in frames)
    places = [frame.pass_ * 20 + (frame.position or 0) for frame in frames]
    assert places == sorted(set(places))
    for frame, place in zip(frames, places, strict=True):
        assert frame.at - frames[0].at >= place / 25.0 - 0.002
    assert [frame.seq for frame in frames] == list(range(len(frames)))
    assert places[-1] + 1 == len(frames) + reader.stats().file_skipped
    assert CameraState.LOST not in seen.states


def test_a_slow_display_makes_a_file_skip_like_a_camera(wall: Wall, tmp_path: Path) -> None:
    seen = Recorder()

    def slow(frame: Frame) -> None:
        seen.tap(frame)
        time.sleep(0.1)

    reader, _ = wall.start(SourceKind.VIDEO, write_clip(tmp_path / "clip.mp4", 100), recorder=seen, tap=slow)
    assert wait_for(lambda: len(seen.frames) >= 15)
    reader.stop()
    assert reader.stats().file_skipped >= len(seen.frames) // 2  # 100 ms a frame: about every third one is left
    assert all(number_in(frame.image) == frame.position for frame in seen.frames)


def test_nine_files_run_side_by_side(wall: Wall, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", 50)
    both = [wall.start(SourceKind.VIDEO, path) for _ in range(9)]
    for _, seen in both:
        assert wait_for(lambda seen=seen: len(seen.frames) >= 25)
        seen.wait_state(CameraState.LIVE)
    for reader, seen in both:
        assert reader.stats().captured_fps > 0
        assert seen.frames[0].position == 0


def test_an_unanswering_camera_does_not_hold_up_the_others(wall: Wall, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        _, hanging = wall.start(SourceKind.RTSP, f"rtsp://127.0.0.1:{silent.getsockname()[1]}/live")
        line, _ = silent.accept()  # FFmpeg is waiting for an answer now
        with line:
            _, seen = wall.start(SourceKind.VIDEO, write_clip(tmp_path / "clip.mp4", 20))
            seen.wait_state(CameraState.LIVE)
            # OpenCV's own lock would have let the file start only after the camera was given up.
            assert hanging.states == [CameraState.CONNECTING]


def test_a_folder_of_pictures_with_damaged_ones(wall: Wall, tmp_path: Path) -> None:
    write_picture(tmp_path, "1.png", 1)
    (tmp_path / "2.png").write_bytes(b"\x89PNG and nothing else")
    write_picture(tmp_path, "3.png", 3)
    reader, seen = wall.start(SourceKind.FOLDER, tmp_path, loop=False, fps=20.0)
    seen.wait_state(CameraState.ENDED)
    assert [number_in(frame.image) for frame in seen.frames] == [1, 3]
    assert reader.stats().damaged == 1


@pytest.mark.parametrize(
    ("content", "state", "reason"),
    [
        (b"", CameraState.REFUSED, StateReason.EMPTY_FILE),
        (b"not a video at all\n" * 500, CameraState.REFUSED, StateReason.NOT_A_VIDEO),
        (None, CameraState.LOST, StateReason.NOT_FOUND),
    ],
)
def test_bad_files_say_why_and_a_good_one_in_their_place_comes_live(
    wall: Wall, tmp_path: Path, content: bytes | None, state: CameraState, reason: StateReason
) -> None:
    path = tmp_path / "gate.mp4"
    if content is not None:
        path.write_bytes(content)
    _, seen = wall.start(SourceKind.VIDEO, path)
    status = seen.wait_seen(state)
    assert status.reason is reason
    assert status.retry_at is not None
    write_clip(tmp_path / "good.mp4", 20).replace(path)
    seen.wait_state(CameraState.LIVE)


@pytest.mark.parametrize("damaged", [False, True])
def test_a_folder_without_pictures(wall: Wall, tmp_path: Path, damaged: bool) -> None:
    (tmp_path / ("1.png" if damaged else "notes.txt")).write_text("no picture")
    _, seen = wall.start(SourceKind.FOLDER, tmp_path)
    assert seen.wait_seen(CameraState.REFUSED).reason is StateReason.NO_PICTURES


def test_a_usb_camera_that_is_not_plugged_in(wall: Wall) -> None:
    _, seen = wall.start(SourceKind.USB, "63")
    status = seen.wait_seen(CameraState.LOST)
    assert status.reason is StateReason.NOT_FOUND
    assert FAST.state_after(StateReason.NOT_FOUND) is CameraState.LOST
