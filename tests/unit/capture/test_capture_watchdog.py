"""Cameras that fall silent or hang, and the clock that watches them."""

from __future__ import annotations

import dataclasses
import threading

from desktop.capture.reader import CameraReader
from desktop.domain.cameras import CameraState, StateReason
from tests.helpers.capture_kit import (
    FAST,
    SPEC,
    STALLING,
    Recorder,
    ScriptedSource,
    Sources,
    capture_threads,
    make_reader,
    running,
    wait_for,
)


def test_a_pause_is_a_stall_and_frames_end_it(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()
    patient = dataclasses.replace(STALLING, reopen_after=20.0)
    reader, _ = running(recorder, readers, ScriptedSource(0.0, hold), policy=patient)
    assert recorder.wait_state(CameraState.STALLED).reason is StateReason.NO_FRAMES
    hold.set()
    recorder.wait_seen(CameraState.LIVE, after=3)
    assert recorder.states[:4] == [CameraState.CONNECTING, CameraState.LIVE, CameraState.STALLED, CameraState.LIVE]
    assert reader.stats().connects == 1


def test_a_long_stall_is_left_behind_and_a_new_source_made(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()
    stuck = ScriptedSource(0.0, hold)
    reader, factory = running(recorder, readers, stuck, policy=STALLING)
    assert recorder.wait_seen(CameraState.LOST).reason is StateReason.NO_FRAMES
    assert CameraState.STALLED in recorder.states
    recorder.wait_seen(CameraState.LIVE, after=recorder.states.index(CameraState.LOST))
    assert reader.stats().abandoned >= 1
    assert not stuck.closed.is_set()  # nobody may close it under the hands of its thread
    before = stuck.reads
    hold.set()
    assert stuck.closed.wait(20.0)
    assert stuck.reads == before  # its thread ended without reading on
    assert len(factory.made) >= 2


def test_a_frame_that_comes_after_its_try_was_given_up_is_not_handed_on(
    recorder: Recorder, readers: list[CameraReader]
) -> None:
    hold, hold_too = threading.Event(), threading.Event()
    reader, _ = running(recorder, readers, ScriptedSource(0.0, hold), ScriptedSource(hold_too), policy=STALLING)
    recorder.wait_seen(CameraState.LOST)
    assert wait_for(lambda: reader.stats().connects == 2)
    seen = len(recorder.frames)
    hold.set()
    assert wait_for(lambda: len(capture_threads()) == 2)  # the watchdog and the second try
    assert len(recorder.frames) == seen
    hold_too.set()
    recorder.wait_frames(1)


def test_stop_does_not_hang_on_a_stuck_read(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()
    reader, _ = running(recorder, readers, ScriptedSource(0.0, hold))
    assert wait_for(lambda: recorder.frames)
    assert not reader.stop(timeout=0.1)
    assert reader.status.state is CameraState.STOPPED
    assert reader.stats().abandoned == 1
    seen = len(recorder.frames)
    hold.set()
    assert wait_for(lambda: not capture_threads())
    assert len(recorder.frames) == seen


def test_an_opening_that_hangs_is_given_up(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()

    class Hanging(ScriptedSource):
        def open(self) -> None:
            hold.wait(30.0)

    reader = make_reader(
        recorder, SPEC, factory=Sources(Hanging()), policy=dataclasses.replace(FAST, connect_timeout=0.2)
    )
    readers.append(reader)
    reader.start()
    assert recorder.wait_seen(CameraState.LOST).reason is StateReason.UNREACHABLE
    recorder.wait_state(CameraState.LIVE)
    hold.set()


def test_stuck_threads_do_not_pile_up(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()
    policy = dataclasses.replace(FAST, connect_timeout=0.1, most_abandoned=2)
    factory = Sources(*[ScriptedSource(hold) for _ in range(10)])
    reader = make_reader(recorder, SPEC, factory=factory, policy=policy)
    readers.append(reader)
    reader.start()
    assert wait_for(lambda: reader.stats().abandoned == 2)
    assert not wait_for(lambda: len(factory.made) > 2, timeout=0.5)
    factory.waiting.clear()
    hold.set()
    recorder.wait_state(CameraState.LIVE)


def test_a_silent_camera_sinks_in_the_measured_rate(recorder: Recorder, readers: list[CameraReader]) -> None:
    hold = threading.Event()
    reader, _ = running(recorder, readers, ScriptedSource(*[0.01] * 30, hold))
    recorder.wait_frames(30)
    lively = reader.stats().captured_fps
    assert wait_for(lambda: reader.stats().captured_fps < lively / 2)
    hold.set()
