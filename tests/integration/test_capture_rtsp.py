"""A real RTSP server on loopback that lives, refuses, dies, freezes and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from desktop.capture.mailbox import Mailbox
from desktop.capture.opencv_sources import RtspSource
from desktop.capture.probe import probe_camera
from desktop.capture.reader import CameraReader
from desktop.capture.source import FrameSource
from desktop.domain.cameras import CameraState, SourceKind, SourceSpec, StateReason
from tests.helpers.capture_kit import FAST, Recorder, capture_threads, make_reader, wait_for, write_clip
from tests.helpers.rtsp_server import RtspServer, rtsp_server

pytestmark = pytest.mark.rtsp

_PASSWORD = "gehe im/9#ö"
_POLICY = replace(FAST, stall_after=1.5, reopen_after=1.0, close_grace=0.5, backoff_longest=1.0)


def quick(spec: SourceSpec) -> FrameSource:
    """The product's source with shorter waits."""
    return RtspSource(spec, open_timeout=10.0, read_timeout=1.5, check_timeout=2.0)


def spec_of(url: str) -> SourceSpec:
    return SourceSpec(SourceKind.RTSP, url)


@pytest.fixture(scope="module", params=["digest", "basic"])
def guarded(request: pytest.FixtureRequest) -> Iterator[RtspServer]:
    with rtsp_server(user="wäch ter", password=_PASSWORD, auth=request.param) as server:
        yield server


@pytest.fixture
def server() -> Iterator[RtspServer]:
    with rtsp_server() as made:
        yield made


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def readers() -> Iterator[list[CameraReader]]:
    started: list[CameraReader] = []
    yield started
    for reader in started:
        reader.stop(10.0)
    assert wait_for(lambda: not capture_threads()), capture_threads()


def running(recorder: Recorder, readers: list[CameraReader], url: str) -> CameraReader:
    reader = make_reader(recorder, spec_of(url), factory=quick, policy=_POLICY)
    readers.append(reader)
    reader.start()
    return reader


def test_live_with_the_right_password(guarded: RtspServer, recorder: Recorder, readers: list[CameraReader]) -> None:
    reader = running(recorder, readers, guarded.url())
    recorder.wait_frames(20)
    assert recorder.states == [CameraState.CONNECTING, CameraState.LIVE]
    frame = recorder.frames[-1]
    assert frame.image.shape == (360, 640, 3)
    assert (frame.position, frame.pass_) == (None, 0)
    assert frame.image.std() > 5  # the moving ball, not an empty picture
    assert any((one.image != frame.image).any() for one in recorder.frames)
    assert reader.stop(10.0)
    assert reader.stats().abandoned == 0


def test_a_wrong_password_is_refused_and_never_shown(
    guarded: RtspServer, recorder: Recorder, readers: list[CameraReader]
) -> None:
    with structlog.testing.capture_logs() as logged:
        reader = running(recorder, readers, guarded.url(password="fal/sch7"))
        status = recorder.wait_seen(CameraState.REFUSED)
        reader.stop(10.0)
    assert status.reason is StateReason.BAD_PASSWORD
    assert logged
    for text in (repr(logged), repr(recorder.statuses), repr(reader.spec), repr(reader.stats())):
        assert "sch7" not in text
        assert "wäch" not in text


def test_a_wrong_user_and_none_at_all(guarded: RtspServer, recorder: Recorder, readers: list[CameraReader]) -> None:
    running(recorder, readers, guarded.url().replace("w%C3%A4ch", "dieb"))
    assert recorder.wait_seen(CameraState.REFUSED).reason is StateReason.BAD_PASSWORD
    nobody = Recorder()
    running(nobody, readers, f"rtsp://127.0.0.1:{guarded.port}/live")
    assert nobody.wait_seen(CameraState.REFUSED).reason is StateReason.BAD_PASSWORD


def test_a_wrong_path(guarded: RtspServer, recorder: Recorder, readers: list[CameraReader]) -> None:
    running(recorder, readers, guarded.url(path="/kitchen"))
    assert recorder.wait_seen(CameraState.LOST).reason is StateReason.NOT_FOUND


def test_a_killed_server_is_lost_and_found_again(
    server: RtspServer, recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader = running(recorder, readers, server.url())
    recorder.wait_frames(5)
    server.kill()
    lost = recorder.wait_seen(CameraState.LOST)
    assert lost.retry_at is not None
    count = len(recorder.statuses)
    assert recorder.wait_seen(CameraState.LOST, after=count).reason is StateReason.UNREACHABLE
    server.start()
    recorder.wait_seen(CameraState.LIVE, after=count)
    recorder.wait_frames(5)
    assert [frame.seq for frame in recorder.frames] == list(range(len(recorder.frames)))
    assert reader.stop(10.0)


def test_a_frozen_server_is_a_stall_and_a_thawed_one_is_live_again(
    server: RtspServer, recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader = running(recorder, readers, server.url())
    recorder.wait_frames(5)
    recorder.wait_state(CameraState.LIVE)
    server.freeze()
    stalled = recorder.wait_seen(CameraState.STALLED)
    assert stalled.reason is StateReason.NO_FRAMES
    lost = recorder.wait_seen(CameraState.LOST)
    assert lost.reason is StateReason.NO_FRAMES
    server.resume()
    recorder.wait_seen(CameraState.LIVE, after=recorder.statuses.index(lost), timeout=60.0)
    recorder.wait_frames(5)
    assert reader.stop(10.0)


def test_stopping_a_frozen_camera_neither_hangs_nor_leaves_a_thread_for_good(
    server: RtspServer, recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader = running(recorder, readers, server.url())
    recorder.wait_frames(5)
    server.freeze()
    recorder.wait_seen(CameraState.STALLED)
    reader.stop(timeout=0.1)
    assert reader.status.state is CameraState.STOPPED
    assert wait_for(lambda: not capture_threads(), timeout=20.0)


def test_a_camera_that_ends_its_stream(tmp_path: Path, recorder: Recorder, readers: list[CameraReader]) -> None:
    with rtsp_server(file=write_clip(tmp_path / "clip.avi", 50, codec="MJPG")) as server:
        running(recorder, readers, server.url())
        recorder.wait_frames(10)
        assert recorder.frames[0].image.shape == (180, 320, 3)
        assert recorder.wait_seen(CameraState.LOST).reason in (StateReason.STREAM_ENDED, StateReason.NO_FRAMES)


def test_a_slow_analysis_always_gets_a_fresh_frame(
    server: RtspServer, recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader = running(recorder, readers, server.url())
    recorder.wait_frames(30)
    frame = reader.mailbox.take(timeout=10.0)
    assert frame is not None
    assert frame.seq >= 28  # the newest, not the first of a queue
    assert reader.stats().overwritten >= 28
    assert isinstance(reader.mailbox, Mailbox)


def test_trying_a_camera_out(guarded: RtspServer) -> None:
    result = probe_camera(spec_of(guarded.url()), lambda: False, timeout=30.0)
    assert result.ok
    assert (result.width, result.height) == (640, 360)
    assert result.fps > 1
    wrong = probe_camera(spec_of(guarded.url(password="nein")), lambda: False, timeout=30.0)
    assert (wrong.ok, wrong.reason) == (False, StateReason.BAD_PASSWORD)
