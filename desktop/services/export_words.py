"""The words of a package's readable page in the person's language: data in resources/export."""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from desktop.domain.export import ExportKind, ExportPart
from desktop.domain.people import PersonKind
from desktop.domain.permissions import Role
from desktop.domain.purposes import LawfulBasis, SpecialCondition
from desktop.domain.requests import RequestKind, RequestStatus
from desktop.paths import resources_dir
from desktop.services.paper_words import paper_language

Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactWords(_Part):
    person: str
    made: str
    controller: str
    contact: str
    dpo: str
    package: str
    key: str


class SaidWords(_Part):
    """Sentences of the statements; most have gaps."""

    purpose: str
    special: str
    no_purpose: str
    category: str
    nobody: str
    staff: str
    backups: str
    copies: str
    kept_not: str
    kept: str
    until: str
    sightings: str
    proof: str
    log: str
    backups_kept: str
    told: str
    camera: str
    files: str
    computed: str
    seen: str
    no_machine: str
    logic: str


class HintWords(_Part):
    templates: str
    sightings: str
    accesses: str
    photos: str
    portable_sightings: str


class ExportWords(_Part):
    """Everything in one language. `note`: what the text says of itself: that a lawyer must look at it.

    `columns`: by the field's name in data.json, and by those that only the page has.
    """

    note: str
    titles: dict[ExportKind, str]
    leads: dict[ExportKind, str]
    facts: FactWords
    statements_title: str
    statements: dict[Letter, str]
    said: SaidWords
    basis: dict[LawfulBasis, str]
    conditions: dict[SpecialCondition, str]
    parts: dict[ExportPart, str]
    hints: HintWords
    nothing: str
    columns: dict[str, str]
    kinds: dict[PersonKind, str]
    export_kinds: dict[ExportKind, str]
    request_kinds: dict[RequestKind, str]
    request_states: dict[RequestStatus, str]
    roles: dict[Role, str]
    system: str
    staff: str
    actions: dict[str, str]
    other_action: str
    withheld: str
    witnessed: str
    files_title: str
    files: dict[str, str]
    check: str


@cache
def export_words(language: str) -> ExportWords:
    """In that language; in English where the program does not speak it.

    Raises OSError, pydantic.ValidationError where the program is broken.
    """
    path = resources_dir() / "export" / f"{paper_language(language)}.json"
    return ExportWords.model_validate_json(path.read_bytes())
