"""The readable certificate of an erasure, in the person's language."""

from __future__ import annotations

from typing import Final

from desktop.domain.certificate import Certificate
from desktop.domain.controller import Controller
from desktop.domain.paper import Paper, Row, Section
from desktop.services.certificate_words import CertificateWords, certificate_words
from desktop.services.paper_words import paper_language

_LISTED: Final = 20  # subjects on paper; the JSON lists all
_MEGABYTE: Final = 1_000_000
_ANYWHERE: Final = "UTC"


def certificate_paper(certificate: Certificate, fingerprint: str) -> Paper:
    """`fingerprint`: of the key that signs it."""
    said, result = certificate_words(certificate.language), certificate.result
    sections = (
        _about(certificate, said),
        _erased(certificate, said),
        Section(said.proof, (), _proof(certificate, said)),
        _stays(certificate, said),
        *([Section(said.missing, (), _missing(certificate, said))] if result.missing else []),
        _given(certificate, said),
        *([] if certificate.controller is None else [_responsible(certificate.controller, said)]),
        Section(
            said.checking,
            (Row(said.issued, certificate.issued_at), Row(said.key, fingerprint)),
            (said.check.format(command="consentry verify-certificate"),),
        ),
    )
    return Paper(
        language=paper_language(certificate.language),
        time_zone=_ANYWHERE if certificate.controller is None else certificate.controller.time_zone,
        title=said.title,
        lead=said.lead if result.complete else said.lead_incomplete,
        sections=sections,
        code=f"consentry-erasure:{result.id}:{fingerprint.replace(' ', '')}",
        caption=said.caption,
    )


def _about(certificate: Certificate, said: CertificateWords) -> Section:
    result = certificate.result
    rows = [
        Row(said.number, result.id),
        Row(said.people, str(len(result.subjects))),
        *(Row(said.subject, each) for each in result.subjects[:_LISTED]),
    ]
    if len(result.subjects) > _LISTED:
        rows.append(Row("", said.more.format(count=len(result.subjects) - _LISTED)))
    rows += [
        Row(said.reason, said.reasons[result.reason]),
        Row(said.begun, result.begun_at),
        Row(said.ended, result.ended_at),
    ]
    return Section(said.about, tuple(rows))


def _erased(certificate: Certificate, said: CertificateWords) -> Section:
    found = ((kind, count) for kind, count in certificate.result.erased.items() if count)
    return Section(said.erased, tuple(Row(said.categories[kind.value], str(count)) for kind, count in found))


def _proof(certificate: Certificate, said: CertificateWords) -> tuple[str, ...]:
    proof = certificate.result.proof
    if proof is None:
        return ()
    size = f"{proof.read / _MEGABYTE:.1f} MB"
    return (
        said.searched.format(size=size, markers=proof.markers, found=proof.found),
        said.before.format(seen=proof.seen_before),
    )


def _stays(certificate: Certificate, said: CertificateWords) -> Section:
    until = certificate.result.kept_until
    rows = () if until is None else (Row(said.kept_until, until),)
    return Section(said.stays, rows, tuple(said.stay[each] for each in certificate.result.stays))


def _missing(certificate: Certificate, said: CertificateWords) -> tuple[str, ...]:
    result = certificate.result
    return (*(said.lacks[each] for each in result.missing), *result.unreachable)


def _given(certificate: Certificate, said: CertificateWords) -> Section:
    left = certificate.result.packages_left
    stay = (said.packages_left, *left) if left else ()
    if not certificate.given_out:
        return Section(said.given, (), (said.given_nothing, *stay))
    rows = []
    for each in certificate.given_out:
        rows += [Row(said.shapes[each.shape], each.at), Row("", each.number)]
    return Section(said.given, tuple(rows), (said.given_duty, *stay))


def _responsible(controller: Controller, said: CertificateWords) -> Section:
    who = ", ".join((controller.legal_name, *controller.address.splitlines()))
    rows = (
        Row(said.controller, who),
        Row(said.contact, controller.contact),
        Row(said.dpo, controller.dpo),
        Row(said.authority, controller.authority),
    )
    return Section(said.responsible, tuple(row for row in rows if row.value))
