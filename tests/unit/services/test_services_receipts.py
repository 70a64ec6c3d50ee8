"""Receipts: made, found again by their code, superseded; and every code that is none of this desk's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy import text as sql

from desktop.domain.audit import AuditAction, AuditFilter
from desktop.domain.code_verdict import CodeVerdict
from desktop.domain.consent import PlainConsent
from desktop.domain.desk_codes import CodeKind, DeskCode, parse, signed_part
from desktop.domain.erasure import ErasureOrder, ErasureReason, SubjectKind
from desktop.domain.ids import ConsentId, PersonId, ReceiptId, random_id
from desktop.domain.notices import LANGUAGES, Notice
from desktop.domain.paper import Paper
from desktop.domain.people import PersonDetails
from desktop.domain.permissions import Role
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.services.desk import Desk
from desktop.services.errors import NotPermitted
from desktop.services.receipt_errors import (
    NothingAgreed,
    NoticeDamaged,
    PaperUnwritable,
    ReceiptUnknown,
    RecordIncomplete,
)
from desktop.services.receipts import ReceiptFormat
from desktop.vault.errors import PersonUnknown
from desktop.vault.signing import SigningKey
from tests.helpers.consents import CONTROLLER, converse, publish
from tests.helpers.desks import wait_until
from tests.helpers.operators import sign_in_as


class Scribe:
    """A renderer that keeps what it is given."""

    def __init__(self, error: OSError | None = None) -> None:
        self.papers: list[Paper] = []
        self._error = error

    def save(self, paper: Paper, target: Path) -> None:
        if self._error is not None:
            raise self._error
        self.papers.append(paper)
        target.write_bytes(b"%PDF")


@pytest.fixture
def notice(desk: Desk) -> Notice:
    return publish(desk)


@pytest.fixture
def ada(desk: Desk) -> PersonId:
    return desk._vault.people.add(PersonDetails("Ada Example"), PlainConsent("signed form", "en"))


@pytest.fixture
def consent(desk: Desk, ada: PersonId, notice: Notice) -> ConsentId:
    return converse(desk, ada, notice)


def written(desk: Desk, *actions: AuditAction) -> Iterator[dict[str, object]]:
    wait_until(lambda: desk._views.waiting == 0)
    for entry in reversed(desk._vault.audit.list(AuditFilter(), 0, 100)):
        if entry.action in actions:
            yield dict(entry.detail)


def code_of(desk: Desk, receipt_id: ReceiptId) -> str:
    return desk.receipts.paper(receipt_id).code


def test_a_receipt_is_found_again_by_its_code(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    receipt = desk.receipts.make(ada)
    found = desk.receipts.check(f" {code_of(desk, receipt.id)}\n")
    assert (found.verdict, found.kind) == (CodeVerdict.VALID, CodeKind.RECEIPT)
    assert (found.person_id, found.consent_id, found.object_id) == (ada, consent, receipt.id)
    assert found.since == receipt.at
    assert list(written(desk, AuditAction.RECEIPT_MADE)) == [{"receipt": receipt.id}]
    assert list(written(desk, AuditAction.RECEIPT_CHECKED)) == [{"verdict": "valid"}]


def test_a_newer_receipt_makes_those_before_old(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    first, second = (desk.receipts.make(ada, consent) for _ in range(2))
    old = desk.receipts.check(code_of(desk, first.id))
    assert (old.verdict, old.person_id, old.until) == (CodeVerdict.OLD, ada, second.at)
    assert desk.receipts.check(code_of(desk, second.id)).verdict is CodeVerdict.VALID


def test_receipts_of_two_records_stand_beside_each_other(
    desk: Desk, ada: PersonId, consent: ConsentId, notice: Notice
) -> None:
    first = desk.receipts.make(ada, consent)
    second = desk.receipts.make(ada, converse(desk, ada, notice))
    for receipt in (first, second):
        assert desk.receipts.check(code_of(desk, receipt.id)).verdict is CodeVerdict.VALID


def test_foreign_forged_unknown_and_unreadable_are_told_apart(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    code = parse(code_of(desk, desk.receipts.make(ada).id))
    other = SigningKey.new()
    forged = DeskCode(CodeKind.RECEIPT, code.vault_id, code.object_id, other.sign(code.signed))
    vault, thing = random_id(), random_id()
    foreign = DeskCode(CodeKind.RECEIPT, vault, thing, other.sign(signed_part(CodeKind.RECEIPT, vault, thing)))
    swapped = DeskCode(CodeKind.RECEIPT, code.vault_id, thing, code.signature)
    lost_id = random_id()
    own = desk._vault.signing_key
    lost = DeskCode(
        CodeKind.RECEIPT, code.vault_id, lost_id, own.sign(signed_part(CodeKind.RECEIPT, code.vault_id, lost_id))
    )
    disguised = DeskCode(CodeKind.PASS, code.vault_id, code.object_id, code.signature)
    expected = {
        forged.text: CodeVerdict.FORGED,
        foreign.text: CodeVerdict.FOREIGN,
        swapped.text: CodeVerdict.FORGED,
        lost.text: CodeVerdict.UNKNOWN,
        "https://example.org": CodeVerdict.UNREADABLE,
        "": CodeVerdict.UNREADABLE,
        code.text[:-1]: CodeVerdict.UNREADABLE,
    }
    for text, verdict in expected.items():
        found = desk.receipts.check(text)
        assert (found.verdict, found.person_id) == (verdict, None), text
    assert desk.passes.check(disguised.text).verdict is CodeVerdict.FORGED
    assert desk.passes.check(code.text).verdict is CodeVerdict.UNREADABLE


def test_every_changed_letter_of_a_code_is_noticed(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    code = code_of(desk, desk.receipts.make(ada).id)
    for place in range(5, len(code)):
        other = code[:place] + ("A" if code[place] != "A" else "B") + code[place + 1 :]
        assert desk.receipts.check(other).verdict in (CodeVerdict.FORGED, CodeVerdict.FOREIGN), place


def test_the_receipt_of_an_erased_person_is_unknown(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    receipt = desk.receipts.make(ada)
    code = code_of(desk, receipt.id)
    order = ErasureOrder((ada,), ErasureReason.REQUEST, desk.access.actor)
    desk._vault.erasures.erase(order)
    assert desk.receipts.check(code).verdict is CodeVerdict.UNKNOWN
    with pytest.raises(ReceiptUnknown):
        desk.receipts.paper(receipt.id)
    for record in (None, consent):
        with pytest.raises(PersonUnknown):
            desk.receipts.make(ada, record)


def test_receipts_reopen_in_the_persons_language(desk: Desk, ada: PersonId, notice: Notice, tmp_path: Path) -> None:
    for language in LANGUAGES:
        consent = converse(desk, ada, notice, language)
        receipt = desk.receipts.make(ada, consent)
        scribe = Scribe()
        for form in ReceiptFormat:
            desk.receipts.save(receipt.id, form, tmp_path / f"receipt.{form.value}", scribe)
        iso, kantara = (
            json.loads((tmp_path / f"receipt.{form.value}").read_text(encoding="utf-8"))
            for form in (ReceiptFormat.ISO, ReceiptFormat.KANTARA)
        )
        assert (iso["record_id"], iso["receipt_id"], iso["pii_principal_id"]) == (consent, receipt.id, ada)
        assert iso["pii_processing"]["language"] == kantara["language"] == language
        assert desk.receipts.check(iso["receipt_code"]).verdict is CodeVerdict.VALID
        assert iso["signing_key"] == desk._vault.signing_key.fingerprint
        assert kantara["publicKey"] == desk._vault.signing_key.public_key.hex()
        (paper,) = scribe.papers
        assert paper.language == language
        titles = {words.title for words in notice.texts[language].purposes.values()}
        assert titles <= {row.label for section in paper.sections for row in section.rows}
    assert len(list(written(desk, AuditAction.RECEIPT_HANDED_OUT))) == len(ReceiptFormat) * len(LANGUAGES)


def test_the_paper_says_who_what_and_until_when(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    paper = desk.receipts.paper(desk.receipts.make(ada).id)
    rows = [(row.label, row.value) for section in paper.sections for row in section.rows]
    assert ("Recognise me by my face", "agreed") in rows
    assert ("Keep a picture of me", "refused") in rows
    assert ("Name", "Ada Example") in rows
    assert ("Record number", consent) in rows
    (until,) = [value for label, value in rows if label == "valid until"]
    assert until == desk._vault.consents.newest(ada).valid_until  # type: ignore[union-attr]
    assert any(CONTROLLER.legal_name in str(value) for _, value in rows)


def test_a_plain_consent_has_a_receipt_as_soon_as_it_is_known_who_answers(desk: Desk, ada: PersonId) -> None:
    with pytest.raises(RecordIncomplete):
        desk.receipts.make(ada)
    desk.controller.begin_with(CONTROLLER)
    receipt = desk.receipts.make(ada)
    values = desk.receipts.values(receipt.id, ReceiptFormat.ISO)
    assert values["consent_proof"]["confirmation"] == "plain"
    assert values["consent_proof"]["shown_text"] == "signed form"
    assert desk.receipts.paper(receipt.id).language == "en"


def test_who_refused_everything_gets_no_receipt_about_agreement(desk: Desk, ada: PersonId, notice: Notice) -> None:
    refused: dict[PurposeKey, bool] = {RECOGNITION: False, PHOTO: False}
    receipt = desk.receipts.make(ada, converse(desk, ada, notice, choices=refused))
    with pytest.raises(NothingAgreed):
        desk.receipts.values(receipt.id, ReceiptFormat.KANTARA)
    states = {each["event_state"] for each in desk.receipts.values(receipt.id, ReceiptFormat.ISO)["event"]}
    assert states == {"ConsentRefused"}


def test_a_file_that_cannot_be_written_is_said(desk: Desk, ada: PersonId, consent: ConsentId, tmp_path: Path) -> None:
    receipt = desk.receipts.make(ada)
    (tmp_path / "file").write_text("")
    for form in ReceiptFormat:
        with pytest.raises(PaperUnwritable):
            desk.receipts.save(receipt.id, form, tmp_path / "file" / "receipt", Scribe(NotADirectoryError()))
    assert list(written(desk, AuditAction.RECEIPT_HANDED_OUT)) == []


def test_an_officer_reads_every_record(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    plain, guided = desk.consent_records.all_of(ada)
    assert plain["consent_proof"]["confirmation"] == "plain"
    assert guided["record_id"] == consent
    assert {each["recorded_by"] for each in guided["event"]} == {str(desk.access.operator_id)}
    sign_in_as(desk, Role.GUARD)
    with pytest.raises(NotPermitted):
        desk.consent_records.all_of(ada)


def test_an_administrator_sees_no_receipt(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    receipt = desk.receipts.make(ada)
    code = code_of(desk, receipt.id)
    sign_in_as(desk, Role.ADMINISTRATOR)
    for act in (lambda: desk.receipts.check(code), lambda: desk.receipts.paper(receipt.id)):
        with pytest.raises(NotPermitted):
            act()


def test_the_receipt_of_a_consent_taken_back_says_since_when(desk: Desk, ada: PersonId, consent: ConsentId) -> None:
    first, second = (code_of(desk, desk.receipts.make(ada, consent).id) for _ in range(2))
    done = desk.withdrawals.withdraw(ada)
    for code in (first, second):
        found = desk.receipts.check(code)
        assert (found.verdict, found.person_id, found.until) == (CodeVerdict.ARCHIVED, None, done.kept_until)
        assert found.since is not None
    assert list(written(desk, AuditAction.RECEIPT_CHECKED)) == [{"verdict": "archived"}]
    for archived in desk.consents.archived("Ada Example"):
        order = ErasureOrder((archived.id,), ErasureReason.RETENTION, desk.access.actor, SubjectKind.ARCHIVE)
        desk._vault.erasures.erase(order)
    assert desk.receipts.check(first).verdict is CodeVerdict.UNKNOWN


@pytest.mark.parametrize("change", ["UPDATE notice_texts SET title = 'Other'", "UPDATE purposes SET validity_days = 9"])
def test_a_changed_notice_is_told_as_damage_and_proves_nothing(
    desk: Desk, ada: PersonId, consent: ConsentId, notice: Notice, change: str
) -> None:
    """The triggers refuse it; whoever gets at the file is not held by them."""
    receipt = desk.receipts.make(ada, consent)

    def tamper(live: Connection) -> None:
        guards = live.scalars(sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for guard in [each for each in guards if "notice" in each or "purpose" in each]:
            live.execute(sql(f"DROP TRIGGER {guard}"))
        live.execute(sql(change))

    desk._vault.write(tamper).result()
    for act in (
        lambda: desk.receipts.paper(receipt.id),
        lambda: desk.receipts.values(receipt.id, ReceiptFormat.ISO),
        lambda: desk.receipts.values(receipt.id, ReceiptFormat.KANTARA),
        lambda: desk.receipts.make(ada, consent),
        lambda: desk.consent_records.all_of(ada),
        desk.capture.begin,
    ):
        with pytest.raises(NoticeDamaged):
            act()
