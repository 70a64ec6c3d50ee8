"""Where the heads of one camera are at any moment between two analyses, and who may be shown.

Pictures are shown later than they are analysed, so for a picture's time the timeline usually knows an analysis before
and one or two after it. A face first found afterwards is traced back to the picture; a face that is no longer found
is kept for a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from desktop.domain.decision import Verdict
from desktop.domain.geometry import Box
from desktop.domain.ids import TrackId
from desktop.recognition.placing import Fix, Placement, between, beyond, held_slack, mask_of

NEVER = float("-inf")
LIMIT = 0.4  # seconds: a picture that no analysis covers within this time is never shown clear
TRACE_BACK = 0.45  # seconds before its first detection for which a face is masked: as deep as pictures are kept
HOLD = 1.0  # seconds a face stays masked after it was last measured
HOLD_WEAK = 0.3  # the same for one that never had a good score
KEEP = 2.5  # seconds of analyses that are remembered
RECENT = 0.35  # seconds around a moment whose largest face size counts


class MarkState(StrEnum):
    SEEN = "seen"  # detected with a good score
    WEAK = "weak"  # detected with a low score
    FOLLOWED = "followed"  # not detected; found again by its look
    HELD = "held"  # not found; kept where it is thought to be


@dataclass(frozen=True, slots=True)
class TrackMark:
    """A track in one analysed frame: `box` is the face box in that frame's pixels, `score` 0 to 1 (0: not detected)."""

    track_id: TrackId
    box: Box
    score: float
    state: MarkState = MarkState.SEEN


@dataclass(frozen=True, slots=True)
class AnalysisRecord:
    """All marks of one analysed frame. `at` is the capture time (monotonic s), `size` (width, height) in pixels.

    `restart`: the scene has nothing to do with the one before (a looped file began anew): earlier tracks end here.
    `full`: it was searched for every face that must be masked; pictures are certain only up to such a frame.
    """

    at: float
    size: tuple[int, int]
    marks: tuple[TrackMark, ...]
    restart: bool = False
    full: bool = True


@dataclass(frozen=True, slots=True)
class ShownIdentity:
    """What may be shown of a track.

    Attributes:
        verdict: holds for pictures taken after `doubt_at`; until then the track may have been somebody else.
        clear_from: pictures taken from then on may show it unmasked; None: none may.
        version: rises with every change of the track; of two the higher one holds, in whatever order they arrive.
    """

    track_id: TrackId
    verdict: Verdict
    clear_from: float | None = None
    doubt_at: float = NEVER
    version: int = 0


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A track at a picture's time, in frame pixels: the face and the boxes that together hide the head for certain.

    `may_be_clear` only says that the time allows it: the presenter asks whether the verdict and the person do.
    `unseen`: seconds since it was last measured.
    """

    track_id: TrackId
    face: Box
    masks: tuple[Box, ...]
    state: MarkState
    verdict: Verdict
    may_be_clear: bool
    unseen: float


@dataclass(slots=True)
class _Path:
    """One track's marks, oldest first; `fixes` are the measured places, those traced back included."""

    identity: ShownIdentity
    since: float
    before_doubt: list[tuple[ShownIdentity, float]] = field(default_factory=list)  # what held, and until when
    marks: list[tuple[float, TrackMark]] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    seen: bool = False  # ever detected with a good score
    ended: float | None = None

    def add(self, at: float, mark: TrackMark) -> None:
        self.marks.append((at, mark))
        if mark.state is not MarkState.HELD:
            self.fixes.append((at, mark.box))
        self.seen = self.seen or mark.state is MarkState.SEEN

    def identify(self, identity: ShownIdentity) -> None:
        """Take over a newer identity. After a doubt, what was known keeps its worth for the pictures before: up to the
        last analysis in which nothing was in doubt."""
        old = self.identity
        if identity.version < old.version:
            return
        if identity.doubt_at > old.doubt_at and old.verdict.person_id is not None:
            until = max((at for at, _ in self.marks if at < identity.doubt_at), default=NEVER)
            self.before_doubt = [*self.before_doubt, (old, until)][-8:]
        self.identity = identity

    def identity_at(self, at: float) -> ShownIdentity | None:
        """What held at `at`; None in times of doubt."""
        if at > self.identity.doubt_at:
            return self.identity
        return next((old for old, until in self.before_doubt if old.doubt_at < at <= until), None)

    @property
    def hold(self) -> float:
        return HOLD if self.seen else HOLD_WEAK

    def forget_before(self, at: float) -> None:
        self.marks = [entry for entry in self.marks if entry[0] >= at]
        # one older fix stays: from it the next one is reached by interpolation
        first = next((i for i, fix in enumerate(self.fixes) if fix[0] >= at), len(self.fixes))
        self.fixes = self.fixes[max(0, first - 1) :]

    def places(self, at: float, width: float) -> list[Placement]:
        """All places where the head may be at `at`; empty where the track is over or had not begun."""
        if not self.fixes:
            return []
        index = bisect_left(self.fixes, at, key=lambda fix: fix[0])
        if index == 0:
            if self.fixes[0][0] - at > TRACE_BACK:
                return []
            return [self._sized(beyond(self.fixes, at, width), at)]
        if index < len(self.fixes):
            chord = between(self.fixes[index - 1], self.fixes[index], at, width)
            return [self._sized(chord, at), *self._kept(at, self.fixes[index - 1][0])]
        if self.ended is not None and at >= self.ended:
            return []
        return self._after(at, width)

    def _after(self, at: float, width: float) -> list[Placement]:
        last_at = self.fixes[-1][0]
        kept = self._kept(at, last_at)
        if kept:
            return kept
        until = max(last_at + self.hold, self.marks[-1][0] if self.marks else 0.0)
        if at > until:
            return []
        back = self.fixes[::-1]
        reach = beyond(back, min(at, last_at + 0.3), width)  # nobody keeps a speed for long
        limit = held_slack(reach.face, at - last_at)
        return [self._sized(Placement(reach.face, max(limit, min(reach.slack, 2 * limit))), at)]

    def _kept(self, at: float, measured_at: float) -> list[Placement]:
        """Where the tracker kept the head between fixes, if it was asked to around `at`."""
        index = bisect_left(self.marks, at, key=lambda entry: entry[0])
        around = self.marks[max(0, index - 1) : index + 1]
        if not any(mark.state is MarkState.HELD for _, mark in around):
            return []
        if len(around) == 2:
            (t1, one), (t2, two) = around
            face = one.box.blended(two.box, (at - t1) / (t2 - t1)) if t2 > t1 else two.box
        elif at <= around[0][0]:
            face = around[0][1].box
        else:
            return []
        return [self._sized(Placement(face, held_slack(face, at - measured_at)), at)]

    def _sized(self, placement: Placement, at: float) -> Placement:
        """Never much smaller than the face was just before or just after: detectors clip a face that turns."""
        face = placement.face
        near = [box for t, box in self.fixes if abs(t - at) <= RECENT]
        w = max([face.w, *(0.9 * box.w for box in near)])
        h = max([face.h, *(0.9 * box.h for box in near)])
        if w == face.w and h == face.h:
            return placement
        return Placement(Box(face.x - (w - face.w) / 2, face.y - (h - face.h) / 2, w, h), placement.slack)

    def unseen(self, at: float) -> float:
        """Seconds between `at` and the newest measured place before it; 0 before the first."""
        index = bisect_left(self.fixes, at, key=lambda fix: fix[0])
        if index < len(self.fixes) and self.fixes[index][0] == at:
            return 0.0
        return at - self.fixes[index - 1][0] if index else 0.0

    def state(self, at: float) -> MarkState:
        """How the head was known at the analysis nearest to `at`."""
        if not self.marks:
            return MarkState.HELD
        nearest = min(self.marks, key=lambda entry: abs(entry[0] - at))
        return nearest[1].state if abs(nearest[0] - at) <= LIMIT else MarkState.HELD


