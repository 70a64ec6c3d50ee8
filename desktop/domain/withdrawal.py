"""Taking consent back: what is recorded for which purpose, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.erasure import SignedErasure
from desktop.domain.ids import OperatorId, PersonId
from desktop.domain.purposes import RECOGNITION, PurposeKey

OVER = frozenset(
    {
        ConsentState.UNKNOWN,
        ConsentState.REFUSED,
        ConsentState.WITHDRAWN,
        ConsentState.TERMINATED,
        ConsentState.INVALIDATED,
    }
)
"""States in which there is nothing to take back."""

TAKEN_BACK = frozenset({ConsentState.WITHDRAWN, ConsentState.REFUSED})
"""The person's own acts, after which what was kept for a purpose alone goes at once (refused: when asked again). What
ended in another way goes by the rules of retention."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What came of taking consent back.

    Attributes:
        ended: the purposes that ended with it; empty where nothing was left to take back.
        erasure: what was erased then; None where nothing had to be, or where it waits.
        waits: it is recorded and in force, but something is still to be erased: the program tries again by itself.
        held: a legal hold keeps what is stored; it is erased by itself when the hold ends.
        covered: a watchlist authority still covers the person, who is matched on, never shown, and not erased.
        kept_until: the last day of what proves the consent; None where nothing was archived.
    """

    person_id: PersonId
    ended: tuple[PurposeKey, ...]
    erasure: SignedErasure | None = None
    waits: bool = False
    held: bool = False
    covered: bool = False
    kept_until: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing is left to be erased, now or later."""
        return not (self.waits or self.held or self.covered) and (self.erasure is None or self.erasure.result.complete)


def newest_by_purpose(events: Iterable[ConsentEvent]) -> dict[PurposeKey, ConsentEvent]:
    """The event that counts for each purpose, out of one person's, oldest first."""
    return {event.purpose: event for event in events}


def endings(
    newest: Mapping[PurposeKey, ConsentEvent], purpose: PurposeKey | None, now: datetime, operator: OperatorId | None
) -> list[ConsentEvent]:
    """What is to be recorded when this purpose (None: every one) is taken back; empty where all of it is over.

    Without recognition nobody stays enrolled, so that the other purposes end with it. An event is never earlier than
    the one it ends.
    """
    found = []
    for key, event in newest.items():
        if event.state in OVER or (purpose not in (None, RECOGNITION) and key != purpose):
            continue
        taken_back = purpose is None or key == purpose
        found.append(
            ConsentEvent(
                consent_id=event.consent_id,
                person_id=event.person_id,
                state=ConsentState.WITHDRAWN if taken_back else ConsentState.TERMINATED,
                at=max(now, event.at),
                purpose=key,
                operator_id=operator,
                notice_id=event.notice_id,
            )
        )
    return found
