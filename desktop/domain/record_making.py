"""Makes the record out of what the vault keeps: the notice that was shown, the proof and the events."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from desktop.domain.consent import MATCHABLE_STATES, ConsentEvent, ConsentState, PlainConsent
from desktop.domain.consent_proof import Proof
from desktop.domain.consent_record import (
    UNTIL_WITHDRAWN,
    ConsentRecord,
    EventEntry,
    Party,
    PiiInformation,
    PiiProcessing,
    ProofEntry,
    PurposeEntry,
    instant,
    period,
)
from desktop.domain.controller import Controller
from desktop.domain.ids import ConsentId, PersonId
from desktop.domain.notices import Notice, PurposeText, filled
from desktop.domain.purposes import RECOGNITION, LawfulBasis, Purpose, PurposeKind, SpecialCondition

NO_NOTICE: Final = "urn:consentry:no-notice"
PLAIN: Final = "plain"  # confirmed in the operator's words, without a guided conversation
CONTROLLER, AUTHORITY, OFFICER = "controller", "authority", "dpo"  # party ids

_BIOMETRIC = ("biometric",)
_NAME = PiiInformation("name", "name", pii_optional=False, sensitive_pii_category=False)
_CONTACT = PiiInformation("contact", "contact", pii_optional=True, sensitive_pii_category=False)
_PII: Mapping[PurposeKind, tuple[PiiInformation, ...]] = MappingProxyType(
    {
        PurposeKind.RECOGNITION: (
            PiiInformation("face_template", "template", False, True, _BIOMETRIC),
            _NAME,
            _CONTACT,
        ),
        PurposeKind.PHOTO: (PiiInformation("face_picture", "photo", True, True),),
        PurposeKind.OTHER: (_NAME, _CONTACT),
    }
)
_METHODS: Mapping[PurposeKind, tuple[str, ...]] = MappingProxyType(
    {
        PurposeKind.RECOGNITION: ("compute_template", "store_encrypted", "compare_with_cameras"),
        PurposeKind.PHOTO: ("store_encrypted", "show_to_operator"),
        PurposeKind.OTHER: ("record_choice",),
    }
)
_COLLECTION: Mapping[PurposeKind, tuple[str, ...]] = MappingProxyType(
    {
        PurposeKind.RECOGNITION: ("camera_or_picture_at_desk", "told_at_desk"),
        PurposeKind.PHOTO: ("camera_or_picture_at_desk",),
        PurposeKind.OTHER: ("told_at_desk",),
    }
)
# Whose act a state is: the person's own, the desk's question, or what the controller or the clock does.
_EXPLICIT: Final = MATCHABLE_STATES | {ConsentState.REFUSED, ConsentState.WITHDRAWN}
_ASKING: Final = frozenset({ConsentState.REQUESTED, ConsentState.REQUEST_DEFERRED})
_WITHOUT_NOTICE: Final = Purpose(RECOGNITION, LawfulBasis.CONSENT, SpecialCondition.EXPLICIT_CONSENT)


@dataclass(frozen=True, slots=True)
class RecordWords:
    """What a record says in the person's language beside the notice; data, so that a lawyer can change it.

    `recognition`: the purpose of plain consents, which were agreed to without a notice.
    """

    recognition: PurposeText
    storage_locations: tuple[str, ...]
    processing_locations: tuple[str, ...]
    geographic_restrictions: tuple[str, ...]
    withdrawal_method: str
    privacy_rights: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordSource:
    """One conversation as the vault keeps it.

    Attributes:
        notice: the version that was shown; None for a plain consent, which was agreed to without one.
        events: of this record, oldest first; at least one.
        controller: as it was that day, as far as the proof knows.
    """

    consent_id: ConsentId
    person_id: PersonId
    notice: Notice | None
    proof: Proof | PlainConsent
    events: Sequence[ConsentEvent]
    controller: Controller = field(repr=False)


def make_record(source: RecordSource, words: RecordWords) -> ConsentRecord:
    """Raises ValueError for a notice without a text in the proof's language."""
    processing = PiiProcessing(
        privacy_notice=NO_NOTICE if source.notice is None else f"urn:uuid:{source.notice.id}",
        language=source.proof.language,
        purposes=tuple(
            _purpose(purpose, said, source.controller, words) for purpose, said in explained_purposes(source, words)
        ),
    )
    return ConsentRecord(
        record_id=source.consent_id,
        pii_principal_id=source.person_id,
        pii_processing=processing,
        party_identification=_parties(source.controller),
        event=tuple(_event(each) for each in source.events),
        consent_proof=proof_entry(source),
    )


