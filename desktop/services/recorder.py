"""From the engine's track events to sightings in the vault: one sighting a track, written when the track has ended.

Of a stranger only time and place are written; a possible match that nobody confirmed is a stranger here. When the
vault cannot be written (disk full), sightings wait in memory, the health list says so, and writing is tried again.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from desktop.domain.decision import Band
from desktop.domain.errors import ConsentryError
from desktop.domain.ids import CameraId, PersonId, SightingId, TrackId, random_id
from desktop.domain.sightings import Sighting
from desktop.recognition.events import TrackEvent, TrackEventKind
from desktop.services.health import Health, ProblemKind
from desktop.services.hub import Hub, SightingsAdded

log = structlog.get_logger("desktop.services")

QUEUE_LIMIT = 20_000  # events; the engine makes a few a second and camera
WAITING_LIMIT = 10_000  # sightings in memory while the vault cannot be written: hours of a busy desk
BATCH = 200  # sightings a transaction
BATCH_WAIT = 0.5  # s between an ended track and its write, so that several share a transaction
RETRY = 5.0  # s between tries while the vault cannot be written


class SightingRecorder:
    """Runs a thread of its own between `start` and `close`. `take` and `end_tracks` return at once.

    Args:
        write: stores a batch in one transaction; raises ConsentryError.
        matchable: whether a person may (still) be named; asked when the sighting is made.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Sighting]], object],
        matchable: Callable[[PersonId], bool],
        health: Health,
        hub: Hub,
        *,
        retry: float = RETRY,
        waiting_limit: int = WAITING_LIMIT,
    ) -> None:
        self._write = write
        self._matchable = matchable
        self._health = health
        self._hub = hub
        self._retry = retry
        self._changed = threading.Condition()
        self._events: deque[TrackEvent] = deque()
        self._open: dict[tuple[CameraId, TrackId], TrackEvent] = {}
        self._waiting: deque[Sighting] = deque(maxlen=waiting_limit)
        self._lost = 0
        self._failed = False
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="sighting-recorder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the open tracks, write what waits (one try) and join the thread."""
        self.end_tracks()
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def take(self, event: TrackEvent) -> None:
        """Called in the engine's threads."""
        with self._changed:
            if len(self._events) >= QUEUE_LIMIT:
                self._lost += 1
            else:
                self._events.append(event)
            self._changed.notify()

    def end_tracks(self, camera_id: CameraId | None = None) -> None:
        """The tracks of one camera, or of all, are over without the engine having said so: it was stopped."""
        now = time.monotonic()
        with self._changed:
            self._digest_events()
            for key, event in list(self._open.items()):
                if camera_id is None or event.camera_id == camera_id:
                    del self._open[key]
                    self._add(event, min(now, event.at_mono))
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """Sightings that have not reached the vault yet."""
        with self._changed:
            return len(self._waiting)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(self._has_work, timeout=None)
                closing = self._closing
                self._digest_events()
                due = bool(self._waiting) or self._lost > 0
            if not due and not closing:
                continue
            if not closing:
                self._pause(self._retry if self._failed else BATCH_WAIT)
            self._flush()
            if closing:
                return

    def _has_work(self) -> bool:
        return self._closing or bool(self._events) or bool(self._waiting)

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing, timeout=seconds)
            self._digest_events()

    def _digest_events(self) -> None:
        """Under the lock: fold the new events into open tracks and ended ones into sightings."""
        while self._events:
            event = self._events.popleft()
            key = (event.camera_id, event.track_id)
            if event.kind is TrackEventKind.ENDED:
                self._open.pop(key, None)
                self._add(event, event.at_mono)
            else:
                self._open[key] = event

    def _add(self, event: TrackEvent, ended_mono: float) -> None:
        if len(self._waiting) == self._waiting.maxlen:
            self._lost += 1  # the oldest one makes room
        self._waiting.append(self._sighting(event, ended_mono))

    def _sighting(self, event: TrackEvent, ended_mono: float) -> Sighting:
        wall, mono = datetime.now(UTC), time.monotonic()
        verdict = event.verdict
        named = verdict.band is Band.MATCH and verdict.person_id is not None and self._matchable(verdict.person_id)
        return Sighting(
            id=SightingId(random_id()),
            camera_id=event.camera_id,
            band=Band.MATCH if named else Band.UNKNOWN,
            started_at=wall - timedelta(seconds=mono - event.started_mono),
            ended_at=wall - timedelta(seconds=mono - ended_mono),
            person_id=verdict.person_id if named else None,
            score=verdict.score if named else None,
            threshold=verdict.threshold if named else None,
        )

    def _current(self, sighting: Sighting) -> Sighting:
        """The sighting without its person if that person withdrew or was removed while it waited."""
        if sighting.person_id is None or self._matchable(sighting.person_id):
            return sighting
        return replace(sighting, band=Band.UNKNOWN, person_id=None, score=None, threshold=None)

    def _flush(self) -> None:
        """Write what waits, a batch at a time, until it is written or a write fails."""
        while True:
            with self._changed:
                batch = [self._current(self._waiting[i]) for i in range(min(BATCH, len(self._waiting)))]
                lost = self._lost
            if lost:
                self._health.report(ProblemKind.SIGHTINGS_LOST, count=lost)
            if not batch:
                return
            try:
                self._write(batch)
            except (ConsentryError, OSError) as error:
                self._cannot_write(error)
                return
            except Exception:
                # A fault of the program, not of the disk: writing the same batch again would fail for ever.
                log.exception("sightings_refused", count=len(batch))
                self._write_singly(batch)
            self._written(batch)

    def _write_singly(self, batch: Sequence[Sighting]) -> None:
        """Save what can be saved of a batch that as a whole cannot be written; the rest counts as lost."""
        lost = 0
        for sighting in batch:
            try:
                self._write([sighting])
            except Exception:
                log.exception("sighting_refused", camera=sighting.camera_id)
                lost += 1
        with self._changed:
            self._lost += lost

    def _cannot_write(self, error: Exception) -> None:
        with self._changed:
            count = len(self._waiting)
        if not self._failed:
            log.warning("sightings_not_written", error=type(error).__name__, waiting=count)
        self._failed = True
        self._health.report(ProblemKind.SIGHTINGS_WAITING, count=count)

    def _written(self, batch: Sequence[Sighting]) -> None:
        done = {sighting.id for sighting in batch}
        with self._changed:
            while self._waiting and self._waiting[0].id in done:
                self._waiting.popleft()
        if self._failed:
            self._failed = False
            self._health.clear(ProblemKind.SIGHTINGS_WAITING)
        self._hub.publish(SightingsAdded(len(batch)))
