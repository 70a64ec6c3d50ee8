"""What the desk finds out about a code that somebody shows: a receipt's or a pass's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.desk_codes import CodeKind
from desktop.domain.ids import ConsentId, PersonId


class CodeVerdict(StrEnum):
    VALID = "valid"
    OLD = "old"  # a receipt that a newer one superseded, a pass whose time is over
    REVOKED = "revoked"  # a pass that was taken back
    ARCHIVED = "archived"  # a receipt whose consent was taken back: only the proof is kept, sealed
    UNKNOWN = "unknown"  # signed here, and no longer kept
    FOREIGN = "foreign"  # of another desk
    FORGED = "forged"  # says it is of this desk, and was not signed here
    UNREADABLE = "unreadable"  # no code of any desk


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """`kind` is None for what is no code of any desk. Times are timezone-aware UTC.

    Attributes:
        object_id: the receipt or the pass; empty where there is none here.
        person_id, consent_id: whose receipt it is, VALID or OLD.
        since: when a receipt was made or a pass issued; of an archived record when it was archived.
        until: when a receipt was superseded, or when a pass ends or was revoked; of an archived record the day until
            which the proof is kept.
    """

    verdict: CodeVerdict
    kind: CodeKind | None = None
    object_id: str = ""
    person_id: PersonId | None = None
    consent_id: ConsentId | None = None
    since: datetime | None = None
    until: datetime | None = None
