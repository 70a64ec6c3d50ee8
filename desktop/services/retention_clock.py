"""Whether the computer's clock can be believed when data is deleted for being old.

A clock that jumps far ahead (an empty battery, a wrong year) would delete everything at once. After a jump nothing is
deleted for a day, so that somebody can set the clock right; then the new time is believed, because a desk that was
switched off for a season looks just the same and retention must not end for good.

A clock that was set back stamps what happens meanwhile with times that look too old once it is set right. So nothing is
deleted while it stands before a time that was believed already, and for a day after it has passed that time again; one
that stays behind for a day is believed as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

JUMP = timedelta(days=31)  # between two looks, which come every hour while the desk is open
TOLERANCE = timedelta(minutes=1)  # a clock that is kept right over the network moves by less
WAIT = timedelta(hours=24)
# Settings: seconds since 1970 UTC, 0: none; BACK: one of the phases below.
LAST, SINCE, BACK = "retention.last_look", "retention.waiting_since", "retention.set_back"
_NONE, _RECOVERING, _BEHIND = 0.0, 1.0, 2.0


class ClockState(StrEnum):
    GOOD = "good"
    AHEAD = "ahead"  # it has jumped: a day of waiting
    BACK = "back"  # it was set back, or has been set right since and a day is not over


class RetentionClock:
    """Args: `read` and `write` a number under a key, kept over restarts."""

    def __init__(self, read: Callable[[str], float], write: Callable[[str, float], None]) -> None:
        self._read = read
        self._write = write

    def look(self, now: datetime) -> ClockState:
        """What is to be thought of `now` (timezone-aware): anything but GOOD, and nothing may be deleted for being old.

        Raises what `read` and `write` raise.
        """
        last, since, former = self._read(LAST), self._read(SINCE), self._read(BACK)
        behind = bool(last) and now < _time(last) - TOLERANCE
        phase = _BEHIND if behind else _RECOVERING if former else _NONE
        if phase != former:
            self._write(BACK, phase)
            since = 0.0
        jumped = bool(last) and now - _time(last) > JUMP
        if (phase or jumped) and not self._waited(since, now):
            return ClockState.BACK if phase else ClockState.AHEAD
        self._write(LAST, now.timestamp())
        for key, value in ((SINCE, since), (BACK, phase)):
            if value:
                self._write(key, 0.0)
        return ClockState.GOOD

    def _waited(self, since: float, now: datetime) -> bool:
        """Whether the day is over; it begins with the first look after the clock was changed."""
        if not since or now < _time(since):
            self._write(SINCE, now.timestamp())
            return False
        return now - _time(since) >= WAIT


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
