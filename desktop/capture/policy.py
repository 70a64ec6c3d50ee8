"""How long to wait for a camera and when to try it again. Pure numbers, no threads."""

from __future__ import annotations

import random
from dataclasses import dataclass

from desktop.domain.cameras import CameraState, StateReason

# A person must act before these get better; everything else may pass by itself (a cable, a reboot, a network share).
_REFUSALS = frozenset(
    {StateReason.BAD_PASSWORD, StateReason.NOT_A_VIDEO, StateReason.EMPTY_FILE, StateReason.NO_PICTURES}
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """All times in seconds.

    Attributes:
        connect_timeout: from the start of a try to its first frame.
        stall_after: without a frame for so long a live camera counts as stalled. Slow recordings get three frames.
        reopen_after: so much longer, and the connection is given up and made anew.
        close_grace: how long a cancelled try may take to come back before its thread is abandoned.
        settle_after: a camera that was live for so long starts again with the shortest delay.
        backoff_first, backoff_longest: delay after the first failure, doubled each time up to the longest.
        jitter: share of the delay that is drawn at random, so that cameras behind one switch do not return at once.
        refused_delay: delay after a refusal.
        password_longest: after a refused password the delay doubles up to this one; cameras lock an address out
            after a handful of wrong passwords.
        most_abandoned: with so many threads stuck in the driver no new try is made until one comes back.
    """

    connect_timeout: float = 15.0
    stall_after: float = 3.0
    reopen_after: float = 2.0
    close_grace: float = 1.5
    settle_after: float = 5.0
    backoff_first: float = 0.5
    backoff_longest: float = 30.0
    jitter: float = 0.5
    refused_delay: float = 60.0
    password_longest: float = 900.0
    most_abandoned: int = 3

    def state_after(self, reason: StateReason) -> CameraState:
        """REFUSED where a person must act, else LOST."""
        return CameraState.REFUSED if reason in _REFUSALS else CameraState.LOST

    def delay(self, reason: StateReason, failures: int) -> float:
        """Seconds to wait after the `failures`-th failure in a row (from 1), jitter included."""
        doubled = 2.0 ** min(failures - 1, 30)
        if reason is StateReason.BAD_PASSWORD:
            longest = min(self.refused_delay * doubled, self.password_longest)
        elif reason in _REFUSALS:
            longest = self.refused_delay
        else:
            longest = min(self.backoff_first * doubled, self.backoff_longest)
        return longest * (1.0 - self.jitter * random.random())  # noqa: S311 - spreads load, guards nothing