def explained_purposes(source: RecordSource, words: RecordWords) -> list[tuple[Purpose, PurposeText]]:
    """What was asked about, in order, in the words that were shown. Raises as `make_record`."""
    if source.notice is None:
        return [(_WITHOUT_NOTICE, words.recognition)]
    text = source.notice.texts.get(source.proof.language)
    if text is None:
        raise ValueError("the notice has no text in that language")
    shown = filled(text, source.controller).purposes
    return [(purpose, shown[purpose.key]) for purpose in source.notice.purposes]


def _purpose(purpose: Purpose, said: PurposeText, controller: Controller, words: RecordWords) -> PurposeEntry:
    return PurposeEntry(
        purpose=said.title,
        purpose_id=purpose.key,
        purpose_description=said.explanation,
        purpose_type=purpose.kind.value,
        lawful_basis=purpose.basis.value,
        special_category_condition=purpose.condition.value,
        pii_information=_PII[purpose.kind],
        pii_controllers=(CONTROLLER,),
        collection_method=_COLLECTION[purpose.kind],
        processing_method=_METHODS[purpose.kind],
        storage_locations=words.storage_locations,
        retention_period=f"P{purpose.retention_days}D",
        processing_locations=words.processing_locations,
        geographic_restrictions=words.geographic_restrictions,
        service=controller.site,
        jurisdiction=controller.jurisdiction,
        recipient_third_parties=(),
        withdrawal_method=words.withdrawal_method,
        privacy_rights=words.privacy_rights,
        authority_party=AUTHORITY,
    )


def _parties(controller: Controller) -> tuple[Party, ...]:
    """Authority and officer are a line each in the controller's details: it stands for name, address and contact."""

    def known_by_a_line(party_id: str, line: str, kind: str, role: str) -> Party:
        return Party(party_id, line, line, line, kind, role)

    who = Party(
        party_id=CONTROLLER,
        party_name=controller.legal_name,
        party_address=controller.address,
        party_contact=controller.contact,
        party_type="organisation",
        party_role="pii_controller",
    )
    authority = known_by_a_line(AUTHORITY, controller.authority, "public_authority", "supervisory_authority")
    if not controller.dpo:
        return who, authority
    return who, authority, known_by_a_line(OFFICER, controller.dpo, "person_or_office", "data_protection_officer")


def _event(event: ConsentEvent) -> EventEntry:
    act = "explicit" if event.state in _EXPLICIT else "request" if event.state in _ASKING else "administrative"
    return EventEntry(
        event_time=instant(event.at),
        validity_duration=_validity(event),
        entity_id=event.person_id if act == "explicit" else CONTROLLER,
        event_type=act,
        event_state=event.state.value,
        purpose_id=event.purpose,
        recorded_by=event.operator_id or "",
    )


def _validity(event: ConsentEvent) -> str:
    if event.state not in MATCHABLE_STATES:
        return period(timedelta())
    return UNTIL_WITHDRAWN if event.valid_until is None else period(event.valid_until - event.at)


def proof_entry(source: RecordSource) -> ProofEntry:
    """What was shown and how it was answered."""
    proof = source.proof
    if isinstance(proof, PlainConsent):
        return ProofEntry(
            notice_version=None,
            notice_hash="",
            language=proof.language,
            shown_text=proof.how,
            confirmation=PLAIN,
            signature_hash="",
            witness="",
            place="",
            guardian="",
            free_because="",
        )
    return ProofEntry(
        notice_version=None if source.notice is None else source.notice.version,
        notice_hash=proof.text_hash.hex(),
        language=proof.language,
        shown_text=proof.screen_text,
        confirmation=proof.method.value,
        signature_hash=hashlib.sha256(proof.signature).hexdigest() if proof.signature else "",
        witness=proof.witness,
        place=proof.place,
        guardian=proof.guardian,
        free_because=proof.free_reason,
    )
