"""Where the heads of one camera are at any moment between two analyses, and who may be shown.

Pictures are shown later than they are analysed, so for a picture's time the timeline usually knows an analysis before
and one or two after it. A face first found afterwards is traced back to the picture; a face that is no longer found
is kept for a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from itertools import islice

from desktop.domain.decision import Verdict
from desktop.domain.ids import TrackId
from desktop.recognition.marks import AnalysisRecord, MarkState, PlacedMark, ShownIdentity, TrackMark
from desktop.recognition.path import TrackPath
from desktop.recognition.placing import WIDEST, Fix, mask_of

__all__ = ["LIMIT", "AnalysisRecord", "MarkState", "PlacedMark", "ShownIdentity", "Timeline", "TrackMark"]

LIMIT = 0.4  # seconds: a picture that no analysis covers within this time is never shown clear
BRIDGED = 0.15  # seconds from the nearest analysis within which it is known where heads are
AT_ONCE = 0.05  # the same where the gap is longer than LIMIT: somebody may have come and gone in it unseen
KEEP = 2.5  # seconds of analyses that are remembered


class Timeline:
    """Marks and identities of one camera. Not locked: the presenter owns one and guards it."""

    def __init__(self) -> None:
        self._records: deque[AnalysisRecord] = deque()
        self._times: list[float] = []  # of the records
        self._full: deque[AnalysisRecord] = deque()  # those that were searched in full
        self._paths: dict[TrackId, TrackPath] = {}

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
        self._times.append(record.at)
        if record.full:
            self._full.append(record)
        for mark in record.marks:
            path = self._paths.get(mark.track_id)
            if path is None:
                path = self._paths[mark.track_id] = TrackPath(ShownIdentity(mark.track_id, Verdict()), record.at)
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
            self._paths[identity.track_id] = TrackPath(identity, newest.at if newest else 0.0)
        else:
            path.identify(identity)

    def covers(self, at: float, size: tuple[int, int]) -> bool:
        """Whether a picture taken at `at`, `size` (width, height) in frame pixels, can be masked with certainty: a full
        analysis at or soon after it exists, of frames of that size, and it is near to one: in the middle of a longer
        gap between two analyses heads may be anywhere."""
        index = bisect_left(self._full, at, key=_time_of)
        if index == len(self._full) or self._full[index].at - at > LIMIT or self._full[index].size != size:
            return False
        index = bisect_left(self._records, at, key=_time_of)
        if index == 0:
            return True
        around = [record.at for record in islice(self._records, index - 1, index + 1)]
        near = min(abs(when - at) for when in around)
        return near <= (BRIDGED if around[-1] - around[0] <= LIMIT else AT_ONCE)

    def placed(self, at: float) -> list[PlacedMark]:
        """Every head that is or may be in the picture taken at `at`."""
        size = self._size(at)
        marks = []
        for track_id, path in self._paths.items():
            places = path.places(at, size, self._times)
            if not places:
                continue
            # at the border somebody who comes in may be taken for somebody who leaves
            identity = None if path.leaves(at, places[0].face, size) else path.identity_at(at)
            clear_from = None if identity is None else identity.clear_from
            marks.append(
                PlacedMark(
                    track_id=track_id,
                    face=places[0].face,
                    masks=tuple(mask_of(place, size) for place in places),
                    state=path.state(at),
                    verdict=Verdict() if identity is None else identity.verdict,
                    may_be_clear=clear_from is not None and at >= clear_from,
                    unseen=path.unseen(at),
                    astray=any(place.slack > WIDEST * size[0] for place in places),
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
            self._times.pop(0)
        while self._full and self._full[0].at < before:
            self._full.popleft()
        for track_id, path in list(self._paths.items()):
            path.forget_before(before)
            if not path.marks and path.since < before:
                del self._paths[track_id]


def _time_of(record: AnalysisRecord) -> float:
    return record.at
