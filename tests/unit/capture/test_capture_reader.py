"""The state machine of one camera, with sources that follow a script instead of real cameras."""

from __future__ import annotations

import numpy as np
import pytest
import structlog

from desktop.capture.frame import Frame
from desktop.capture.reader import CameraReader
from desktop.capture.source import SourceError
from desktop.domain.cameras import CameraState, StateReason
from tests.helpers.capture_kit import (
    SPEC,
    Recorder,
    ScriptedSource,
    Sources,
    make_reader,
    refused,
    running,
    wait_for,
)


def test_from_connecting_to_live_to_stopped(recorder: Recorder, readers: list[CameraReader]) -> None:
    reader, factory = running(recorder, readers)
    assert reader.status.state in (CameraState.CONNECTING, CameraState.LIVE)
    recorder.wait_frames(5)
    recorder.wait_state(CameraState.LIVE)
    assert reader.stop()
    assert recorder.states == [CameraState.CONNECTING, CameraState.LIVE, CameraState.STOPPED]
    assert recorder.statuses[0].reason is StateReason.STARTING
    assert factory.made[0].closed.is_set()
    seen = len(recorder.frames)
    assert not wait_for(lambda: len(recorder.frames) > seen, timeout=0.1)


def test_frames_reach_tap_and_mailbox_in_order_and_cannot_be_written_to(
    recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader, _ = running(recorder, readers)
    recorder.wait_frames(5)
    reader.stop()
    assert [frame.seq for frame in recorder.frames] == list(range(len(recorder.frames)))
    times = [frame.at for frame in recorder.frames]
    assert times == sorted(times)
    newest = reader.mailbox.take()
    assert newest is recorder.frames[-1]
    assert newest.position is None
    with pytest.raises(ValueError, match="read-only"):
        newest.image[0, 0] = 1
    stats = reader.stats()
    assert (stats.captured, stats.overwritten) == (len(recorder.frames), len(recorder.frames) - 1)
    assert stats.captured_fps > 0


def test_a_refused_password_is_reported_with_the_time_of_the_next_try(
    recorder: Recorder, readers: list[CameraReader]
) -> None:
    reader, factory = running(recorder, readers, refused(), refused())
    status = recorder.wait_seen(CameraState.REFUSED)
    assert (status.reason, status.attempt) == (StateReason.BAD_PASSWORD, 1)
    assert status.retry_at is not None
    assert status.retry_at > status.since
    recorder.wait_state(CameraState.LIVE)
    assert [one.attempt for one in recorder.statuses if one.state is CameraState.REFUSED] == [1, 2]
    assert len({id(source) for source in factory.made}) == 3  # a new source for each try
    retry = recorder.statuses[2]
    assert (retry.state, retry.reason, retry.attempt) == (CameraState.CONNECTING, StateReason.BAD_PASSWORD, 1)
    assert reader.stats().connects == 3


def test_a_stream_that_ends_is_lost_and_found_again(recorder: Recorder, readers: list[CameraReader]) -> None:
    running(recorder, readers, ScriptedSource(0.0, 0.0, None))
    assert recorder.wait_seen(CameraState.LOST).reason is StateReason.STREAM_ENDED
    recorder.wait_state(CameraState.LIVE)
    recorder.wait_frames(3)
    assert [frame.seq for frame in recorder.frames] == list(range(len(recorder.frames)))


def test_a_source_that_breaks_says_why(recorder: Recorder, readers: list[CameraReader]) -> None:
    running(recorder, readers, ScriptedSource(0.0, SourceError(StateReason.NO_FRAMES)))
    assert recorder.wait_seen(CameraState.LOST).reason is StateReason.NO_FRAMES


def test_an_unforeseen_error_neither_ends_the_camera_nor_shows_its_message(
    recorder: Recorder, readers: list[CameraReader]
) -> None:
    with structlog.testing.capture_logs() as logged:
        running(recorder, readers, ScriptedSource(0.0, RuntimeError("could not read rtsp://anna:geheim@192.0.2.1")))
        recorder.wait_seen(CameraState.LOST)
        recorder.wait_state(CameraState.LIVE)
    assert next(line for line in logged if line["event"] == "capture_failed")["error"] == ["RuntimeError"]
    assert "geheim" not in repr(logged)
    assert "geheim" not in repr(recorder.statuses)


def test_a_settled_camera_starts_again_with_the_shortest_delay(recorder: Recorder, readers: list[CameraReader]) -> None:
    gone = SourceError(StateReason.UNREACHABLE)
    settled = ScriptedSource(*[0.05] * 15, None)
    running(recorder, readers, ScriptedSource(opening=gone), ScriptedSource(opening=gone), settled)
    recorder.wait_seen(CameraState.LIVE)
    lost_again = recorder.wait_seen(CameraState.LOST, after=recorder.states.index(CameraState.LIVE))
    assert lost_again.attempt == 1


def test_a_camera_that_dies_after_each_first_frame_is_tried_ever_more_rarely(
    recorder: Recorder, readers: list[CameraReader]
) -> None:
    running(recorder, readers, *[ScriptedSource(0.0, None) for _ in range(3)])
    assert wait_for(lambda: recorder.states.count(CameraState.LOST) == 3)
    assert [one.attempt for one in recorder.statuses if one.state is CameraState.LOST] == [1, 2, 3]
    assert recorder.states[1] is CameraState.LIVE


def test_a_failing_tap_is_counted_and_logged_and_capture_goes_on(readers: list[CameraReader]) -> None:
    recorder = Recorder()

    def broken(_frame: Frame) -> None:
        raise ZeroDivisionError("secret of a face")

    with structlog.testing.capture_logs() as logged:
        reader = make_reader(recorder, SPEC, factory=Sources(), tap=broken)
        readers.append(reader)
        reader.start()
        assert wait_for(lambda: reader.stats().tap_errors >= 8)
        assert reader.mailbox.take(timeout=20.0) is not None
        reader.stop()
    lines = [line for line in logged if line["event"] == "tap_failed"]
    assert [line["count"] for line in lines[:4]] == [1, 2, 4, 8]
    assert lines[0]["error"] == ["ZeroDivisionError"]
    assert "secret" not in repr(logged)
    assert recorder.states == [CameraState.CONNECTING, CameraState.LIVE, CameraState.STOPPED]


def test_a_failing_listener_does_not_stop_the_camera(readers: list[CameraReader]) -> None:
    recorder = Recorder()
    reader = make_reader(recorder, SPEC, factory=Sources())

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    reader._on_status = broken
    readers.append(reader)
    reader.start()
    recorder.wait_frames(3)
    assert reader.stop()
    assert reader.status.state is CameraState.STOPPED


def test_stopping_from_the_tap_does_not_lock_up(recorder: Recorder, readers: list[CameraReader]) -> None:
    held: list[CameraReader] = []
    reader = make_reader(recorder, SPEC, factory=Sources(), tap=lambda _frame: (held[0].stop(), None)[1])
    held.append(reader)
    readers.append(reader)
    reader.start()
    recorder.wait_state(CameraState.STOPPED)
    assert reader.stats().captured == 1


def test_stop_before_start_and_twice_and_start_again(recorder: Recorder, readers: list[CameraReader]) -> None:
    reader = make_reader(recorder, SPEC, factory=Sources())
    readers.append(reader)
    reader.stop()
    reader.start()
    with pytest.raises(RuntimeError):
        reader.start()
    recorder.wait_frames(2)
    assert reader.stop()
    assert reader.stop()
    first_run = reader.stats().captured
    reader.start()
    recorder.wait_frames(2)
    assert reader.stop()
    assert recorder.frames[-1].seq + 1 == reader.stats().captured > first_run


def test_many_cameras_stop_side_by_side(readers: list[CameraReader]) -> None:
    recorder = Recorder()
    for _ in range(9):
        reader = make_reader(recorder, SPEC, factory=Sources())
        readers.append(reader)
        reader.start()
    recorder.wait_frames(50)
    for reader in readers:
        reader.request_stop()
    assert all(reader.stop() for reader in readers)


def test_frames_of_any_dtype_layout_are_kept_as_they_came(recorder: Recorder, readers: list[CameraReader]) -> None:
    running(recorder, readers)
    recorder.wait_frames(1)
    image = recorder.frames[0].image
    assert (image.dtype, image.shape) == (np.uint8, (4, 4, 3))