class Timeline:
    """Marks and identities of one camera. Not locked: the presenter owns one and guards it."""

    def __init__(self) -> None:
        self._records: deque[AnalysisRecord] = deque()
        self._full: deque[float] = deque()  # times of the full records
        self._paths: dict[TrackId, _Path] = {}

    @property
    def newest(self) -> AnalysisRecord | None:
        return self._records[-1] if self._records else None

    def unknown(self, record: AnalysisRecord) -> list[TrackMark]:
        """The marks of tracks that no record before this one had."""
        return [mark for mark in record.marks if (path := self._paths.get(mark.track_id)) is None or not path.marks]

    def add(self, record: AnalysisRecord) -> None:
        """Take a record; times must rise, an older one is ignored."""
        newest = self.newest
        if newest is not None and record.at <= newest.at:
            return
        if record.restart or (newest is not None and newest.size != record.size):
            for old in self._paths.values():
                old.ended = record.at if old.ended is None else old.ended
        self._records.append(record)
        if record.full:
            self._full.append(record.at)
        for mark in record.marks:
            path = self._paths.get(mark.track_id)
            if path is None:
                path = self._paths[mark.track_id] = _Path(ShownIdentity(mark.track_id, Verdict()), record.at)
            path.add(record.at, mark)
        self._forget(record.at - KEEP)

    def add_trace(self, track_id: TrackId, fixes: Iterable[Fix]) -> None:
        """Places of a track before its first detection, found in the pictures that wait; any order."""
        path = self._paths.get(track_id)
        if path is None or not path.fixes:
            return
        first = path.fixes[0][0]
        path.fixes[:0] = sorted((fix for fix in fixes if fix[0] < first), key=lambda fix: fix[0])

    def set_identity(self, identity: ShownIdentity) -> None:
        """Holds for every picture not yet asked for, until a later version for this track."""
        path = self._paths.get(identity.track_id)
        if path is None:
            newest = self.newest
            self._paths[identity.track_id] = _Path(identity, newest.at if newest else 0.0)
        else:
            path.identify(identity)

    def covers(self, at: float) -> bool:
        """Whether a picture taken at `at` can be masked with certainty: a full analysis at or soon after it exists."""
        index = bisect_left(self._full, at)
        return index < len(self._full) and self._full[index] - at <= LIMIT

    def placed(self, at: float) -> list[PlacedMark]:
        """Every head that is or may be in the picture taken at `at`."""
        size = self._size(at)
        marks = []
        for track_id, path in self._paths.items():
            places = path.places(at, size[0])
            if not places:
                continue
            identity = path.identity_at(at)
            marks.append(
                PlacedMark(
                    track_id=track_id,
                    face=places[0].face,
                    masks=tuple(mask_of(place, size) for place in places),
                    state=path.state(at),
                    verdict=Verdict() if identity is None else identity.verdict,
                    may_be_clear=identity is not None and identity.clear_from is not None and at >= identity.clear_from,
                    unseen=path.unseen(at),
                )
            )
        return marks

    def _size(self, at: float) -> tuple[int, int]:
        index = bisect_left(self._records, at, key=lambda record: record.at)
        if index < len(self._records):
            return self._records[index].size
        return self._records[-1].size if self._records else (1, 1)

    def _forget(self, before: float) -> None:
        while self._records and self._records[0].at < before:
            self._records.popleft()
        while self._full and self._full[0] < before:
            self._full.popleft()
        for track_id, path in list(self._paths.items()):
            path.forget_before(before)
            if not path.marks and path.since < before:
                del self._paths[track_id]
