"""Whether the computer's clock can be believed when data is deleted for being old.

A clock that jumps far ahead (an empty battery, a wrong year) would delete everything at once. After a jump nothing is
deleted for a day, so that somebody can set the clock right; then the new time is believed, because a desk that was
switched off for a season looks just the same and retention must not end for good.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

JUMP = timedelta(days=31)  # between two looks, which come every hour while the desk is open
WAIT = timedelta(hours=24)
LAST, SINCE = "retention.last_look", "retention.waiting_since"  # settings: seconds since 1970 UTC, 0: none


class RetentionClock:
    """Args: `read` and `write` a number under a key, kept over restarts."""

    def __init__(self, read: Callable[[str], float], write: Callable[[str, float], None]) -> None:
        self._read = read
        self._write = write

    def believed(self, now: datetime) -> bool:
        """Whether what is old at `now` (timezone-aware) may be deleted. Raises what `read` and `write` raise."""
        last, since = self._read(LAST), self._read(SINCE)
        if last and now - _time(last) > JUMP and not self._waited(since, now):
            return False
        self._write(LAST, now.timestamp())
        if since:
            self._write(SINCE, 0.0)
        return True

    def _waited(self, since: float, now: datetime) -> bool:
        """Whether the day is over; it begins with the first look after the jump."""
        if not since or now < _time(since):
            self._write(SINCE, now.timestamp())
            return False
        return now - _time(since) >= WAIT


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
