"""Plain words for notices, their purposes, and what is wrong with a draft."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.i18n import QT_TRANSLATE_NOOP as T
from desktop.domain.notices import Notice, NoticeState, TextFinding, TextProblem
from desktop.domain.purposes import (
    PHOTO,
    RECOGNITION,
    LawfulBasis,
    PurposeKey,
    PurposeProblem,
    SpecialCondition,
)
from desktop.ui import texts

OWN_NAMES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
}
"""A language is looked for in itself, whatever the language of the window."""

TABLES: tuple[Mapping[StrEnum, str], ...] = (
    {
        NoticeState.DRAFT: T("notices", "Draft"),
        NoticeState.PUBLISHED: T("notices", "In force"),
        NoticeState.RETIRED: T("notices", "Retired"),
    },
    {
        LawfulBasis.CONSENT: T("notices", "Consent: GDPR 6(1)(a)"),
        LawfulBasis.CONTRACT: T("notices", "Contract: GDPR 6(1)(b)"),
        LawfulBasis.LEGAL_OBLIGATION: T("notices", "Legal obligation: GDPR 6(1)(c)"),
        LawfulBasis.VITAL_INTERESTS: T("notices", "Vital interests: GDPR 6(1)(d)"),
        LawfulBasis.PUBLIC_TASK: T("notices", "Public task: GDPR 6(1)(e)"),
        LawfulBasis.LEGITIMATE_INTERESTS: T("notices", "Legitimate interests: GDPR 6(1)(f)"),
    },
    {
        SpecialCondition.NONE: T("notices", "No special category"),
        SpecialCondition.EXPLICIT_CONSENT: T("notices", "Explicit consent: GDPR 9(2)(a)"),
        SpecialCondition.EMPLOYMENT: T("notices", "Employment law: GDPR 9(2)(b)"),
        SpecialCondition.VITAL_INTERESTS: T("notices", "Vital interests: GDPR 9(2)(c)"),
        SpecialCondition.LEGAL_CLAIMS: T("notices", "Legal claims: GDPR 9(2)(f)"),
        SpecialCondition.PUBLIC_INTEREST: T("notices", "Public interest: GDPR 9(2)(g)"),
    },
    {
        PurposeProblem.NO_RECOGNITION: T("notices", "There is no purpose for recognising faces."),
        PurposeProblem.TWICE: T("notices", "Two purposes have the same short name."),
        PurposeProblem.KEY: T("notices", "A short name has other characters than small letters, digits and _."),
        PurposeProblem.TOO_MANY: T("notices", "There are more than 8 purposes: nobody reads so many questions."),
        PurposeProblem.DAYS: T("notices", "A number of days is outside its range."),
        PurposeProblem.BIOMETRIC_GROUND: T(
            "notices", "Recognising faces needs consent as its basis, and explicit consent as its condition."
        ),
    },
    {
        TextProblem.EMPTY: T("notices", "{language}: {field} is empty."),
        TextProblem.LONG: T("notices", "{language}: {field} is too long."),
        TextProblem.PLACEHOLDER: T("notices", "{language}: {field} has braces around something that is no field."),
        TextProblem.MISSING: T("notices", "{language}: {field} has no words yet."),
    },
)

_FIELDS = {"title": T("notices", "the title"), "paragraphs": T("notices", "the text")}
_PURPOSES = {RECOGNITION: T("notices", "Recognition"), PHOTO: T("notices", "Photo")}


def said(key: StrEnum) -> str:
    """The words of a state, a basis, a condition or a problem."""
    table = next(table for table in TABLES if any(type(one) is type(key) for one in table))
    return QCoreApplication.translate("notices", table[key])


def purpose(key: PurposeKey) -> str:
    """A short name for the officer's lists; the notice has words of its own for people."""
    return QCoreApplication.translate("notices", _PURPOSES[key]) if key in _PURPOSES else key


def finding(found: TextFinding | PurposeProblem) -> str:
    if isinstance(found, PurposeProblem):
        return said(found)
    known = _FIELDS.get(found.field)
    field = QCoreApplication.translate("notices", known) if known else purpose(PurposeKey(found.field))
    return said(found.problem).format(language=OWN_NAMES[found.language], field=field)


def version(notice: Notice) -> str:
    return QCoreApplication.translate("notices", "Version {number}").format(number=QLocale().toString(notice.version))


def day(notice: Notice) -> str:
    """When it came into the state it is in; of a draft, when it was last changed."""
    return texts.day(notice.retired_at or notice.published_at or notice.changed_at)


def standing(notice: Notice) -> str:
    """The state and since when it holds."""
    words = QCoreApplication.translate("notices", "{state} since {day}")
    if notice.state is NoticeState.DRAFT:
        words = QCoreApplication.translate("notices", "{state}, changed {day}")
    return words.format(state=said(notice.state), day=day(notice))
