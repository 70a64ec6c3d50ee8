"""Legal holds: what must not be deleted for now, although its time is over or somebody asks for it (GDPR 17(3)(e)).

A hold keeps data from being deleted. It never lets anybody be matched: withdrawn consent stays withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from desktop.domain.ids import HoldId, OperatorId, PersonId
from desktop.domain.retention import Kept

HOLDABLE: Final = (Kept.PEOPLE, Kept.PHOTOS, Kept.SIGHTINGS, Kept.STRANGERS, Kept.ARCHIVE, Kept.AUDIT)
"""What can be held as a whole. A conversation that nobody finished is nobody's consent and proves nothing."""

LONGEST: Final = timedelta(days=3650)
OWNER_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Hold:
    """Either one person's data or a whole category. Times are timezone-aware UTC. Its repr shows nothing personal.

    Attributes:
        person_id, category: exactly one of them is set.
        reason, owner: why, and who answers for it, in the officer's words; empty where its key is gone (a restored
            backup).
        ends_at: from then on it holds nothing, whether or not anybody looks.
        released_at: when it was ended before its time.
    """

    id: HoldId
    person_id: PersonId | None
    category: Kept | None
    reason: str = field(repr=False)
    owner: str = field(repr=False)
    placed_at: datetime
    ends_at: datetime
    placed_by: OperatorId
    released_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.category is None):
            raise ValueError("a hold is on a person or on a category")
        if self.category is not None and self.category not in HOLDABLE:
            raise ValueError("this category cannot be held")
        if not self.placed_at < self.ends_at <= self.placed_at + LONGEST:
            raise ValueError("a hold ends after it begins, within ten years")

    def in_force(self, now: datetime) -> bool:
        """Also before `placed_at`: a clock that was set back does not lift it."""
        return self.released_at is None and now < self.ends_at
