"""One track's way through time: where its head may be at any moment, and what held of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.domain.geometry import Box
from desktop.recognition.lateness import lateness
from desktop.recognition.marks import NEVER, MarkState, ShownIdentity, TrackMark
from desktop.recognition.masks import head_box
from desktop.recognition.placing import Fix, Placement, Size, between, beyond, held_slack, look_slack

TRACE_BACK = 0.45  # seconds before its first detection for which a face is masked: as deep as pictures are kept
HOLD = 1.0  # seconds a face stays masked after it was last measured
HOLD_WEAK = 0.3  # the same for one that never had a good score
RECENT = 0.35  # seconds around a moment whose largest face size counts
STEADY = 0.3  # seconds for which a head that is not seen any more is thought to keep its speed
LEAVING = 0.5  # face widths per second outwards from which a head at the border counts as leaving
NEAREST = 0.4  # seconds from an analysis within which its state is the state of a picture


@dataclass(slots=True)
class TrackPath:
    """One track's marks, oldest first; `fixes` are the measured places, those traced back included, `detected` those
    where the detector found it."""

    identity: ShownIdentity
    since: float
    before_doubt: list[tuple[ShownIdentity, float]] = field(default_factory=list)  # what held, and until when
    marks: list[tuple[float, TrackMark]] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    detected: list[Fix] = field(default_factory=list)
    seen: bool = False  # ever detected with a good score
    ended: float | None = None

    def add(self, at: float, mark: TrackMark) -> None:
        self.marks.append((at, mark))
        if mark.state is not MarkState.HELD:
            self.fixes.append((at, mark.box))
        if mark.state in (MarkState.SEEN, MarkState.WEAK):
            self.detected.append((at, mark.box))
        self.seen = self.seen or mark.state is MarkState.SEEN

    def identify(self, identity: ShownIdentity) -> None:
        """Take over a newer identity. After a doubt, what was known keeps its worth for the pictures before: up to the
        last detection that was not in doubt."""
        old = self.identity
        if identity.version < old.version:
            return
        if identity.doubt_at > old.doubt_at and old.verdict.person_id is not None:
            until = max((at for at, _ in self.detected if at < identity.doubt_at), default=NEVER)
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
        if self.marks and self.marks[0][0] < at:
            self.marks = [entry for entry in self.marks if entry[0] >= at]
        self.fixes = _since(self.fixes, at)
        self.detected = _since(self.detected, at)

    def places(self, at: float, size: Size, analyses: Sequence[float]) -> list[Placement]:
        """All places where the head may be at `at`, that of its face first; empty where the track is over or had not
        begun. `size` is the picture's in px, `analyses` the times of all analyses known."""
        faces = self._faces(at, size, analyses)
        return faces + self._behind(faces[0], at) if faces else faces

    def _behind(self, place: Placement, at: float) -> list[Placement]:
        """Where the head is behind a face turned to the side, by the analyses around `at`."""
        index = bisect_left(self.marks, at, key=_time)
        x, y = place.face.centre
        behind = []
        for _, mark in self.marks[max(0, index - 1) : index + 1]:
            if mark.head is not None:
                mark_x, mark_y = mark.box.centre
                behind.append(Placement(mark.head.moved(x - mark_x, y - mark_y), place.slack))
        return behind

    def _faces(self, at: float, size: Size, analyses: Sequence[float]) -> list[Placement]:
        if not self.fixes:
            return []
        index = bisect_left(self.fixes, at, key=_time)
        if index == 0:
            if self.fixes[0][0] - at > TRACE_BACK:
                return []
            return [self._sized(beyond(self.fixes, at, size[0]), at)]
        if index < len(self.fixes):
            chord = between(self.fixes[index - 1], self.fixes[index], at, size[0])
            kept = self._kept(at, self.fixes[index - 1], size, analyses)
            chord = Placement(chord.face, chord.slack + self._by_look(at))
            return [self._sized(chord, at), *kept, *self._onward(at, size)]
        if self.ended is not None and at >= self.ended:
            return []
        return self._after(at, size, analyses)

    def _by_look(self, at: float) -> float:
        """Slack, px, where one of the analyses around `at` knew the head by its look only."""
        index = bisect_left(self.marks, at, key=_time)
        around = self.marks[max(0, index - 1) : index + 1]
        if not any(mark.state is MarkState.FOLLOWED for _, mark in around):
            return 0.0
        return look_slack(around[0][1].box, around[-1][0] - around[0][0])

    def _after(self, at: float, size: Size, analyses: Sequence[float]) -> list[Placement]:
        last_at = self.fixes[-1][0]
        kept = self._kept(at, self.fixes[-1], size, analyses)
        if kept:
            return [*kept, *self._onward(at, size)]
        until = max(last_at + self.hold, self.marks[-1][0] if self.marks else 0.0)
        if at > until:
            return []
        back = self.fixes[::-1]
        reach = beyond(back, min(at, last_at + STEADY), size[0])
        limit = held_slack(back[0], reach.face, at, size, analyses)
        return [self._sized(Placement(reach.face, max(limit, min(reach.slack, 2 * limit))), at)]

    def _onward(self, at: float, size: Size) -> list[Placement]:
        """Where the head has got to if it moved on as it last did, while it is not detected: it may have gone behind
        somebody and come out on the other side, whatever the tracker took for it meanwhile."""
        index = bisect_left(self.detected, at, key=_time)
        here = index < len(self.detected) and self.detected[index][0] == at
        if here or index < 2 or at - self.detected[index - 1][0] > self.hold:
            return []
        later = bisect_left(self.marks, at, key=_time)
        if later < len(self.marks) and self.marks[later][1].state in (MarkState.SEEN, MarkState.WEAK):
            return []  # between two detections that follow each other, or just before it is found again
        back = self.detected[index - 1 :: -1]
        face = beyond(back, at, size[0]).face
        return [self._sized(Placement(face, held_slack(back[0], face, at, size)), at)]

    def _kept(self, at: float, measured: Fix, size: Size, analyses: Sequence[float]) -> list[Placement]:
        """Where the tracker kept the head between fixes, if it was asked to around `at`."""
        index = bisect_left(self.marks, at, key=_time)
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
        return [self._sized(Placement(face, held_slack(measured, face, at, size, analyses)), at)]

    def _sized(self, placement: Placement, at: float) -> Placement:
        """Never much smaller than the face was just before or just after: detectors clip a face that turns."""
        face = placement.face
        first = bisect_left(self.fixes, at - RECENT, key=_time)
        near = [box for t, box in self.fixes[first:] if t <= at + RECENT]
        w = max([face.w, *(0.9 * box.w for box in near)])
        h = max([face.h, *(0.9 * box.h for box in near)])
        if w == face.w and h == face.h:
            return placement
        return Placement(Box(face.x - (w - face.w) / 2, face.y - (h - face.h) / 2, w, h), placement.slack)

    def leaves(self, at: float, face: Box, size: tuple[int, int]) -> bool:
        """Whether the head at `face` reaches over the left or right border and moves on outwards: somebody else may
        come in behind it unseen."""
        index = bisect_left(self.fixes, at, key=_time)
        around = self.fixes[max(0, index - 2) : index + 1]
        if len(around) < 2 or around[-1][0] == around[0][0]:
            return False
        speed = (around[-1][1].centre[0] - around[0][1].centre[0]) / (around[-1][0] - around[0][0])
        head = head_box(face)
        if lateness(around[-1][0] - around[-2][0]) > 0:  # by the time somebody looked again it was further out
            head = head.united(head_box(around[-1][1]))
        return (head.x < 0 and speed < -LEAVING * face.w) or (head.right > size[0] and speed > LEAVING * face.w)

    def unseen(self, at: float) -> float:
        """Seconds between `at` and the newest measured place before it; 0 before the first."""
        index = bisect_left(self.fixes, at, key=_time)
        if index < len(self.fixes) and self.fixes[index][0] == at:
            return 0.0
        return at - self.fixes[index - 1][0] if index else 0.0

    def state(self, at: float) -> MarkState:
        """How the head was known at the analysis nearest to `at`."""
        if not self.marks:
            return MarkState.HELD
        index = bisect_left(self.marks, at, key=_time)
        around = self.marks[max(0, index - 1) : index + 1]
        when, mark = min(around, key=lambda entry: abs(entry[0] - at))
        return mark.state if abs(when - at) <= NEAREST else MarkState.HELD


def _time(entry: tuple[float, object]) -> float:
    return entry[0]


def _since(fixes: list[Fix], at: float) -> list[Fix]:
    """From `at` on, and the one before: from it the next one is reached by interpolation."""
    first = bisect_left(fixes, at, key=_time)
    return fixes[first - 1 :] if first > 1 else fixes
