"""When a consent has to be asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState, effective_state

RENEWABLE = MATCHABLE_STATES | {ConsentState.EXPIRED}


class RenewalNeed(StrEnum):
    EXPIRED = "expired"  # its end has come
    NOTICE = "notice"  # it stands, but a newer version of the notice asks everybody again


def ends_soon(newest: ConsentEvent, now: datetime, within: timedelta) -> bool:
    """Whether a consent stands at `now` and ends no later than `within` from then."""
    stands = effective_state(newest, now) in MATCHABLE_STATES
    return stands and newest.valid_until is not None and newest.valid_until <= now + within


def renewal_need(
    newest: ConsentEvent, version: int | None, asked_again: int | None, now: datetime
) -> RenewalNeed | None:
    """None: nobody has to be asked.

    `version`: of the notice that the consent was given under; None: under none. `asked_again`: the newest version with
    which everybody is asked again; None: there is none.
    """
    state = effective_state(newest, now)
    if state is ConsentState.EXPIRED:
        return RenewalNeed.EXPIRED
    if state in MATCHABLE_STATES and asked_again is not None and (version is None or version < asked_again):
        return RenewalNeed.NOTICE
    return None
