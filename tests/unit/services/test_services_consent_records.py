"""Records and receipts: every mandatory field, in whatever was agreed to or refused, and nothing that does not fit."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState, PlainConsent
from desktop.domain.consent_proof import Method, Proof
from desktop.domain.consent_record import UNTIL_WITHDRAWN, period
from desktop.domain.controller import JURISDICTIONS, Controller
from desktop.domain.desk_codes import CodeKind, DeskCode
from desktop.domain.ids import ConsentId, NoticeId, OperatorId, PersonId, random_id
from desktop.domain.kantara import kantara_receipt
from desktop.domain.notices import LANGUAGES, Notice, NoticeState, NoticeText, PurposeText
from desktop.domain.purposes import PHOTO, RECOGNITION, LawfulBasis, Purpose, PurposeKey, SpecialCondition
from desktop.domain.record_making import RecordSource, make_record
from desktop.services.paper_words import paper_language, paper_words
from desktop.services.receipt_errors import RecordNotValid
from desktop.services.record_schemas import Schema, check
from tests.helpers.consents import AT, source

# Mandatory in ISO/IEC TS 27560, and those that its GDPR profile adds.
HEADER = {"schema_version", "record_id", "pii_principal_id"}
PROCESSING = {"privacy_notice", "language", "purposes"}
PURPOSE = {
    "purpose",
    "pii_information",
    "pii_controllers",
    "storage_locations",
    "retention_period",
    "jurisdiction",
    "recipient_third_parties",
    "withdrawal_method",
    "lawful_basis",
    "collection_method",
    "processing_method",
    "processing_locations",
    "geographic_restrictions",
    "privacy_rights",
    "authority_party",
}
PII = {"pii_type", "pii_optional", "special_pii_category"}
PARTY = {"party_id", "party_name", "party_address", "party_contact", "party_type", "party_role"}
EVENT = {"event_time", "validity_duration", "entity_id", "event_type", "event_state"}
KANTARA = {
    "version",
    "jurisdiction",
    "consentTimestamp",
    "collectionMethod",
    "consentReceiptID",
    "language",
    "piiPrincipalId",
    "piiControllers",
    "policyUrl",
    "services",
    "sensitive",
    "spiCat",
}

FINGERPRINT = " ".join(["9f3c"] * 8)
free = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=30)
words = st.sampled_from(
    ["Ada Example", "Straße 1\nOrt", "contact@example.org", "ليلى", '"quoted"', "7"]
)  # quicker to draw
optional_words = st.sampled_from(["", "Robin", "ليلى"])
ids = st.uuids().map(str)
hashes_of_texts = st.binary(min_size=32, max_size=32)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@st.composite
def controllers(draw: st.DrawFn) -> Controller:
    return Controller(
        site=draw(free),
        legal_name=draw(words),
        address=draw(words),
        contact=draw(words),
        dpo=draw(optional_words),
        authority=draw(words),
        time_zone="Europe/Berlin",
        jurisdiction=draw(st.sampled_from(JURISDICTIONS)),
    )


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    keys = [RECOGNITION, *draw(st.sampled_from([[], [PHOTO], [PHOTO, "badge"], ["news"]]))]
    purposes = tuple(
        Purpose(
            PurposeKey(key),
            draw(st.sampled_from(LawfulBasis)),
            draw(st.sampled_from(SpecialCondition)),
            draw(st.integers(0, 3650)),
            draw(st.one_of(st.none(), st.integers(1, 3650))),
            draw(st.booleans()),
        )
        for key in keys
    )
    said = {purpose.key: PurposeText(draw(free), draw(words)) for purpose in purposes}
    texts = {language: NoticeText(language, "Title", ("Text",), said) for language in LANGUAGES}
    hashes = dict.fromkeys(LANGUAGES, draw(hashes_of_texts))
    version = draw(st.integers(1, 500))
    return Notice(NoticeId(draw(ids)), version, NoticeState.PUBLISHED, 1, AT, purposes, texts, hashes, published_at=AT)


@st.composite
def proofs(draw: st.DrawFn, notice: Notice, controller: Controller) -> Proof:
    method = draw(st.sampled_from(Method))
    language = draw(st.sampled_from(LANGUAGES))
    return Proof(
        notice_id=notice.id,
        text_hash=notice.hashes[language],
        language=language,
        screen_text=draw(words),
        method=method,
        controller=controller,
        signature=draw(st.binary(min_size=1, max_size=50)) if method is Method.SIGNATURE else b"",
        witness=draw(words) if method is Method.SPOKEN else "",
        place=draw(optional_words),
        guardian=draw(optional_words),
        free_reason=draw(optional_words),
    )


@st.composite
def consents(draw: st.DrawFn) -> RecordSource:
    """Guided ones, and plain ones in any language."""
    controller, person_id, consent_id = draw(controllers()), PersonId(draw(ids)), ConsentId(draw(ids))
    guided = draw(st.integers(0, 9)) > 0
    notice = draw(notices()) if guided else None
    keys = [RECOGNITION] if notice is None else [purpose.key for purpose in notice.purposes]
    said = [
        ConsentEvent(
            consent_id,
            person_id,
            draw(st.sampled_from(ConsentState)),
            at := draw(instants),
            draw(st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=3650)).map(at.__add__))),
            draw(st.sampled_from(keys)),
            draw(st.one_of(st.none(), ids.map(OperatorId))),
            None if notice is None else notice.id,
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    plain = PlainConsent(draw(words), draw(st.sampled_from([*LANGUAGES, "pl", "pt-BR"])))
    proof = plain if notice is None else draw(proofs(notice, controller))
    return RecordSource(consent_id, person_id, notice, proof, said, controller)


def missing(values: Mapping[str, Any]) -> Iterator[str]:
    """Mandatory fields that are not there, or empty where something must stand."""

    def absent(fields: set[str], where: Mapping[str, Any], may_be_empty: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
        yield from (
            name for name in fields if name not in where or (where[name] in ("", []) and name not in may_be_empty)
        )

    yield from absent(HEADER, values)
    yield from absent(PROCESSING, values["pii_processing"])
    for purpose in values["pii_processing"]["purposes"]:
        yield from absent(PURPOSE, purpose, {"recipient_third_parties"})
        for pii in purpose["pii_information"]:
            yield from absent(PII, pii, {"special_pii_category"})
    for party in values["party_identification"]:
        yield from absent(PARTY, party)
    for event in values["event"]:
        yield from absent(EVENT, event)


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(consents(), ids, ids, st.binary(min_size=64, max_size=64), instants)
def test_every_mandatory_field_of_any_consent(
    consent: RecordSource, vault: str, receipt_id: str, signature: bytes, at: datetime
) -> None:
    record = make_record(consent, paper_words(consent.proof.language).record_words)
    code = DeskCode(CodeKind.RECEIPT, vault, receipt_id, signature).text
    receipt = record.to_receipt(receipt_id, at, code, FINGERPRINT)
    for values in (record.to_values(), receipt):
        assert list(missing(values)) == []
        assert json.loads(json.dumps(values)) == values
    check(receipt, Schema.RECORD)
    assert receipt["consent_proof"]["witness"] == ""
    agreed = {event.purpose for event in consent.events if event.state in MATCHABLE_STATES}
    if agreed:
        kantara = kantara_receipt(record, agreed, receipt_id, at, bytes(32))
        assert set(kantara) >= KANTARA
        check(kantara, Schema.KANTARA)
        assert {each["purpose"] for each in kantara["services"][0]["purposes"]} <= {
            each["purpose"] for each in values["pii_processing"]["purposes"]
        }


def test_biometric_data_is_named_as_a_special_category() -> None:
    consent = source()
    record = make_record(consent, paper_words("en").record_words)
    recognition, photo = record.pii_processing.purposes
    assert [pii.special_pii_category for pii in recognition.pii_information] == [("biometric",), (), ()]
    assert recognition.lawful_basis == "consent"
    assert recognition.special_category_condition == "explicit_consent"
    assert all(not pii.special_pii_category for pii in photo.pii_information)
    kantara = kantara_receipt(record, {RECOGNITION}, random_id(), AT, bytes(32))
    assert (kantara["sensitive"], kantara["spiCat"]) == (True, ["biometric"])
    assert [each["purpose"] for each in kantara["services"][0]["purposes"]] == [recognition.purpose]


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("record_id",), "no uuid"),
        (("pii_processing", "language"), ""),
        (("pii_processing", "purposes"), []),
        (("pii_processing", "purposes", 0, "lawful_basis"), "because"),
        (("pii_processing", "purposes", 0, "retention_period"), "for ever"),
        (("event", 0, "event_state"), "ConsentGiven "),
        (("event", 0, "event_time"), "yesterday"),
        (("party_identification", 0, "party_address"), ""),
        (("consent_proof", "signature_hash"), ""),
        (("a_name",), "Ada"),
        (("receipt_id",), "00000000-0000-0000-0000-000000000000"),  # without the rest of a receipt
    ],
)
def test_what_does_not_fit_is_not_given_out(way: tuple[str | int, ...], value: object) -> None:
    values = make_record(source(), paper_words("en").record_words).to_values()
    broken: Any = copy.deepcopy(values)
    *path, last = way
    place = broken
    for step in path:
        place = place[step]
    place[last] = value
    check(values, Schema.RECORD)
    with pytest.raises(RecordNotValid):
        check(broken, Schema.RECORD)


@pytest.mark.parametrize("field", sorted(HEADER | {"pii_processing", "party_identification", "event", "consent_proof"}))
def test_a_record_without_a_field_is_not_given_out(field: str) -> None:
    values = make_record(source(), paper_words("en").record_words).to_values()
    del values[field]
    with pytest.raises(RecordNotValid):
        check(values, Schema.RECORD)


def test_the_texts_are_those_that_were_shown() -> None:
    record = make_record(source("ar", guardian="Guardian Example"), paper_words("ar").record_words)
    assert record.pii_processing.language == "ar"
    assert record.pii_processing.purposes[0].purpose == "التعرّف عليّ من وجهي"
    assert record.consent_proof.guardian == "Guardian Example"
    assert record.consent_proof.notice_version == 3


def test_a_notice_without_the_language_is_an_error() -> None:
    consent = source()
    assert consent.notice is not None
    consent.notice.texts.pop("en")  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="no text"):
        make_record(consent, paper_words("en").record_words)


def test_periods() -> None:
    assert [period(timedelta(days=365)), period(timedelta(hours=36)), period(timedelta()), period(timedelta(-1))] == [
        "P365D",
        "PT129600S",
        "PT0S",
        "PT0S",
    ]
    endless = make_record(source(), paper_words("en").record_words).event
    assert [each.validity_duration for each in endless] == ["P365D", "PT0S"]
    assert UNTIL_WITHDRAWN == "until_withdrawn"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_everything(language: str) -> None:
    said = paper_words(language)
    assert set(said.states) == set(ConsentState)
    assert set(said.confirmations) == {*(method.value for method in Method), "plain"}
    assert said.receipt.version.format(version=3) != said.receipt.version
    assert said.receipt.kept.format(days=3) != said.receipt.kept
    assert len(said.record.privacy_rights) == len(paper_words("en").record.privacy_rights)


def test_a_language_the_program_does_not_speak_gets_english() -> None:
    assert [paper_language(each) for each in ("de", "de-AT", "AR", "pl", "")] == ["de", "de", "ar", "en", "en"]
