"""Real files through OpenCV: what counts as a video, counting, looping."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import pytest

from desktop.capture.source import RecordedSource, SourceError, make_source
from desktop.capture.video_file import VideoFileSource
from desktop.domain.cameras import SourceKind, SourceSpec, StateReason
from tests.helpers.capture_kit import number_in, numbered_picture, write_clip


@contextmanager
def opened(path: Path, *, loop: bool = False, fps: float = 0.0) -> Iterator[VideoFileSource]:
    source = VideoFileSource(SourceSpec(SourceKind.VIDEO, str(path), loop=loop, fps=fps))
    try:
        source.open()
        yield source
    finally:
        source.close()


def read_on(source: VideoFileSource, frames: int) -> None:
    for _ in range(frames):
        source.read()


def refusal(path: Path | str) -> StateReason:
    source = make_source(SourceSpec(SourceKind.VIDEO, str(path)))
    with pytest.raises(SourceError) as caught:
        source.open()
    source.close()
    assert str(path) not in str(caught.value) or str(path) == ""
    return caught.value.reason


def test_once_gives_every_frame_and_then_the_end(tmp_path: Path) -> None:
    with opened(write_clip(tmp_path / "clip.mp4", 30)) as source:
        assert isinstance(source, RecordedSource)
        assert (source.live, source.fps) == (False, 25.0)
        items = []
        while (item := source.read()) is not None:
            items.append(item)
        assert [item.position for item in items] == list(range(30))
        assert [number_in(item.image) for item in items] == list(range(30))
        assert {item.pass_ for item in items} == {0}
        assert items[0].image.shape == (180, 320, 3)
        assert source.read() is None
        assert not source.skip()


@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "mp4v"), ("clip.avi", "MJPG"), ("clip.mkv", "mp4v")])
def test_a_loop_begins_anew_with_position_0_and_the_next_pass(tmp_path: Path, name: str, codec: str) -> None:
    with opened(write_clip(tmp_path / name, 12, codec=codec), loop=True) as source:
        items = [source.read() for _ in range(30)]
    found = [(item.pass_, item.position, number_in(item.image)) for item in items if item is not None]
    assert found == [(index // 12, index % 12, index % 12) for index in range(30)]


def test_a_loop_longer_than_the_opening_ahead(tmp_path: Path) -> None:
    with opened(write_clip(tmp_path / "clip.mp4", 60), loop=True) as source:
        numbers = [number_in(item.image) for _ in range(130) if (item := source.read()) is not None]
    assert numbers == [index % 60 for index in range(130)]


def test_skipped_frames_leave_gaps_in_the_position_only(tmp_path: Path) -> None:
    with opened(write_clip(tmp_path / "clip.mp4", 10), loop=True) as source:
        assert source.read() is not None
        assert source.skip()
        assert source.skip()
        item = source.read()
        assert item is not None
        assert (item.position, number_in(item.image)) == (3, 3)
        for _ in range(7):
            assert source.skip()
        item = source.read()
        assert item is not None
        assert (item.pass_, item.position, number_in(item.image)) == (1, 1, 1)


def test_the_rate_is_the_files_own_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", 5, fps=12.5)
    with opened(path) as source:
        assert source.fps == pytest.approx(12.5)
    with opened(path, fps=50.0) as source:
        assert source.fps == 50.0


def test_blanks_and_letters_of_any_script_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "Камера № 1 – Eingang für Gäste" / "正門 %03d"
    folder.mkdir(parents=True)
    plain = write_clip(tmp_path / "clip.mp4", 3)
    path = plain.rename(folder / "клип 'eins' über.mp4")
    with opened(path) as source:
        item = source.read()
        assert item is not None
        assert number_in(item.image) == 0


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.mp4") is StateReason.NOT_FOUND
    assert refusal(tmp_path) is StateReason.NOT_FOUND
    assert refusal("") is StateReason.NOT_FOUND
    assert refusal("a\0b.mp4") is StateReason.NOT_FOUND
    assert refusal("x" * 5000) is StateReason.NOT_FOUND


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.mp4", "rtsp://127.0.0.1:9/x", "concat:/etc/hostname"])
def test_an_address_is_not_a_file(address: str) -> None:
    assert refusal(address) is StateReason.NOT_FOUND


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    assert refusal(path) is StateReason.EMPTY_FILE


def test_files_that_are_no_video(tmp_path: Path) -> None:
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(bytes(range(256)) * 400)
    text = tmp_path / "notes.txt"
    text.write_text("These are my notes.\n" * 100)
    picture = tmp_path / "photo.jpg"
    cv2.imwrite(str(picture), numbered_picture(1))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(write_clip(tmp_path / "clip.mp4", 20).read_bytes()[:2000])
    for path in (noise, text, picture, cut):
        assert refusal(path) is StateReason.NOT_A_VIDEO, path.name


def test_a_playlist_opens_no_connection(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        playlist = tmp_path / "list.m3u8"
        playlist.write_text(
            "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n"
            f"http://127.0.0.1:{server.getsockname()[1]}/one.ts\n#EXT-X-ENDLIST\n"
        )
        assert refusal(playlist) is StateReason.NOT_A_VIDEO
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_file_damaged_in_the_middle_still_plays_and_loops(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.avi", 40, codec="MJPG")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 600] = b"\x55" * 600
    path.write_bytes(raw)
    with opened(path, loop=True) as source:
        items = [source.read() for _ in range(100)]
    assert all(item is not None for item in items)
    assert max(item.pass_ for item in items if item is not None) >= 1


def test_a_file_that_vanishes_ends_the_loop_with_its_reason(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", 60)
    with opened(path, loop=True) as source:
        assert source.read() is not None
        path.unlink()
        with pytest.raises(SourceError) as caught:
            read_on(source, 100)
        assert caught.value.reason is StateReason.NOT_FOUND


def test_a_closed_source_says_so(tmp_path: Path) -> None:
    source = VideoFileSource(SourceSpec(SourceKind.VIDEO, str(write_clip(tmp_path / "clip.mp4", 5))))
    source.close()
    source.open()
    source.close()
    source.close()
    with pytest.raises(SourceError):
        source.read()
