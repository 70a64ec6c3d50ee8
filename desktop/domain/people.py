"""People as the desk knows them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from desktop.domain.consent import ConsentState
from desktop.domain.ids import PersonId

MAX_NAME_LENGTH = 200
MAX_CONTACT_LENGTH = 200
MAX_NOTE_LENGTH = 2000


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
# No script needs more marks on one letter; heaps of them run over the lines above and below.
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_TOO_MANY_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_NO_JOINERS = str.maketrans("", "", _JOINERS)


def clean_name(text: str) -> str:
    """Name as typed, in Unicode's composed form (NFC), without control, direction and other invisible characters and
    without outer or doubled blanks; any script is welcome.

    Raises ValueError("empty") or ValueError("long").
    """
    name = _clean_line(text)
    if not name.strip(_JOINERS):
        raise ValueError("empty")
    if len(name) > MAX_NAME_LENGTH:
        raise ValueError("long")
    return name


def clean_details(details: PersonDetails) -> PersonDetails:
    """The details as `clean_name` keeps a name; a note keeps its lines.

    Raises ValueError("empty") or ValueError("long") for the name, ValueError("contact") or ValueError("note") where
    one of those is too long: nothing that was typed is cut off silently.
    """
    contact = _clean_line(details.contact)
    note = "\n".join(_clean_line(line) for line in details.note.splitlines()).strip()
    if len(contact) > MAX_CONTACT_LENGTH:
        raise ValueError("contact")
    if len(note) > MAX_NOTE_LENGTH:
        raise ValueError("note")
    return replace(details, name=clean_name(details.name), contact=contact, note=note)


def _clean_line(text: str) -> str:
    visible = "".join(
        c if c.isprintable() or c in _JOINERS else "" if unicodedata.category(c) == "Cf" else " " for c in text
    )
    composed = unicodedata.normalize("NFC", visible)
    return " ".join(_TOO_MANY_MARKS.sub(r"\1", composed).split())


def search_key(text: str) -> str:
    """What a name or a query is compared by: compatibility forms, case, joiners and spacing make no difference."""
    if text.isascii():
        return " ".join(text.lower().split())
    # Asking first takes a fifth of the time of normalising what is normal already, as almost every name is.
    composed = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    folded = composed.casefold()
    if not unicodedata.is_normalized("NFKC", folded):
        folded = unicodedata.normalize("NFKC", folded)
    return " ".join(folded.translate(_NO_JOINERS).split())
