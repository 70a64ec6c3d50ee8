"""What people are told before they decide: versions of a text in several languages, frozen once published."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from desktop.domain.controller import Controller
from desktop.domain.ids import NoticeId, OperatorId, PersonId
from desktop.domain.purposes import Purpose, PurposeKey, PurposeProblem, purpose_problems

LANGUAGES = ("en", "de", "fr", "es", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})

MAX_TITLE = 200  # characters
MAX_BODY = 10_000  # characters of all paragraphs together
MAX_EXPLANATION = 2_000

PLACEHOLDERS = ("site", "legal_name", "address", "contact", "dpo", "authority")
"""Fields of the controller that a text may name in braces: "{legal_name}"."""

_GAP = re.compile(r"\{([^{}\n]*)\}")
_ISOLATE, _POP = "\u2068", "\u2069"
# Joiners shape letters; the three marks only tell which way a neighbour is read. Overrides, embeddings and isolates
# could make a text read otherwise than it is stored.
_HARMLESS = "\u200c\u200d\u200e\u200f\u061c"


class NoticeState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class PurposeText:
    """A purpose in one language: its title and a plain explanation."""

    title: str
    explanation: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """Everything a person is told, in one language. `language` is one of LANGUAGES."""

    language: str
    title: str
    paragraphs: tuple[str, ...]
    purposes: Mapping[PurposeKey, PurposeText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """One version. Times are timezone-aware UTC.

    Attributes:
        version: counts from 1 in the order in which versions were begun.
        revision: rises with every edit of a draft; whoever edits says which one they have seen.
        purposes: in the order in which they are asked about.
        texts: by language.
        hashes: by language, SHA-256 of what was published (32 bytes); empty for a draft.
        ask_again: whether people who agreed under an earlier version must be asked again.
    """

    id: NoticeId
    version: int
    state: NoticeState
    revision: int
    changed_at: datetime
    purposes: tuple[Purpose, ...]
    texts: Mapping[str, NoticeText]
    hashes: Mapping[str, bytes] = field(default_factory=dict)
    published_at: datetime | None = None
    published_by: OperatorId | None = None
    retired_at: datetime | None = None
    ask_again: bool = False

    @property
    def languages(self) -> tuple[str, ...]:
        """Those it has a text in, in the order of LANGUAGES."""
        return tuple(language for language in LANGUAGES if language in self.texts)

    def purpose(self, key: PurposeKey) -> Purpose | None:
        return next((purpose for purpose in self.purposes if purpose.key == key), None)


@dataclass(frozen=True, slots=True)
class NoticeEdit:
    """A draft as it should become. `revision`: the one that the editor has seen."""

    notice_id: NoticeId
    revision: int
    purposes: tuple[Purpose, ...]
    texts: tuple[NoticeText, ...]


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Somebody whose consent stands under an earlier version of the notice, and who must be asked again.

    Attributes:
        purposes: those agreed to under it.
        since: the earliest of those consents, UTC.
        version: the one they were shown; None: none, or it was not recorded.
    """

    person_id: PersonId
    purposes: tuple[PurposeKey, ...]
    since: datetime
    version: int | None


class TextProblem(StrEnum):
    EMPTY = "empty"
    LONG = "long"
    PLACEHOLDER = "placeholder"  # braces around something that is no field of the controller
    MISSING = "missing"  # a purpose without words in this language


@dataclass(frozen=True, slots=True)
class TextFinding:
    """`field` is "title", "paragraphs", or the key of a purpose."""

    language: str
    field: str
    problem: TextProblem


