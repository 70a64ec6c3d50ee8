"""People as the desk knows them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
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
    """Personal fields; in the vault each is sealed under the person's own key. Its repr, which may end up in a log,
    shows none of them."""

    name: str = field(repr=False)
    kind: PersonKind = PersonKind.VISITOR
    contact: str = field(default="", repr=False)
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A row of the people list, decrypted in memory. Times are timezone-aware UTC."""

    id: PersonId
    details: PersonDetails
    consent: ConsentState
    consent_until: datetime | None
    enrolled_at: datetime
    templates: int


# Joiners shape letters inside names (Persian, Hindi); all other invisible characters only disguise a name.
_JOINERS = "\u200c\u200d"
_NO_JOINERS = str.maketrans("", "", _JOINERS)


def clean_name(text: str) -> str:
    """Name as typed, in Unicode's composed form (NFC), without control, direction and other invisible characters and
    without outer or doubled blanks; any script is welcome.

    Raises ValueError("empty") or ValueError("long").
    """
    visible = "".join(
        c if c.isprintable() or c in _JOINERS else "" if unicodedata.category(c) == "Cf" else " " for c in text
    )
    name = " ".join(unicodedata.normalize("NFC", visible).split())
    if not name.strip(_JOINERS):
        raise ValueError("empty")
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError("long")
    return name


def search_key(text: str) -> str:
    """What a name or a query is compared by: compatibility forms, case, joiners and spacing make no difference."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_NO_JOINERS).split())
