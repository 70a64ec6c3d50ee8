"""People as the desk knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId

MAX_NAME_LENGTH = 200


class PersonKind(StrEnum):
    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """Personal fields; in the vault each is sealed under the person's own key."""

    name: str
    kind: PersonKind = PersonKind.VISITOR
    contact: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A row of the people list, decrypted in memory. Times are timezone-aware UTC."""

    id: PersonId
    details: PersonDetails
    consent: ConsentState
    consent_until: datetime | None
    enrolled_at: datetime
    templates: int


def clean_name(text: str) -> str:
    """Name as typed, without control characters and outer or doubled blanks; any script is welcome.

    Raises ValueError("empty") or ValueError("long").
    """
    printable = "".join(c if c.isprintable() else " " for c in text)
    name = " ".join(printable.split())
    if not name:
        raise ValueError("empty")
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError("long")
    return name
