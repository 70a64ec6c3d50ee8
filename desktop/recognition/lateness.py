"""What a long interval between two analyses costs: a head may have moved, turned or changed places unseen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

BRISK = 0.13  # seconds between two analyses up to which a head looks the same without fail
NORMAL = 0.17  # and up to which it is not lost from sight: 8 analyses a second, of every third or fourth of 25 pictures
SLOW = 0.3  # seconds from which nothing of what was before can be relied on


def lateness(interval: float, since: float = NORMAL) -> float:
    """How little two analyses `interval` s apart tell of each other: 0 up to `since`, evenly rising to 1 at SLOW."""
    return min(1.0, max(0.0, (interval - since) / (SLOW - since)))


def unwatched(analyses: Sequence[float], since: float, until: float) -> float:
    """Seconds from `since` to `until` in which nobody looked: each interval between two analyses by its lateness.

    `analyses` are the rising times of all analyses (none: 0); after the last of them an interval lasts up to `until`.
    """
    if not analyses:
        return 0.0
    total, start = 0.0, since
    for index in range(bisect_right(analyses, since), len(analyses) + 1):
        begin = analyses[index - 1] if index else since
        end = analyses[index] if index < len(analyses) else until
        stop = min(end, until)
        if stop <= start:
            break
        total += lateness(end - begin) * (stop - start)
        start = stop
    return total
