"""The texts a new desk starts from: drafts for the controller's lawyer, as data in resources/notices."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, TypeAdapter

from desktop.domain.notices import LANGUAGES, NoticeText, PurposeText
from desktop.domain.purposes import LawfulBasis, Purpose, PurposeKey, SpecialCondition
from desktop.paths import resources_dir


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    explanation: str


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid")
    language: str
    note: str
    title: str
    paragraphs: list[str]
    purposes: dict[str, _Words]


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: str
    basis: LawfulBasis
    condition: SpecialCondition
    retention_days: int
    validity_days: int | None
    optional: bool


@dataclass(frozen=True, slots=True)
class StarterNotice:
    """`notes`: by language, what the texts say of themselves: that a lawyer must look at them."""

    purposes: tuple[Purpose, ...]
    texts: tuple[NoticeText, ...]
    notes: dict[str, str]


@cache
def starter_notice() -> StarterNotice:
    """Reads files of the program's own. Raises OSError, pydantic.ValidationError where the program is broken."""
    folder = resources_dir() / "notices"
    facts = TypeAdapter(list[_Facts]).validate_json((folder / "purposes.json").read_bytes())
    texts = [_Text.model_validate_json((folder / f"{language}.json").read_bytes()) for language in LANGUAGES]
    return StarterNotice(
        purposes=tuple(
            Purpose(
                PurposeKey(each.key),
                each.basis,
                each.condition,
                each.retention_days,
                each.validity_days,
                each.optional,
            )
            for each in facts
        ),
        texts=tuple(
            NoticeText(
                text.language,
                text.title,
                tuple(text.paragraphs),
                {PurposeKey(key): PurposeText(words.title, words.explanation) for key, words in text.purposes.items()},
            )
            for text in texts
        ),
        notes={text.language: text.note for text in texts},
    )
