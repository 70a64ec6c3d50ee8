"""Consents for tests: what a conversation would have left behind, without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from desktop.domain.consent import ConsentEvent, ConsentState
from desktop.domain.consent_proof import Method, Proof
from desktop.domain.controller import Controller
from desktop.domain.ids import ConsentId, NoticeId, OperatorId, PersonId, random_id
from desktop.domain.notices import Notice, NoticeState
from desktop.domain.purposes import PHOTO, RECOGNITION, PurposeKey
from desktop.domain.record_making import RecordSource
from desktop.services.desk import Desk
from desktop.services.starter_notice import starter_notice
from desktop.vault.enrolment_rows import PROOFS, event_row
from desktop.vault.models import ConsentEventRow, ConsentProofRow
from desktop.vault.signing import canonical_json
from desktop.vault.vault import Vault

CONTROLLER = Controller(
    site="Main entrance",
    legal_name="Example Works Ltd",
    address="1 Example Street\n12345 Example Town",
    contact="privacy@example.org",
    dpo="Data Protection Office, dpo@example.org",
    authority="Authority of Example Land, Example Town",
    time_zone="Europe/Berlin",
    jurisdiction="DE",
)
AGREED: Mapping[PurposeKey, bool] = {RECOGNITION: True, PHOTO: False}
AT = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n drawn"


def published_notice(notice_id: str = "", version: int = 3) -> Notice:
    """The starter texts as if they had been published."""
    starter = starter_notice()
    texts = {text.language: text for text in starter.texts}
    return Notice(
        id=NoticeId(notice_id or random_id()),
        version=version,
        state=NoticeState.PUBLISHED,
        revision=1,
        changed_at=AT,
        purposes=starter.purposes,
        texts=texts,
        hashes={language: bytes(range(32)) for language in texts},
        published_at=AT,
    )


def proof(notice: Notice, language: str = "en", **changes: object) -> Proof:
    fields = {
        "notice_id": notice.id,
        "text_hash": notice.hashes[language],
        "language": language,
        "screen_text": "I agree to what is ticked.",
        "method": Method.SIGNATURE,
        "controller": CONTROLLER,
        "signature": PNG,
        "place": "Camera at the desk",
    }
    return Proof(**{**fields, **changes})  # type: ignore[arg-type]


def events(
    person_id: PersonId,
    consent_id: ConsentId,
    notice: Notice,
    choices: Mapping[PurposeKey, bool] = AGREED,
    at: datetime = AT,
    operator_id: str = "",
) -> list[ConsentEvent]:
    return [
        ConsentEvent(
            consent_id,
            person_id,
            ConsentState.GIVEN if agreed else ConsentState.REFUSED,
            at,
            at + timedelta(days=365) if agreed else None,
            purpose,
            OperatorId(operator_id or random_id()),
            notice.id,
        )
        for purpose, agreed in choices.items()
    ]


def source(language: str = "en", **changes: object) -> RecordSource:
    """A conversation in memory."""
    notice = published_notice()
    person_id, consent_id = PersonId(random_id()), ConsentId(random_id())
    said = events(person_id, consent_id, notice)
    return RecordSource(consent_id, person_id, notice, proof(notice, language, **changes), said, CONTROLLER)


def publish(desk: Desk) -> Notice:
    """The starter texts are in force at this desk, which has a controller."""
    if desk.controller.current is None:
        desk.controller.begin_with(CONTROLLER)
    draft = desk.notices.begin()
    desk.notices.publish(draft, 1, ask_again=False)
    notice = desk.notices.in_force()
    assert notice is not None
    return notice


def converse(
    desk: Desk, person_id: PersonId, notice: Notice, language: str = "en", choices: Mapping[PurposeKey, bool] = AGREED
) -> ConsentId:
    """Write what a guided conversation with somebody enrolled leaves behind; the id of its record."""
    vault: Vault = desk._vault
    sealer = vault._room.sealer
    consent_id, row_id = ConsentId(random_id()), random_id()
    now = datetime.now(UTC)
    said = events(person_id, consent_id, notice, choices, now, str(desk.access.operator_id))
    sealed = sealer.seal(PROOFS, row_id, person_id, canonical_json(proof(notice, language).to_values()))
    row = {"id": row_id, "consent_id": consent_id, "person_id": person_id, "at": now, "sealed": sealed}

    def work(live: object) -> None:
        live.execute(insert(ConsentEventRow), [event_row(event) for event in said])  # type: ignore[attr-defined]
        live.execute(insert(ConsentProofRow).values(row))  # type: ignore[attr-defined]

    vault.write(work).result()
    return consent_id
