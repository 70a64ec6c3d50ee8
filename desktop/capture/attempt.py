"""One try at a camera: a thread that opens a source and hands on its frames until it ends, breaks or is cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from desktop.capture.pacer import Pacer
from desktop.capture.source import FrameSource, RecordedSource, SourceError, SourceFrame
from desktop.domain.cameras import StateReason
from desktop.domain.faults import without_message
from desktop.domain.ids import CameraId

log = structlog.get_logger("desktop.capture")


class Attempt:
    """Owns one source and one daemon thread. Nobody but that thread ever touches the source: closing a capture
    while another thread reads it crashes in native code, so a stuck one can only be left behind.

    Args:
        camera_id: for the thread's name and the log.
        make: makes the source, in the attempt's own thread.
        publish: takes each frame with its time; called in the attempt's thread.
        notify: called when something the watchdog waits for has happened.
    """

    def __init__(
        self,
        camera_id: CameraId,
        make: Callable[[], FrameSource],
        publish: Callable[[SourceFrame, float], None],
        notify: Callable[[], None],
    ) -> None:
        self.started_at = time.monotonic()
        self.opened = False
        self.recorded = False
        self.period = 0.0
        self.last_frame_at: float | None = None
        self.first_frame_at: float | None = None
        self.outcome: StateReason | None = None
        self.skipped = 0
        self.damaged = 0
        self.awaited = True  # the watchdog wants to hear of the next frame
        self._camera_id = camera_id
        self._make = make
        self._publish = publish
        self._notify = notify
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{camera_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def cancel(self) -> None:
        """Ask the thread to come back; no frame is handed on from now on but the one in hand."""
        self._cancelled.set()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; whether it has ended."""
        self._thread.join(max(0.0, timeout))
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_current_thread(self) -> bool:
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        outcome = StateReason.NO_FRAMES
        try:
            outcome = self._capture()
        except SourceError as error:
            outcome = error.reason
        except Exception as error:  # noqa: BLE001 - a camera must never take its thread down unseen
            # Only the type: messages of native libraries may hold the address.
            log.error("capture_failed", camera=self._camera_id, **without_message(error))  # noqa: TRY400
        finally:
            self.outcome = outcome
            self._notify()

    def _capture(self) -> StateReason:
        source = self._make()
        try:
            source.open()
            self.opened = True
            return self._read_all(source)
        finally:
            source.close()

    def _read_all(self, source: FrameSource) -> StateReason:
        recording = source if isinstance(source, RecordedSource) and not source.live else None
        pacer = None
        if recording is not None:
            self.recorded = True
            pacer = Pacer(recording.fps)
            self.period = pacer.period
        while not self._cancelled.is_set():
            if pacer is not None and recording is not None:
                self._catch_up(recording, pacer)
            item = source.read()
            at = time.monotonic()
            if recording is not None:
                self.damaged = recording.damaged
            if item is None:
                return StateReason.STREAM_ENDED
            if pacer is not None:
                # Decoded ahead and held until due: decoding time does not shake the rhythm.
                due = pacer.due(at)
                if due > at and self._cancelled.wait(due - at):
                    break
                at = due
            if self._cancelled.is_set():
                break
            self._hand_on(item, at)
        return StateReason.NONE

    def _catch_up(self, recording: RecordedSource, pacer: Pacer) -> None:
        for _ in range(pacer.behind(time.monotonic())):
            if not recording.skip():
                return
            pacer.left_out()
            self.skipped += 1

    def _hand_on(self, item: SourceFrame, at: float) -> None:
        now = time.monotonic()
        if self.first_frame_at is None:
            self.first_frame_at = now
        self.last_frame_at = now
        if self.awaited:
            self.awaited = False
            self._notify()
        self._publish(item, at)
