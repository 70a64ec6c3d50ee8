"""What a person may take along: a copy of everything held (GDPR 15(3)), or what they gave themselves (GDPR 20)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState
from desktop.domain.ids import ExportId, PersonId
from desktop.domain.purposes import RECOGNITION

# 32 letters and digits that cannot be taken for each other; 7 groups of 4 are 140 bits. The key of a ZIP is derived
# in 1,000 rounds only (WinZip AE-2), so that the passphrase itself must be past guessing.
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 7, 4


class ExportKind(StrEnum):
    ACCESS = "access"  # article 15
    PORTABILITY = "portability"  # article 20


class Protection(StrEnum):
    """How a package is locked."""

    ZIP = "zip"  # AES-256, by a passphrase
    AGE_KEY = "age_key"  # by a key made for this package alone
    AGE_RECIPIENT = "age_recipient"  # for the holder of an X25519 key ("age1...")

    @property
    def suffix(self) -> str:
        return ".zip" if self is Protection.ZIP else ".zip.age"


class ExportPart(StrEnum):
    """What a package is made of, in the order in which it is told."""

    IDENTITY = "identity"
    CONSENTS = "consents"  # every choice and change of it
    ANSWERS = "answers"  # how choices were confirmed
    NOTICES = "notices"  # what was shown
    PURPOSES = "purposes"  # what each of those asked about
    PHOTOS = "photos"
    TEMPLATES = "templates"
    SIGHTINGS = "sightings"
    RESTRICTIONS = "restrictions"
    AUTHORITIES = "authorities"
    HOLDS = "holds"  # legal holds on the person
    RECEIPTS = "receipts"
    REQUESTS = "requests"  # made by the person or for them
    REQUEST_STEPS = "request_steps"
    COPIES = "copies"  # packages like this one that were made before
    ACCESSES = "accesses"  # who has seen the data, out of the audit log


PORTABLE: Final = (
    ExportPart.IDENTITY,
    ExportPart.CONSENTS,
    ExportPart.ANSWERS,
    ExportPart.PHOTOS,
    ExportPart.SIGHTINGS,
)
"""Provided by the person, or observed of them, on the ground of consent (WP 242 rev.01, page 10). What the controller
inferred (templates, scores) or wrote (notes, the log) is not."""

PARTS: Mapping[ExportKind, tuple[ExportPart, ...]] = MappingProxyType(
    {ExportKind.ACCESS: tuple(ExportPart), ExportKind.PORTABILITY: PORTABLE}
)


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is asked for.

    Attributes:
        language: of the readable page, one of LANGUAGES.
        recipient: an age recipient; only for that protection.
        without_texts: leave out what operators wrote (the note, reasons in the log), because it names other people
            (article 15(4)).
    """

    person_id: PersonId
    kind: ExportKind
    language: str
    protection: Protection = Protection.ZIP
    recipient: str = ""
    without_texts: bool = False


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """What a package would hold.

    Attributes:
        counts: rows by kind of package and part.
        language: the one in which the person was last talked to.
        texts: what operators wrote about the person; somebody must read it before it is given out.
    """

    counts: Mapping[ExportKind, Mapping[ExportPart, int]]
    language: str
    texts: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ExportCopy:
    """A package that was written to this computer. `at` is UTC, `sha256` (32 bytes) is of the whole file."""

    id: ExportId
    person_id: PersonId
    at: datetime
    kind: ExportKind
    path: Path = field(repr=False)  # may be called after the person
    sha256: bytes


@dataclass(frozen=True, slots=True)
class MadeExport:
    """A package with what opens it: `secret` is a passphrase or a private age key, and kept nowhere; empty where a
    recipient's own key opens it."""

    copy: ExportCopy
    size: int
    fingerprint: str
    secret: str = field(default="", repr=False)


class ExportPrinter(Protocol):
    """Makes a PDF out of a page; the program's is in the window (Qt)."""

    def pdf(self, page: str, title: str) -> bytes:
        """The page (HTML without scripts and outer files) as PDF, A4, made in memory."""


def new_passphrase() -> str:
    """140 random bits: "k7mf-9q2x-..."."""
    letters = [secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP)]
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, len(letters), _GROUP))


def consented(events: Sequence[ConsentEvent], at: datetime) -> bool:
    """Whether a consent to recognition stood at `at`; `events` in the order in which they were recorded. Only what is
    processed on that ground is portable (article 20(1)(a))."""
    state, end = ConsentState.UNKNOWN, None
    for event in events:
        if event.purpose == RECOGNITION and event.at <= at:
            state, end = event.state, event.valid_until
    return state in MATCHABLE_STATES and (end is None or at < end)
