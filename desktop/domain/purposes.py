"""What a face and a person's details are used for. Each purpose is agreed to or refused on its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

PurposeKey = NewType("PurposeKey", str)

RECOGNITION: Final = PurposeKey("recognition")
PHOTO: Final = PurposeKey("photo")

MAX_PURPOSES = 8
MAX_DAYS = 3650

_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}")


class PurposeKind(StrEnum):
    """What the program does without consent to a purpose."""

    RECOGNITION = "recognition"  # computes nothing from the face and enrols nobody
    PHOTO = "photo"  # keeps no picture, only what is computed from it
    OTHER = "other"  # records the choice and does nothing with it


class LawfulBasis(StrEnum):
    """GDPR article 6(1)."""

    CONSENT = "consent"  # (a)
    CONTRACT = "contract"  # (b)
    LEGAL_OBLIGATION = "legal_obligation"  # (c)
    VITAL_INTERESTS = "vital_interests"  # (d)
    PUBLIC_TASK = "public_task"  # (e)
    LEGITIMATE_INTERESTS = "legitimate_interests"  # (f)


class SpecialCondition(StrEnum):
    """GDPR article 9(2): why data of a special category may be used."""

    NONE = "none"  # no such data
    EXPLICIT_CONSENT = "explicit_consent"  # (a)
    EMPLOYMENT = "employment"  # (b)
    VITAL_INTERESTS = "vital_interests"  # (c)
    LEGAL_CLAIMS = "legal_claims"  # (f)
    PUBLIC_INTEREST = "public_interest"  # (g)


@dataclass(frozen=True, slots=True)
class Purpose:
    """The facts of a purpose in one version of the notice; its words stand in the notice's texts, by language.

    Attributes:
        key: the same in every version ("recognition", "photo", or one of the site's own).
        retention_days: how long its data is kept once the consent has ended; 0: it goes at once.
        validity_days: how long a consent is good for; None: until it is taken back.
        optional: whether it may be refused on its own. Refusing one that is not means the way without recognition.
    """

    key: PurposeKey
    basis: LawfulBasis = LawfulBasis.CONSENT
    condition: SpecialCondition = SpecialCondition.NONE
    retention_days: int = 0
    validity_days: int | None = 365
    optional: bool = True

    @property
    def kind(self) -> PurposeKind:
        return {RECOGNITION: PurposeKind.RECOGNITION, PHOTO: PurposeKind.PHOTO}.get(self.key, PurposeKind.OTHER)


class PurposeProblem(StrEnum):
    NO_RECOGNITION = "no_recognition"
    TWICE = "twice"
    KEY = "key"
    TOO_MANY = "too_many"
    DAYS = "days"
    BIOMETRIC_GROUND = "biometric_ground"  # recognising a face takes explicit consent (GDPR 9(2)(a))


def purpose_problems(purposes: Sequence[Purpose]) -> list[tuple[PurposeKey | None, PurposeProblem]]:
    """What keeps these purposes from being published, and of which one; their order is that of the notice."""
    keys = [purpose.key for purpose in purposes]
    found: list[tuple[PurposeKey | None, PurposeProblem]] = []
    if RECOGNITION not in keys:
        found.append((None, PurposeProblem.NO_RECOGNITION))
    if len(keys) > MAX_PURPOSES:
        found.append((None, PurposeProblem.TOO_MANY))
    found += [(key, PurposeProblem.TWICE) for key in sorted(set(keys)) if keys.count(key) > 1]
    for purpose in purposes:
        found += [(purpose.key, problem) for problem in _problems(purpose)]
    return found


def _problems(purpose: Purpose) -> list[PurposeProblem]:
    found = []
    if not _KEY.fullmatch(purpose.key):
        found.append(PurposeProblem.KEY)
    validity = 1 if purpose.validity_days is None else purpose.validity_days
    if not (0 <= purpose.retention_days <= MAX_DAYS and 1 <= validity <= MAX_DAYS):
        found.append(PurposeProblem.DAYS)
    explicit = (LawfulBasis.CONSENT, SpecialCondition.EXPLICIT_CONSENT)
    if purpose.kind is PurposeKind.RECOGNITION and (purpose.basis, purpose.condition) != explicit:
        found.append(PurposeProblem.BIOMETRIC_GROUND)
    return found
