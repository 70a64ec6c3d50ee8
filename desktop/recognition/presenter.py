"""The picture's way to the window: scaled in the capture thread, held until masks are certain, masked, handed over.

Use (one presenter a camera, from RecognitionEngine.presenter(camera_id)):
    presenter.set_size(640, 360)         # GUI thread; device pixels of the tile. (0, 0): tile hidden, nothing is scaled
    picture = presenter.next_picture()   # GUI timer, every 10 ms; None: nothing new, keep what is painted
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop.capture.frame import Frame
from desktop.domain.decision import Band
from desktop.domain.ids import PersonId
from desktop.recognition.delay import Delay
from desktop.recognition.masks import BGRAImage, coarse, paint_masks
from desktop.recognition.picture import CoarseReason, OverlayMark, Picture, PresenterStats, fitted
from desktop.recognition.placing import Fix
from desktop.recognition.schedule import Rate
from desktop.recognition.settings import MaskStyle
from desktop.recognition.timeline import (
    LIMIT,
    AnalysisRecord,
    MarkState,
    PlacedMark,
    ShownIdentity,
    Timeline,
    TrackMark,
)
from desktop.recognition.trace import trace_back

__all__ = ["CoarseReason", "OverlayMark", "Picture", "Presenter", "PresenterStats"]

BACKLOG = 0.06  # seconds past LIMIT after which a waiting picture is skipped for the next
MOST_PICTURES = 32  # in the ring, whatever the camera's rate
NAME_KEPT = 0.35  # seconds for which the name of somebody who is shown stays where the face is not found any more


@dataclass(slots=True, eq=False)
class _Waiting:
    frame_at: float
    seq: int
    position: int | None
    pass_: int
    size: tuple[int, int]  # of the frame
    pixels: BGRAImage


class Presenter:
    """One camera's pictures. Thread-safe: `offer` in the capture thread, `add_analysis` and `set_identity` in worker
    threads, the rest in the GUI thread.

    Args:
        allowed: whether this person may be matched now; asked for every picture, so that a removal shows at once.
        style: how heads are hidden.
        clock: the capture clock, monotonic seconds.
    """

    def __init__(
        self,
        *,
        allowed: Callable[[PersonId], bool],
        style: MaskStyle = MaskStyle.OPAQUE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed = allowed
        self._style = style
        self._clock = clock
        self._lock = threading.Lock()
        self._tile = (0, 0)
        self._ring: deque[_Waiting] = deque()
        self._timeline = Timeline()
        self._delay = Delay()
        self._offered = self._shown = self._skipped = self._coarse = 0
        self._rate = Rate()

    # --- GUI thread ----------------------------------------------------------------------------------------------

    def set_size(self, width: int, height: int) -> None:
        """Tile size in device pixels; (0, 0) hides the tile: nothing is scaled or counted until it is shown again."""
        with self._lock:
            if self._tile == (width, height):
                return
            self._tile = (max(0, width), max(0, height))
            if 0 in self._tile:
                self._offered -= len(self._ring)
                self._ring.clear()

    def next_picture(self, now: float | None = None) -> Picture | None:
        """The next picture that is due, masked; None when nothing new is due."""
        now = self._clock() if now is None else now
        with self._lock:
            waiting = self._due(now)
            if waiting is None:
                return None
            starting = self._timeline.newest is None
            covered = self._timeline.covers(waiting.frame_at, waiting.size)
            placed = self._timeline.placed(waiting.frame_at) if covered else []
        reason = CoarseReason.NONE
        if not covered or any(mark.astray and not self._is_clear(mark) for mark in placed):
            reason = CoarseReason.STARTING if starting else CoarseReason.ANALYSIS_LATE
            placed = []
        with self._lock:
            self._coarse += reason is not CoarseReason.NONE
            self._shown += 1
            self._rate.tick(now)
        pixels = waiting.pixels
        if reason is not CoarseReason.NONE:
            coarse(pixels)
        sx, sy = pixels.shape[1] / waiting.size[0], pixels.shape[0] / waiting.size[1]
        marks = tuple(made for mark in placed if (made := self._overlay(mark, sx, sy, pixels.shape)) is not None)
        paint_masks(pixels, (box for mark in marks for box in mark.masks), self._style)
        return Picture(
            pixels=pixels,
            frame_at=waiting.frame_at,
            seq=waiting.seq,
            position=waiting.position,
            pass_=waiting.pass_,
            coarse=reason is not CoarseReason.NONE,
            coarse_reason=reason,
            marks=marks,
        )

    def stats(self) -> PresenterStats:
        with self._lock:
            return PresenterStats(
                offered=self._offered,
                shown=self._shown,
                skipped=self._skipped,
                coarse=self._coarse,
                delay_ms=self._delay.seconds * 1000,
                shown_fps=self._rate.per_second(self._clock()),
            )

    def reset_stats(self) -> None:
        with self._lock:
            self._offered = len(self._ring)
            self._shown = self._skipped = self._coarse = 0

    # --- capture thread ------------------------------------------------------------------------------------------

    def offer(self, frame: Frame) -> None:
        """Take a frame: scale it to the tile and keep it until it is due."""
        with self._lock:
            tile = self._tile
        if 0 in tile:
            return
        pixels = fitted(frame.image, tile)
        height, width = frame.image.shape[:2]
        waiting = _Waiting(frame.at, frame.seq, frame.position, frame.pass_, (width, height), pixels)
        with self._lock:
            if 0 in self._tile:
                return
            self._offered += 1
            self._ring.append(waiting)
            while len(self._ring) > MOST_PICTURES or self._ring[0].frame_at < frame.at - LIMIT - 3 * BACKLOG:
                self._ring.popleft()
                self._skipped += 1

    # --- worker threads ------------------------------------------------------------------------------------------

    def add_analysis(self, record: AnalysisRecord, latency: float, identities: Iterable[ShownIdentity] = ()) -> None:
        """Take the marks of an analysed frame, `latency` seconds after its capture, and what may be shown of them.

        Faces that are new are traced back through the waiting pictures first, so that none of these becomes certain
        before its masks are known.
        """
        with self._lock:
            fresh = self._timeline.unknown(record)
            pictures = self._pictures_until(record.at) if fresh else []
        traces = [(mark.track_id, _trace(mark, record, pictures)) for mark in fresh]
        with self._lock:
            self._timeline.add(record)
            for track_id, fixes in traces:
                self._timeline.add_trace(track_id, fixes)
            for identity in identities:
                self._timeline.set_identity(identity)
            if record.full:
                self._delay.note(record.at, latency)

    def set_identities(self, identities: Iterable[ShownIdentity]) -> None:
        """What may be shown of tracks, from the next picture on."""
        with self._lock:
            for identity in identities:
                self._timeline.set_identity(identity)

    def clear(self) -> None:
        """Forget pictures and marks: the camera was pointed elsewhere or removed."""
        with self._lock:
            self._offered -= len(self._ring)
            self._ring.clear()
            self._timeline = Timeline()

    # --- inside --------------------------------------------------------------------------------------------------

    def _due(self, now: float) -> _Waiting | None:
        """Take the picture to show now off the ring. Holds the lock."""
        delay = self._delay.seconds
        ring = self._ring
        while len(ring) > 1 and now - ring[1].frame_at > LIMIT + BACKLOG:
            ring.popleft()
            self._skipped += 1
        if not ring or now < ring[0].frame_at + delay:
            return None
        if now < ring[0].frame_at + LIMIT and not self._timeline.covers(ring[0].frame_at, ring[0].size):
            return None
        return ring.popleft()

    def _is_clear(self, mark: PlacedMark) -> bool:
        """Whether the head may be shown: matched, at that time, and of somebody who may be matched now."""
        person = mark.verdict.person_id
        return mark.may_be_clear and mark.verdict.band is Band.MATCH and person is not None and self._allowed(person)

    def _overlay(self, mark: PlacedMark, sx: float, sy: float, shape: tuple[int, ...]) -> OverlayMark | None:
        """None where nothing is to be drawn: outside the picture, or a name whose face was not seen for a while."""
        verdict = mark.verdict
        known = verdict.person_id is not None and self._allowed(verdict.person_id)
        clear = self._is_clear(mark)
        box = mark.face.scaled(sx, sy)
        masks = () if clear else tuple(mask.scaled(sx, sy) for mask in mark.masks)
        if not any(part.clipped(shape[1], shape[0]).area > 0 for part in (box, *masks)):
            return None
        if clear and mark.state is MarkState.HELD and mark.unseen > NAME_KEPT:
            return None
        return OverlayMark(
            track_id=mark.track_id,
            box=box,
            masks=masks,
            band=verdict.band if known else Band.UNKNOWN,
            person_id=verdict.person_id if known else None,
            score=verdict.score,
            threshold=verdict.threshold,
            held=mark.state is MarkState.HELD,
        )

    def _pictures_until(self, at: float) -> list[_Waiting]:
        """The waiting pictures up to the one of time `at`, newest first; empty if that one is not there."""
        pictures = [waiting for waiting in reversed(self._ring) if waiting.frame_at <= at]
        return pictures if pictures and pictures[0].frame_at == at else []


def _trace(mark: TrackMark, record: AnalysisRecord, pictures: list[_Waiting]) -> list[Fix]:
    """Where the face of `mark` was in the waiting pictures, newest first, in the frame's pixels."""
    if len(pictures) < 2:
        return []
    shape = pictures[0].pixels.shape
    same = [(item.frame_at, item.pixels) for item in pictures if item.pixels.shape == shape]
    sx, sy = shape[1] / record.size[0], shape[0] / record.size[1]
    fixes = trace_back(same, (record.at, mark.box.scaled(sx, sy)))
    return [(at, box.scaled(1 / sx, 1 / sy)) for at, box in fixes]
