"""When two tracks may have been mixed up: the frames after which nothing known about either counts any more.

An id that changes hands must never carry a name to a stranger. So the tracker does not try to be right about who is
who where it cannot be: it says that it does not know, and an embedding from a later frame has to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

from desktop.domain.ids import TrackId
from desktop.recognition.assignment import FORBIDDEN, Costs
from desktop.recognition.track import Track

HEAD = 0.15  # face boxes grown by this share on each side stand for the heads
TOUCHING = 0.10  # IoU of those above which two heads overlap
APART = 0.15  # IoU of the bare face boxes up to which two detected neighbours are still told apart for certain
SWAP_MARGIN = 0.5  # of the cost of two pairs: a swap that would cost no more than this extra cannot be excluded


def doubt_overlaps(tracks: Sequence[Track], steady: Collection[TrackId], at: float) -> None:
    """Mark tracks whose heads overlap in the frame of time `at`.

    A track is in doubt for as long as it overlaps another one, unless it is `steady` (it was detected where its own
    movement led, frame after frame) and the faces themselves stay apart: side by side, who is who remains plain.
    """
    heads = []
    for track in tracks:
        track.overlapping = False
        heads.append((track, track.box.grown(HEAD, HEAD, HEAD, HEAD)))
    for (one, head), (other, other_head) in combinations(heads, 2):
        if head.iou(other_head) <= TOUCHING:
            continue
        apart = one.box.iou(other.box) <= APART
        for track in (one, other):
            track.overlapping = True
            if not (apart and track.id in steady):
                track.doubt(at)


def doubt_swaps(matched: Mapping[int, int], tracks: Sequence[Track], costs: Costs, at: float) -> None:
    """Mark pairs of tracks that could just as well have got each other's detection (they passed between two frames).

    `matched` maps rows of `costs` (and indices of `tracks`) to its columns.
    """
    for one, other in combinations(matched, 2):
        crossed = costs[one, matched[other]], costs[other, matched[one]]
        if max(crossed) >= FORBIDDEN:
            continue
        if sum(crossed) <= costs[one, matched[one]] + costs[other, matched[other]] + SWAP_MARGIN:
            tracks[one].doubt(at)
            tracks[other].doubt(at)
