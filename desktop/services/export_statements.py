"""What article 15(1)(a) to (h) says must be told, made from what this site is set to and what it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent
from desktop.domain.consent_proof import Proof
from desktop.domain.controller import Controller
from desktop.domain.export import ExportPart
from desktop.domain.notices import PurposeText, filled
from desktop.domain.purposes import RECOGNITION as RECOGNITION_KEY
from desktop.domain.purposes import LawfulBasis, Purpose, PurposeKey, SpecialCondition
from desktop.services.export_page import fixed
from desktop.services.export_tables import Tables
from desktop.services.export_words import ExportWords, Letter, SaidWords, export_words
from desktop.services.paper_words import PaperWords, paper_words
from desktop.services.settings import SiteSettings
from desktop.vault.person_copy import PersonCopy


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What the site says of itself. `backups`: number of places that hold its backups."""

    controller: Controller = field(repr=False)
    settings: SiteSettings
    backups: int


@dataclass(frozen=True, slots=True)
class Statement:
    """`article`: "15(1)(a)"."""

    article: str
    title: str
    lines: tuple[str, ...] = field(repr=False)


Asked = Mapping[PurposeKey, tuple[Purpose, PurposeText]]


def statements(copy: PersonCopy, held: Tables, site: SiteFacts, language: str) -> tuple[Statement, ...]:
    """All eight, in that language."""
    words, papers = export_words(language), paper_words(language)
    asked = purposes_asked(copy, site.controller, language)
    lines: Mapping[Letter, Iterator[str]] = {
        "a": _purposes(asked, words),
        "b": _categories(held, words),
        "c": _recipients(copy, site, words),
        "d": _periods(copy, asked, site, language),
        "e": _rights(papers),
        "f": iter((site.controller.authority,)),
        "g": _sources(copy, language),
        "h": _automated(site, words.said),
    }
    return tuple(Statement(f"15(1)({each})", words.statements[each], tuple(said)) for each, said in lines.items())


def purposes_asked(copy: PersonCopy, controller: Controller, language: str) -> Asked:
    """What the person was asked about, as in the newest notice they were shown: in that language where it speaks it."""
    found: dict[PurposeKey, tuple[Purpose, PurposeText]] = {}
    for each in copy.proofs:
        proof = each.proof
        if not isinstance(proof, Proof):
            words = paper_words(language).record_words.recognition
            basis, condition = LawfulBasis.CONSENT, SpecialCondition.EXPLICIT_CONSENT
            found[RECOGNITION_KEY] = Purpose(RECOGNITION_KEY, basis, condition), words
            continue
        notice = copy.notices[proof.notice_id]
        text = notice.texts.get(language) or notice.texts[proof.language]
        said = filled(text, controller).purposes
        found |= {purpose.key: (purpose, said[purpose.key]) for purpose in notice.purposes}
    return found


def _purposes(asked: Asked, words: ExportWords) -> Iterator[str]:
    if not asked:
        yield words.said.no_purpose
    for purpose, text in asked.values():
        explanation = text.explanation
        yield words.said.purpose.format(title=text.title, explanation=explanation, basis=words.basis[purpose.basis])
        if purpose.condition is not SpecialCondition.NONE:
            yield words.said.special.format(title=text.title, condition=words.conditions[purpose.condition])


def _categories(held: Tables, words: ExportWords) -> Iterator[str]:
    for part, rows in held.items():
        if rows:
            yield words.said.category.format(name=words.parts[part], count=len(rows))


def _recipients(copy: PersonCopy, site: SiteFacts, words: ExportWords) -> Iterator[str]:
    said = words.said
    yield said.nobody.format(controller=site.controller.legal_name)
    if copy.entries:
        yield said.staff.format(title=words.parts[ExportPart.ACCESSES])
    if site.backups:
        yield said.backups.format(count=site.backups)
    if copy.copies:
        yield said.copies.format(count=len(copy.copies))


def _periods(copy: PersonCopy, asked: Asked, site: SiteFacts, language: str) -> Iterator[str]:
    said = export_words(language).said
    newest: dict[PurposeKey, ConsentEvent] = {event.purpose: event for event in copy.consents}
    for purpose, text in asked.values():
        event = newest.get(purpose.key)
        if event is not None and event.state in MATCHABLE_STATES and event.valid_until is not None:
            day = event.valid_until.astimezone(ZoneInfo(site.controller.time_zone)).date()
            yield said.until.format(title=text.title, day=fixed(day.isoformat(), language))
        template = said.kept if purpose.retention_days else said.kept_not
        yield template.format(title=text.title, days=purpose.retention_days)
    yield said.sightings.format(days=site.settings.sighting_days)
    yield said.proof.format(days=site.settings.consent_kept_days)
    yield said.log.format(months=site.settings.audit_months)
    if site.backups:
        yield said.backups_kept


def _rights(papers: PaperWords) -> Iterator[str]:
    for right in papers.record.privacy_rights:
        yield f"{right[:1].upper()}{right[1:]}."
    yield papers.record.withdrawal_method


def _sources(copy: PersonCopy, language: str) -> Iterator[str]:
    said = export_words(language).said
    yield said.told
    places = dict.fromkeys(each.proof.place for each in copy.proofs if isinstance(each.proof, Proof))
    yield from (said.camera.format(place=place) if place else said.files for place in places or ("",))
    models = dict.fromkeys(each.model_id for each in copy.templates)
    if models:
        yield said.computed.format(models=fixed(", ".join(models), language))
    if copy.sightings:
        yield said.seen


def _automated(site: SiteFacts, said: SaidWords) -> Iterator[str]:
    yield said.no_machine
    yield said.logic.format(share=f"{site.settings.target_fpir * 100:g}")
