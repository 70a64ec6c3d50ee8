"""Keeps one camera running: captures, watches the clock, reconnects, and says what state the camera is in."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from desktop.capture.attempt import Attempt
from desktop.capture.frame import Frame
from desktop.capture.mailbox import Mailbox
from desktop.capture.policy import RetryPolicy
from desktop.capture.source import FrameSource, SourceFrame, make_source
from desktop.capture.stats import CaptureCounter, CaptureStats
from desktop.domain.cameras import CameraState, CameraStatus, SourceKind, SourceSpec, StateReason
from desktop.domain.faults import without_message
from desktop.domain.ids import CameraId

__all__ = ["CameraReader", "CaptureStats", "RetryPolicy"]

log = structlog.get_logger("desktop.capture")


class CameraReader:
    """Two threads a camera: one captures, one watches the wall clock and makes a new capture for each try.

    Args:
        camera_id: stands in the log and the status.
        spec: where the picture comes from.
        mailbox: takes the newest frame for analysis.
        tap: called in the capture thread with each frame, before the mailbox has it (display path). May take a few
            milliseconds; if it raises, the error is logged and counted and capture goes on.
        on_status: called in the watchdog thread with each change of state, in order. Must be quick.
        source_factory: makes a fresh source for each try.
        policy: all waiting times.
    """

    def __init__(
        self,
        camera_id: CameraId,
        spec: SourceSpec,
        *,
        mailbox: Mailbox[Frame],
        tap: Callable[[Frame], None] | None,
        on_status: Callable[[CameraId, CameraStatus], None],
        source_factory: Callable[[SourceSpec], FrameSource] = make_source,
        policy: RetryPolicy | None = None,
    ) -> None:
        self.camera_id = camera_id
        self.spec = spec
        self.mailbox = mailbox
        self._tap = tap
        self._on_status = on_status
        self._source_factory = source_factory
        self._policy = policy or RetryPolicy()
        self._status = CameraStatus(CameraState.STOPPED)
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._stop_by = 0.0
        self._watchdog: threading.Thread | None = None
        self._attempt: Attempt | None = None
        self._stuck: list[Attempt] = []
        self._counter = CaptureCounter()

    # --- for the owner -------------------------------------------------------------------------------------------

    @property
    def status(self) -> CameraStatus:
        return self._status

    def start(self) -> None:
        """Begin capturing; returns at once. A stopped reader may be started again."""
        if self._watchdog is not None and self._watchdog.is_alive():
            raise RuntimeError("the reader is already running")
        self._stopping.clear()
        self._status = CameraStatus(CameraState.CONNECTING, StateReason.STARTING, since=time.monotonic())
        self._watchdog = threading.Thread(target=self._supervise, name=f"watchdog-{self.camera_id}", daemon=True)
        self._watchdog.start()

    def request_stop(self, timeout: float = 2.0) -> None:
        """Ask both threads to end and return at once, so that several cameras stop side by side."""
        with self._changed:
            if not self._stopping.is_set():
                self._stopping.set()
                self._stop_by = time.monotonic() + timeout
            if self._attempt is not None:
                self._attempt.cancel()
            self._changed.notify_all()

    def stop(self, timeout: float = 2.0) -> bool:
        """Stop and wait at most `timeout` seconds for the capture thread.

        Returns False if that is stuck in a native read; it is left behind, hands on nothing more, and ends when
        the read returns.
        """
        self.request_stop(timeout)
        watchdog, attempt = self._watchdog, self._attempt
        current = threading.current_thread()
        if watchdog is None or current is watchdog or (attempt is not None and attempt.is_current_thread):
            return False  # called from a callback: cannot wait for itself
        watchdog.join(timeout + 1.0)
        return not watchdog.is_alive() and not any(left.alive for left in self._stuck)

    def stats(self) -> CaptureStats:
        attempt = self._attempt
        return self._counter.stats(
            overwritten=self.mailbox.overwritten,
            skipped=attempt.skipped if attempt else 0,
            damaged=attempt.damaged if attempt else 0,
        )

    # --- capture thread ------------------------------------------------------------------------------------------

    def _publish(self, item: SourceFrame, at: float) -> None:
        item.image.flags.writeable = False
        seq = self._counter.captured(at)
        frame = Frame(image=item.image, at=at, seq=seq, position=item.position, pass_=item.pass_)
        if self._tap is not None:
            try:
                self._tap(frame)
            except Exception as error:  # noqa: BLE001 - the display's fault must not blind the camera
                self._note_tap_error(error)
        self.mailbox.put(frame)

    def _note_tap_error(self, error: Exception) -> None:
        count = self._counter.tap_error()
        if count & (count - 1) == 0:  # the 1st, 2nd, 4th, 8th ...: seen, but not 25 lines a second
            log.error("tap_failed", camera=self.camera_id, count=count, **without_message(error))

    # --- watchdog thread -----------------------------------------------------------------------------------------

    def _supervise(self) -> None:
        failures = 0
        reason = StateReason.STARTING
        while not self._stopping.is_set():
            if self._stuck_now() >= self._policy.most_abandoned:
                self._wait_until(time.monotonic() + self._policy.backoff_first)
                continue
            self._set(CameraState.CONNECTING, reason, attempt=failures)
            attempt = self._begin()
            reason = self._watch(attempt)
            self._retire(attempt)
            if self._stopping.is_set():
                break
            if reason is StateReason.STREAM_ENDED and attempt.recorded:
                self._set(CameraState.ENDED, reason)
                self._wait_until(None)
                break
            failures = 1 if self._had_settled(attempt) else failures + 1
            retry_at = time.monotonic() + self._policy.delay(reason, failures)
            self._set(self._policy.state_after(reason), reason, attempt=failures, retry_at=retry_at)
            self._wait_until(retry_at)
        self._set(CameraState.STOPPED)

    def _begin(self) -> Attempt:
        attempt = Attempt(self.camera_id, lambda: self._source_factory(self.spec), self._publish, self._notify)
        self._counter.connect()
        with self._changed:
            self._attempt = attempt
            if self._stopping.is_set():
                attempt.cancel()
        attempt.start()
        return attempt

    def _watch(self, attempt: Attempt) -> StateReason:
        """Follow one try until it is over; returns why."""
        policy = self._policy
        state = CameraState.CONNECTING
        while not self._stopping.is_set() and attempt.outcome is None:
            now = time.monotonic()
            last = attempt.last_frame_at
            stall_after = max(policy.stall_after, 3 * attempt.period)
            if last is None:
                deadline = attempt.started_at + policy.connect_timeout
                if now >= deadline:
                    return self._silent_reason(attempt)
            elif now - last < stall_after:
                deadline = last + stall_after
                if state is not CameraState.LIVE:
                    state = CameraState.LIVE
                    self._set(state)
            else:
                deadline = last + stall_after + policy.reopen_after
                if now >= deadline:
                    return StateReason.NO_FRAMES
                if state is not CameraState.STALLED:
                    state = CameraState.STALLED
                    attempt.awaited = True
                    self._set(state, StateReason.NO_FRAMES)
                    continue  # a frame may have come just before it was awaited
            self._wait_until(deadline, attempt, for_frame=state is not CameraState.LIVE)
        if state is CameraState.CONNECTING and attempt.first_frame_at is not None:
            self._set(CameraState.LIVE)  # over before the watchdog woke up
        return attempt.outcome or StateReason.NONE

    def _silent_reason(self, attempt: Attempt) -> StateReason:
        if not attempt.opened and self.spec.kind is SourceKind.RTSP:
            return StateReason.UNREACHABLE
        return StateReason.NO_FRAMES

    def _retire(self, attempt: Attempt) -> None:
        """Let go of a finished, silent or cancelled try; count it as abandoned if its thread does not come back."""
        attempt.cancel()
        grace = self._policy.close_grace
        if self._stopping.is_set():
            grace = max(0.0, self._stop_by - time.monotonic())
        ended = attempt.join(grace)
        self._attempt = None
        self._counter.retired(skipped=attempt.skipped, damaged=attempt.damaged, abandoned=not ended)
        self._stuck = [left for left in self._stuck if left.alive]
        if not ended:
            self._stuck.append(attempt)
            log.warning("capture_thread_abandoned", camera=self.camera_id, stuck=len(self._stuck))

    def _stuck_now(self) -> int:
        return sum(left.alive for left in self._stuck)

    def _had_settled(self, attempt: Attempt) -> bool:
        first, last = attempt.first_frame_at, attempt.last_frame_at
        return first is not None and last is not None and last - first >= self._policy.settle_after

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _wait_until(self, deadline: float | None, attempt: Attempt | None = None, *, for_frame: bool = False) -> None:
        """Sleep until `deadline`, a stop, the end of `attempt` or, on request, the frame it is awaited for."""
        with self._changed:
            while not self._stopping.is_set():
                if attempt is not None and (attempt.outcome is not None or (for_frame and not attempt.awaited)):
                    return
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return
                self._changed.wait(left)

    def _set(
        self,
        state: CameraState,
        reason: StateReason = StateReason.NONE,
        attempt: int = 0,
        retry_at: float | None = None,
    ) -> None:
        status = CameraStatus(state, reason, since=time.monotonic(), attempt=attempt, retry_at=retry_at)
        self._status = status
        log.info("camera_state", camera=self.camera_id, state=state.value, reason=reason.value, attempt=attempt)
        try:
            self._on_status(self.camera_id, status)
        except Exception as error:  # noqa: BLE001 - a listener's fault must not stop the watchdog
            log.error("status_listener_failed", camera=self.camera_id, **without_message(error))  # noqa: TRY400