def clean_line(text: str) -> str:
    """One line in Unicode's composed form without control and direction-changing characters, blanks trimmed."""
    kept = "".join(
        c if c.isprintable() or c in _HARMLESS else "" if unicodedata.category(c) == "Cf" else " " for c in text
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


def clean_text(text: NoticeText) -> NoticeText:
    """The text as it is stored: each line cleaned as by `clean_line`, what is empty left out."""
    paragraphs = tuple(line for line in map(clean_line, text.paragraphs) if line)
    purposes = {
        key: PurposeText(clean_line(words.title), clean_line(words.explanation))
        for key, words in text.purposes.items()
        if words.title.strip() or words.explanation.strip()
    }
    return replace(text, title=clean_line(text.title), paragraphs=paragraphs, purposes=purposes)


def too_long(text: NoticeText) -> list[TextFinding]:
    """What is longer than may be stored, in a draft too: nothing is cut off silently."""
    fields = {"title": len(text.title) > MAX_TITLE, "paragraphs": sum(map(len, text.paragraphs)) > MAX_BODY}
    for key, words in text.purposes.items():
        fields[key] = len(words.title) > MAX_TITLE or len(words.explanation) > MAX_EXPLANATION
    return [TextFinding(text.language, name, TextProblem.LONG) for name, long in fields.items() if long]


def text_problems(text: NoticeText, purposes: Sequence[Purpose]) -> list[TextFinding]:
    """What keeps a cleaned text from being published beside these purposes."""
    found = too_long(text)

    def find(name: str, problem: TextProblem) -> None:
        found.append(TextFinding(text.language, name, problem))

    fields = {"title": [text.title], "paragraphs": list(text.paragraphs)}
    for purpose in purposes:
        words = text.purposes.get(purpose.key)
        if words is None or not words.title or not words.explanation:
            find(purpose.key, TextProblem.MISSING)
        else:
            fields[purpose.key] = [words.title, words.explanation]
    for name, lines in fields.items():
        if not any(lines):
            find(name, TextProblem.EMPTY)
        if any(gap not in PLACEHOLDERS for line in lines for gap in _GAP.findall(line)):
            find(name, TextProblem.PLACEHOLDER)
    return found


def publishing_problems(notice: Notice) -> list[TextFinding | PurposeProblem]:
    """What keeps a draft from being published; nothing: it may be."""
    found: list[TextFinding | PurposeProblem] = [problem for _, problem in purpose_problems(notice.purposes)]
    if not notice.texts:
        found.append(TextFinding(LANGUAGES[0], "title", TextProblem.EMPTY))
    for language in notice.languages:
        found += text_problems(notice.texts[language], notice.purposes)
    return found


def filled(text: NoticeText, controller: Controller) -> NoticeText:
    """The text as a person reads it: the controller's fields in their places. A paragraph that names a field which is
    empty (a site without a data protection officer) is left out."""
    values = {name: " ".join(getattr(controller, name).split("\n")) for name in PLACEHOLDERS}
    right_to_left = text.language in RIGHT_TO_LEFT

    def fill(line: str) -> str:
        def value(match: re.Match[str]) -> str:
            found = values.get(match[1], match[0])
            return f"{_ISOLATE}{found}{_POP}" if right_to_left else found

        return _GAP.sub(value, line)

    def said(line: str) -> bool:
        return all(values.get(gap, gap) for gap in _GAP.findall(line))

    return replace(
        text,
        title=fill(text.title),
        paragraphs=tuple(fill(line) for line in text.paragraphs if said(line)),
        purposes={key: PurposeText(fill(words.title), fill(words.explanation)) for key, words in text.purposes.items()},
    )


def hashed_values(text: NoticeText, purposes: Sequence[Purpose]) -> dict[str, Any]:
    """What the hash of a published text covers, as plain JSON values: the words of one language and the facts of every
    purpose, with the controller's fields still as gaps."""
    words = {key: asdict(each) for key, each in text.purposes.items()}
    facts = [asdict(purpose) | {"words": words.get(purpose.key)} for purpose in purposes]
    return {
        "document": "consentry notice",
        "version": 1,
        "language": text.language,
        "title": text.title,
        "paragraphs": list(text.paragraphs),
        "purposes": facts,
    }
