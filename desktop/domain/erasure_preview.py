"""What an erasure would delete, what must stay, and why: told before anybody confirms it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from desktop.domain.audit import AuditAction, AuditEntry
from desktop.domain.erasure import Category, ErasureReason, MustStay

ALWAYS: Final = (MustStay.LEDGER, MustStay.AUDIT, MustStay.RESULT)


def must_stay(goes: Mapping[Category, int], *, archived: bool) -> tuple[MustStay, ...]:
    """What is left of an erased subject. `archived`: the proof of their consents is kept, sealed apart."""
    requests = [MustStay.REQUESTS] if goes.get(Category.REQUESTS, 0) else []
    return (*ALWAYS, *requests, *([MustStay.CONSENT_RECORD] if archived else []))


def keeps_proof(goes: Mapping[Category, int], reason: ErasureReason) -> bool:
    """Whether the controller must go on being able to prove a consent (GDPR 7(1), 17(3)(e)): not where the data should
    never have been stored, nor where nobody was asked."""
    return reason is not ErasureReason.MISTAKE and goes.get(Category.CONSENT_EVENTS, 0) > 0


class Given(StrEnum):
    """In which shape data has left the program."""

    EXPORT = "export"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class GivenOut:
    """Something that was handed out about the subjects, by its random number: whoever has it must be told (GDPR 19)."""

    at: datetime
    shape: Given
    number: str

    def to_values(self) -> dict[str, Any]:
        return {"at": self.at.isoformat(), "shape": self.shape.value, "number": self.number}

    @staticmethod
    def from_values(values: Mapping[str, Any]) -> GivenOut:
        """The reverse of `to_values`. Raises KeyError, TypeError or ValueError."""
        return GivenOut(datetime.fromisoformat(values["at"]), Given(values["shape"]), str(values["number"]))


GIVING: Final[Mapping[AuditAction, tuple[Given, str]]] = {
    AuditAction.EXPORTED: (Given.EXPORT, "package"),
    AuditAction.RECEIPT_HANDED_OUT: (Given.RECEIPT, "receipt"),
}
"""What in the audit log tells of data that left the program, and where the entry names its number."""


def given_out(entries: Iterable[AuditEntry]) -> tuple[GivenOut, ...]:
    """What the log knows of, oldest first and each once; an export that was undone was given to nobody."""
    found: dict[str, GivenOut] = {}
    undone: set[str] = set()
    for entry in sorted(entries, key=lambda each: each.seq):
        action = next((each for each in GIVING if each == entry.action), None)
        if action is None:
            continue
        shape, name = GIVING[action]
        number = str(entry.detail.get(name, ""))
        if entry.detail.get("undone"):
            undone.add(number)
        elif number:
            found.setdefault(number, GivenOut(entry.at, shape, number))
    return tuple(each for number, each in found.items() if number not in undone)


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """What an erasure would delete, and what it would leave.

    Attributes:
        goes: rows by category.
        copies: copies of the keys exist for recovery, sealed; they are written anew, older ones may be kept.
        people: how many would be erased.
        kept_until: the last day of the proof of their consents, where one stays.
        held: how many of them a legal hold keeps; nobody is erased as long as it is in force.
        given_out: what has left the program about them, as far as the audit log reaches back.
        packages: exports written to this computer, by number, and where; they are deleted where they still are.
        language: the one in which they were last talked to; of several people that of the first.
    """

    goes: Mapping[Category, int]
    stays: tuple[MustStay, ...]
    copies: bool
    people: int = 1
    kept_until: datetime | None = None
    held: int = 0
    given_out: tuple[GivenOut, ...] = ()
    packages: Mapping[str, Path] = field(default_factory=dict, repr=False)  # a file may be called after its person
    language: str = ""

    @property
    def allowed(self) -> bool:
        return self.held == 0

    @property
    def rows(self) -> int:
        return sum(self.goes.values())
