"""The words of records, receipts and passes in the person's language: data in resources/papers."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, ConfigDict

from desktop.domain.consent import ConsentState
from desktop.domain.notices import LANGUAGES, PurposeText
from desktop.domain.record_making import RecordWords
from desktop.paths import resources_dir

FALLBACK = "en"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Purpose(_Part):
    title: str
    explanation: str


class _Record(_Part):
    recognition: _Purpose
    storage_locations: tuple[str, ...]
    processing_locations: tuple[str, ...]
    geographic_restrictions: tuple[str, ...]
    withdrawal_method: str
    privacy_rights: tuple[str, ...]


class ReceiptWords(_Part):
    """Labels and sentences of the readable receipt. `version` and `kept` have a gap."""

    title: str
    lead: str
    details: str
    name: str
    guardian: str
    made: str
    place: str
    record: str
    receipt: str
    notice: str
    version: str
    choices: str
    valid_until: str
    open_end: str
    kept_not: str
    kept: str
    confirmed: str
    responsible: str
    controller: str
    contact: str
    dpo: str
    authority: str
    data: str
    stored: str
    recipients: str
    nobody: str
    rights: str
    withdraw: str
    key: str
    caption: str


class PassWords(_Part):
    title: str
    lead: str
    site: str
    issued: str
    valid_until: str
    number: str
    controller: str
    contact: str
    hint: str
    caption: str


class PaperWords(_Part):
    """Everything in one language. `note`: what the text says of itself: that a lawyer must look at it.

    `confirmations`: by the record's `confirmation`.
    """

    note: str
    record: _Record
    receipt: ReceiptWords
    states: dict[ConsentState, str]
    confirmations: dict[str, str]
    visitor_pass: PassWords

    @property
    def record_words(self) -> RecordWords:
        words = self.record
        return RecordWords(
            PurposeText(words.recognition.title, words.recognition.explanation),
            words.storage_locations,
            words.processing_locations,
            words.geographic_restrictions,
            words.withdrawal_method,
            words.privacy_rights,
        )


@cache
def paper_words(language: str) -> PaperWords:
    """In that language; in English where the program does not speak it (a consent of before may be in any).

    Raises OSError, pydantic.ValidationError where the program is broken.
    """
    name = paper_language(language)
    return PaperWords.model_validate_json((resources_dir() / "papers" / f"{name}.json").read_bytes())


def paper_language(language: str) -> str:
    """The language in which a paper for that one is written."""
    primary = language.lower().partition("-")[0]
    return primary if primary in LANGUAGES else FALLBACK
