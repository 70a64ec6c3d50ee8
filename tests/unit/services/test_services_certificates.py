"""Certificates for people: in their language, of what the vault keeps, and without anything of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.domain.audit import AuditAction, AuditDraft, AuditFilter, Id
from desktop.domain.consent import PlainConsent
from desktop.domain.erasure import Category, ErasureReason, Missing, MustStay
from desktop.domain.erasure_preview import Given
from desktop.domain.ids import random_id
from desktop.domain.notices import LANGUAGES
from desktop.domain.paper import Paper
from desktop.services.certificate_words import certificate_words
from desktop.services.certificates import CertificateForm
from desktop.services.desk import Desk
from desktop.services.errors import ResultNotSaved
from desktop.vault.certificates import verify_file
from desktop.vault.errors import SubjectHeld
from tests.helpers.desks import enrol


class PlainRenderer:
    """Keeps what it was given; its PDF is empty."""

    def __init__(self) -> None:
        self.papers: list[Paper] = []

    def save(self, paper: Paper, target: Path) -> None:
        target.write_bytes(self.pdf(paper))

    def pdf(self, paper: Paper) -> bytes:
        self.papers.append(paper)
        return b"%PDF-1.4\nstartxref\n9\n%%EOF\n"


def test_preview_erasure_and_certificate_agree_on_what_stays(desk: Desk, tmp_path: Path) -> None:
    person_id = enrol(desk, "Ada Lovelace", "obama.jpg", consent=PlainConsent("signed form", "de"))
    package = random_id()
    entry = AuditDraft(AuditAction.EXPORTED, desk.access.actor, person_id, detail={"package": Id(package)})
    desk._vault.audit.append(entry)
    preview = desk.erasures.preview([person_id])
    assert preview.language == "de"
    assert [(each.shape, each.number) for each in preview.given_out] == [(Given.EXPORT, package)]
    assert MustStay.CONSENT_RECORD in preview.stays

    erasure = desk.erasures.erase([person_id])
    assert erasure.result.stays == preview.stays
    assert erasure.result.erased == preview.goes
    assert preview.kept_until is not None
    assert erasure.result.kept_until is not None
    assert abs((erasure.result.kept_until - preview.kept_until).total_seconds()) < 60
    assert desk._vault.archive.count() == 1

    renderer = PlainRenderer()
    for form in CertificateForm:
        path = tmp_path / "new" / f"c.{form.value}"
        desk.certificates.save(erasure, preview.language, form, path, renderer)
        verdict = verify_file(path, erasure.fingerprint)
        assert verdict.intact
        assert verdict.certificate is not None
        assert verdict.certificate.result == erasure.result
        assert verdict.certificate.given_out == preview.given_out
        for secret in (b"Ada", b"Lovelace", "Ada".encode("utf-16-le")):
            assert secret not in path.read_bytes()
    (paper,) = renderer.papers
    assert paper.language == "de"
    assert paper.title == "Bescheinigung über die Löschung"
    entries = desk._vault.audit.list(AuditFilter(action=AuditAction.CERTIFICATE_ISSUED), 0, 10)
    assert [each.object_id for each in entries] == [person_id] * 2
    with pytest.raises(ResultNotSaved):
        desk.certificates.save(erasure, "de", CertificateForm.JSON, path / "below", renderer)


def test_a_mistake_leaves_no_proof(desk: Desk) -> None:
    person_id = enrol(desk, "Ada", "obama.jpg")
    preview = desk.erasures.preview([person_id], ErasureReason.MISTAKE)
    assert MustStay.CONSENT_RECORD not in preview.stays
    erasure = desk.erasures.erase([person_id], reason=ErasureReason.MISTAKE)
    assert erasure.result.stays == preview.stays
    assert erasure.result.kept_until is None
    assert desk._vault.archive.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_has_its_words(language: str) -> None:
    said = certificate_words(language)
    assert set(said.categories) >= {each.value for each in Category}
    assert set(said.stay) == set(MustStay)
    assert set(said.lacks) == set(Missing)
    assert set(said.reasons) == set(ErasureReason)
    assert set(said.shapes) == set(Given)
    english = certificate_words("en")
    for name in ("searched", "before", "more", "check"):
        gaps = {part.partition("}")[0] for part in getattr(english, name).split("{")[1:]}
        assert gaps == {part.partition("}")[0] for part in getattr(said, name).split("{")[1:]}, name


def test_a_hold_is_told_before_and_met_at_the_intent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bea = enrol(desk, "Ada", "obama.jpg"), enrol(desk, "Bea", "astronaut.png")
    end = desk.erasures.kept_until
    desk.holds.hold_person(ada, "a claim in court", "Legal", end)
    preview = desk.erasures.preview([ada, bea])
    assert (preview.held, preview.people, preview.allowed) == (1, 2, False)
    with pytest.raises(SubjectHeld):
        desk.erasures.erase([ada])
    done = desk.bulk_erasures.erase([ada, bea])
    assert [type(each.error) for each in done.refused] == [SubjectHeld]
    assert len(done.done) == 1
    assert desk.people.count() == 1

    kim = enrol(desk, "Kim", "astronaut.png")
    put = desk._vault.erasures._archive.put

    def held_meanwhile(*arguments: Any) -> Any:
        desk.holds.hold_person(kim, "a claim in court", "Legal", end)
        return put(*arguments)

    monkeypatch.setattr(desk._vault.erasures._archive, "put", held_meanwhile)
    with pytest.raises(SubjectHeld):
        desk.erasures.erase([kim])
    assert desk.people.count() == 2
    assert desk._vault.erasures.standing() == []
