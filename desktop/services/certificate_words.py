"""The words of certificates in the person's language: data in resources/certificates."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from desktop.domain.erasure import ErasureReason, Missing, MustStay
from desktop.domain.erasure_preview import Given
from desktop.paths import resources_dir
from desktop.services.paper_words import paper_language


class CertificateWords(BaseModel):
    """Everything in one language. `note`: what the text says of itself: that a lawyer must look at it.

    `categories`: by the category of what was erased. `searched`, `before`, `more` and `check` have gaps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    title: str
    lead: str
    lead_incomplete: str
    caption: str
    about: str
    number: str
    people: str
    subject: str
    more: str
    reason: str
    reasons: dict[ErasureReason, str]
    begun: str
    ended: str
    erased: str
    categories: dict[str, str]
    proof: str
    searched: str
    before: str
    stays: str
    stay: dict[MustStay, str]
    kept_until: str
    missing: str
    lacks: dict[Missing, str]
    given: str
    given_nothing: str
    given_duty: str
    packages_left: str
    shapes: dict[Given, str]
    responsible: str
    controller: str
    contact: str
    dpo: str
    authority: str
    checking: str
    issued: str
    key: str
    check: str


@cache
def certificate_words(language: str) -> CertificateWords:
    """In that language, in English where the program does not speak it. Raises OSError, pydantic.ValidationError where
    the program is broken."""
    name = paper_language(language)
    return CertificateWords.model_validate_json((resources_dir() / "certificates" / f"{name}.json").read_bytes())
