"""The readable receipt and the visitor's pass, in the person's language."""

from __future__ import annotations

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent
from desktop.domain.controller import Controller
from desktop.domain.paper import Paper, Row, Section
from desktop.domain.purposes import Purpose
from desktop.domain.record_making import RecordSource, explained_purposes, proof_entry
from desktop.domain.visitor_pass import VisitorPass
from desktop.services.paper_words import PaperWords, paper_language, paper_words
from desktop.vault.receipts import Receipt


def receipt_paper(source: RecordSource, receipt: Receipt, name: str, code: str, fingerprint: str) -> Paper:
    """What was agreed to and refused, by whom, towards whom, and how to take it back. `name`: the person's."""
    language = source.proof.language
    words = paper_words(language)
    said, record = words.receipt, words.record
    data = (
        Row(said.stored, " · ".join(record.storage_locations)),
        Row(said.recipients, said.nobody),
        Row(said.rights, " · ".join(record.privacy_rights)),
    )
    sections = (
        _choices(source, words),
        Section(said.withdraw, (), (record.withdrawal_method,)),
        Section(said.details, _details(source, receipt, name, words)),
        Section(said.responsible, _responsible(source.controller, words)),
        Section(said.data, (*data, Row(said.key, fingerprint))),
    )
    zone = source.controller.time_zone
    return Paper(paper_language(language), zone, said.title, said.lead, sections, code, said.caption)


def pass_paper(issued: VisitorPass, controller: Controller, language: str, code: str) -> Paper:
    """What the guard checks; no name."""
    said = paper_words(language).visitor_pass
    rows = (
        Row(said.valid_until, issued.valid_until),
        Row(said.issued, issued.issued_at),
        Row(said.site, controller.site),
        Row(said.controller, controller.legal_name),
        Row(said.contact, controller.contact),
        Row(said.number, issued.id),
    )
    return Paper(
        language=paper_language(language),
        time_zone=controller.time_zone,
        title=said.title,
        lead=said.lead,
        sections=(Section("", rows, (said.hint,)),),
        code=code,
        caption=said.caption,
        large=True,
    )


def _choices(source: RecordSource, words: PaperWords) -> Section:
    """One row a purpose: what the newest event of the record says, and until when; then what each is about."""
    newest = {event.purpose: event for event in source.events}
    rows: list[Row] = []
    explanations = []
    for purpose, told in explained_purposes(source, words.record_words):
        event = newest.get(purpose.key)
        if event is not None:
            rows += _choice(told.title, event, purpose, words)
            explanations.append(f"{told.title}: {told.explanation}")
    return Section(words.receipt.choices, tuple(rows), tuple(explanations))


def _choice(title: str, event: ConsentEvent, purpose: Purpose, words: PaperWords) -> list[Row]:
    said = words.receipt
    rows = [Row(title, words.states[event.state])]
    if event.state not in MATCHABLE_STATES:
        return rows
    rows.append(Row("", said.open_end) if event.valid_until is None else Row(said.valid_until, event.valid_until))
    days = purpose.retention_days
    return [*rows, Row("", said.kept.format(days=days) if days else said.kept_not)]


def _details(source: RecordSource, receipt: Receipt, name: str, words: PaperWords) -> tuple[Row, ...]:
    said, proof = words.receipt, proof_entry(source)
    rows = [Row(said.name, name), Row(said.guardian, proof.guardian), Row(said.made, receipt.at)]
    rows += [Row(said.place, proof.place), Row(said.confirmed, words.confirmations[proof.confirmation])]
    if proof.notice_version is not None:
        rows.append(Row(said.notice, said.version.format(version=proof.notice_version)))
    rows += [Row(said.receipt, receipt.id), Row(said.record, receipt.consent_id)]
    return tuple(row for row in rows if row.value)


def _responsible(controller: Controller, words: PaperWords) -> tuple[Row, ...]:
    said = words.receipt
    who = ", ".join((controller.legal_name, *controller.address.splitlines()))
    rows = (
        Row(said.controller, who),
        Row(said.contact, controller.contact),
        Row(said.dpo, controller.dpo),
        Row(said.authority, controller.authority),
    )
    return tuple(row for row in rows if row.value)
